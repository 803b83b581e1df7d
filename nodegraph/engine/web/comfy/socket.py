"""``/ws``: what happens to a client's prompts, at the client's own pace."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import struct
import uuid
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from nodegraph.engine.feed import Gap
from nodegraph.engine.jobs import Job
from nodegraph.engine.rows import UnknownJobError
from nodegraph.engine.web import forms
from nodegraph.engine.web.comfy import known as prompts
from nodegraph.engine.web.comfy.asked import TITLE
from nodegraph.engine.web.comfy.info import features
from nodegraph.engine.web.comfy.teller import Run, over

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodegraph.engine.engine import Engine
    from nodegraph.engine.feed import Entry, Preview
    from nodegraph.engine.web.comfy.messages import Message

PULSE = 20.0
"""Seconds between two pings; a client that does not answer is gone."""
PREVIEW_IMAGE = 1
FORMATS = {b"\xff\xd8\xff": 1, b"\x89PN": 2}
"""ComfyUI's numbers for JPEG and PNG, by what such files begin with."""
_HEAD = struct.Struct(">II")
FORGOTTEN = 1000


async def watch(engine: Engine, request: web.Request) -> web.WebSocketResponse:
    """Watch the prompts of a client, which names itself as ``clientId``.

    Raises:
        CrowdedError: As many watch as may.
    """
    engine.admit()
    socket = web.WebSocketResponse(heartbeat=PULSE, max_msg_size=2**16, compress=False)
    await socket.prepare(request)
    watcher = Watcher(engine, socket, request.query.get("clientId", ""))
    sending = asyncio.create_task(watcher.send())
    with engine.watched_by(socket):
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await watcher.hear(message.data)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    return socket


class Watcher:
    """One client: its place in the feed, and its prompts that run.

    Attributes:
        client: Its id; one without gets one, and is told of the queue alone.
    """

    def __init__(self, engine: Engine, socket: web.WebSocketResponse, client: str) -> None:
        self.client = client or uuid.uuid4().hex
        self._engine, self._socket = engine, socket
        self._reader = engine.feed.reader()
        self._runs: dict[str, Run] = {}
        self._others: dict[str, None] = {}

    async def hear(self, text: str) -> None:
        """Answer a client that says what it can do, by what this server can."""
        with contextlib.suppress(ValueError, RecursionError, AttributeError):
            if json.loads(text).get("type") == "feature_flags":
                await self._send([("feature_flags", features(self._engine))])

    async def send(self) -> None:
        """Tell until the client is gone; only this waits for it."""
        with contextlib.suppress(ConnectionError):
            await self._status(sid=self.client)
            while True:
                batch = await self._reader.next()
                if isinstance(batch, Gap):
                    await self._catch_up()
                    continue
                for entry in batch.entries:
                    await self._tell(entry)
                for preview in batch.previews:
                    await self._show(preview)

    async def _tell(self, entry: Entry) -> None:
        if not entry.job:
            return
        data: dict[str, Any] = json.loads(entry.text)
        if data["type"] == "job":
            await self._changed(forms.adapter(Job).validate_python(data["job"]))
        elif data["type"] == "event" and (run := await self._run(entry.job)) is not None:
            await self._send(run.hear(data["event"]))

    async def _changed(self, job: Job) -> None:
        """Tell how a job is now; what it came to is told before the queue says that it is over."""
        if not job.title.startswith(TITLE):
            return
        run = await self._run(job.id, job)
        if run is not None and job.state == "running":
            await self._send(run.begin(job))
        elif run is not None and over(job):
            await self._end(job, self._runs.pop(job.id))
            return
        await self._status()

    async def _end(self, job: Job, run: Run) -> None:
        told = run.end(job)
        await self._send(told)
        await self._status()
        await self._send(run.nothing_runs() if told else [])

    async def _run(self, id: str, job: Job | None = None) -> Run | None:
        """Return a job's run, if it is of this client's prompts."""
        if id in self._runs or id in self._others:
            return self._runs.get(id)
        known = await asyncio.to_thread(_known, self._engine, id, job)
        if known is not None and known.asked.client_id == self.client:
            self._runs[id] = Run(known, seen=job is not None and job.state == "queued")
            return self._runs[id]
        self._others[id] = None
        if len(self._others) > FORGOTTEN:
            del self._others[next(iter(self._others))]
        return None

    async def _catch_up(self) -> None:
        """Tell how the prompts ended whose events were missed."""
        for id in [*self._runs]:
            with contextlib.suppress(UnknownJobError):
                job = self._engine.store.job(id)
                if over(job):
                    await self._changed(job)
        await self._status()

    async def _show(self, preview: Preview) -> None:
        run = self._runs.get(preview.job)
        if run is None or not run.previews:
            return
        picture = preview.picture
        if picture[:3] not in FORMATS:
            picture = await asyncio.to_thread(_jpeg, picture)
        if picture:
            head = _HEAD.pack(PREVIEW_IMAGE, FORMATS[picture[:3]])
            await self._socket.send_bytes(head + picture)

    async def _status(self, **more: Any) -> None:
        count = await asyncio.to_thread(prompts.remaining, self._engine)
        status = {"exec_info": {"queue_remaining": count}}
        await self._send([("status", {"status": status, **more})])

    async def _send(self, told: Iterable[Message]) -> None:
        for kind, data in told:
            await self._socket.send_json({"type": kind, "data": data})


def _known(engine: Engine, id: str, job: Job | None) -> prompts.Known | None:
    try:
        return prompts.read(engine, job or engine.store.job(id))
    except UnknownJobError:
        return None


def _jpeg(picture: bytes) -> bytes:
    """Return a picture as a JPEG; nothing where it is none."""
    import PIL.Image

    data = io.BytesIO()
    try:
        with PIL.Image.open(io.BytesIO(picture), formats=("WEBP",)) as opened:
            opened.convert("RGB").save(data, "JPEG", quality=85)
    except (OSError, ValueError, SyntaxError):
        return b""
    return data.getvalue()
