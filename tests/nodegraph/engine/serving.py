"""An engine behind its HTTP, in this process and without workers, for tests of what it answers."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress

from aiohttp.test_utils import TestClient, TestServer

from nodegraph.engine.engine import Engine
from nodegraph.engine.settings import Settings
from nodegraph.engine.web.app import ROUTES, make_app
from nodegraph.engine.web.guard import Guard

PATIENCE = 120
"""Seconds that a test may ask for, on a machine that others share."""
TOKEN = "the-token-of-this-test"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
GUARD = Guard(TOKEN, chosen=True)

NUMBERS = {
    "nodegraph": 1,
    "nodes": {
        "one": {"type": "value.integer", "params": {"value": 1}},
        "two": {"type": "value.integer", "params": {"value": 2}},
        "both": {"type": "value.list", "inputs": {"items": ["one.int", "two.int"]}},
    },
}


@asynccontextmanager
async def serving(folder, guard=GUARD, headers=BEARER, routes=ROUTES, **settings):
    """Give an engine and a client of it."""
    engine = Engine(Settings(folder, **settings))
    server = TestServer(make_app(engine, guard, routes))
    try:
        async with TestClient(server, headers=headers) as client:
            yield engine, client
    finally:
        await engine.stop()


def within(folder, ask, **about):
    """Return what ``ask(engine, client)`` comes to."""

    async def run():
        async with serving(folder, **about) as (engine, client):
            return await asyncio.wait_for(ask(engine, client), PATIENCE)

    return asyncio.run(run())


@asynccontextmanager
async def connection(client):
    """A connection without any protocol, whole until its end: reader and writer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port, limit=2**16)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def exchange(client, text, *, more=b""):
    """Send a request as it is, and return status, headers and body of the answer."""
    async with connection(client) as (reader, writer):
        writer.write(text.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + more)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(status.split()[1]), headers, body


async def message(response):
    """Return what an answer says went wrong."""
    return json.loads(await response.text())["error"]["message"]
