"""Whoever is at the other end of a client's line: it answers as it is told, also badly."""

import asyncio
import json
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from nodegraph.engine.client import Client

TOKEN = "the-token-of-this-test"
JOB = {"id": "a" * 32, "number": 1, "batch": "b", "title": "t", "state": "queued", "submitted": 1.0}


def job(state="queued", number=1, **fields):
    return JOB | {"id": f"{number:032x}", "number": number, "state": state} | fields


class Peer:
    """Answers by ``METHOD /path``: data, or what a function of the request returns.

    A list is answered one after the other, the last for ever. ``asked`` is what came.
    """

    def __init__(self, **answers):
        self.answers = answers
        self.asked = []

    async def answer(self, request):
        self.asked.append(request)
        await request.read()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": {"message": "no", "problems": []}}, status=401)
        found = self.answers[f"{request.method} {request.path.removeprefix('/api')}"]
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return await found(request) if callable(found) else web.json_response(found)

    def paths(self):
        return [f"{one.method} {one.path_qs.removeprefix('/api')}" for one in self.asked]


def told(*frames, then=None):
    """Answer with a WebSocket that sends these frames and waits, or does what comes then."""

    async def tell(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        for frame in frames:
            if isinstance(frame, bytes):
                await socket.send_bytes(frame)
            else:
                await socket.send_str(json.dumps(frame))
        await (then(request) if then else socket.receive())
        return socket

    return tell


def hello(epoch="e", last=0):
    return {"type": "hello", "epoch": epoch, "last": last}


async def hang_up(request):
    """Break the line."""
    request.transport.abort()


def refuse(status, message, *problems):
    async def answer(_):
        data = {"error": {"message": message, "problems": problems}}
        return web.json_response(data, status=status)

    return answer


@asynccontextmanager
async def listening(answers, token=TOKEN):
    """Give a client and the peer at the other end."""
    peer = Peer(**answers)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.answer)
    async with TestServer(app) as server, Client(str(server.make_url("")), token) as client:
        yield client, peer


def talk(answers, speak, **about):
    """Return what ``speak(client, peer)`` comes to."""

    async def run():
        async with listening(answers, **about) as (client, peer):
            return await asyncio.wait_for(speak(client, peer), 30)

    return asyncio.run(run())
