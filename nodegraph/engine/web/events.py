"""Events over a WebSocket: each client at its own pace.

The annotations here are read, so this file does not postpone them.
"""

import asyncio
import contextlib
from dataclasses import dataclass

from aiohttp import web

from nodegraph.engine.engine import Engine
from nodegraph.engine.feed import Feed, Gap, Reader
from nodegraph.engine.web.routes import Routes

routes = Routes()
PULSE = 20.0
"""Seconds between two pings; a client that does not answer is gone."""
GOODBYE = 2.0
"""Seconds that a client may take to answer when the line is closed."""


@dataclass(frozen=True, slots=True)
class EventsQuery:
    """Which events.

    Attributes:
        after: The number of the last one that the client has; without it, only what comes.
        epoch: The engine's life in which that was.
        job: Only what is about this job, or about none.
        token: For browsers, which can send no header here.
    """

    after: int | None = None
    epoch: str | None = None
    job: str = ""
    token: str = ""


@routes.get("/api/events", status=101)
async def watch_events(
    engine: Engine, query: EventsQuery, request: web.Request
) -> web.WebSocketResponse:
    """Watch what happens, over a WebSocket.

    First a hello with the epoch and the last number. Then text frames, each with its number as
    ``n`` and its ``type``: ``job`` (a job changed), ``event`` (of a run), ``workers``, ``jobs``
    and ``outputs`` (the list changed). A ``gap`` says that events were missed, so that the state
    must be asked for. Binary frames are previews: a length of 4 bytes, big-endian, as many bytes
    of JSON, and the picture.

    Raises:
        CrowdedError: As many watch as may.
    """
    engine.admit()
    socket = web.WebSocketResponse(
        timeout=GOODBYE, heartbeat=PULSE, max_msg_size=4096, compress=False
    )
    await socket.prepare(request)
    reader = engine.feed.reader(query.after, query.epoch, query.job)
    sending = asyncio.create_task(_send(socket, engine.feed, reader))
    with engine.watched_by(socket):
        try:
            async for _ in socket:  # pings, and the end
                pass
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    return socket


async def _send(socket: web.WebSocketResponse, feed: Feed, reader: Reader) -> None:
    """Send until the client is gone; only this waits for it."""
    with contextlib.suppress(ConnectionError):
        await socket.send_json({"type": "hello", "epoch": feed.epoch, "last": feed.last})
        while True:
            batch = await reader.next()
            if isinstance(batch, Gap):
                await socket.send_json({"type": "gap", "n": batch.last})
                continue
            for entry in batch.entries:
                await socket.send_str(entry.text)
            for preview in batch.previews:
                await socket.send_bytes(preview.frame)
