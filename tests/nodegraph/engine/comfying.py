"""ComfyUI's routes of an engine without workers, and the part of a worker, played by the test."""

import asyncio
import io
import json

from PIL import Image

from nodegraph.engine.jobs import Failure
from nodegraph.engine.messages import Finished
from nodegraph.engine.web.app import ROUTES
from nodegraph.engine.web.comfy.routes import COMFY
from nodegraph.engine.web.guard import Guard
from tests.nodegraph.engine.serving import TOKEN, within

PROMPT = {
    "1": {"class_type": "LoadImage", "inputs": {"image": "cat.png"}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "deep/cat"}},
}


def ask(folder, question, **about):
    """Return what ``question(engine, client)`` comes to; the client knows of no token."""
    about = {"guard": Guard(TOKEN), "headers": {}, "routes": (*ROUTES, *COMFY)} | about
    (folder / "uploads").mkdir(exist_ok=True)
    (folder / "uploads" / "cat.png").write_bytes(picture())
    return within(folder, question, **about)


def picture(color=(250, 100, 0), size=(16, 8), form="PNG", mode="RGB"):
    data = io.BytesIO()
    Image.new(mode, size, color).save(data, form)
    return data.getvalue()


async def post(client, path, status=200, **body):
    response = await client.post(path, json=body)
    assert response.status == status, await response.text()
    return json.loads(await response.text() or "null")


async def get(client, path):
    response = await client.get(path)
    assert response.status == 200, await response.text()
    return await response.json()


async def queue(client, prompt=PROMPT, **more):
    """Post a prompt and return its id."""
    return (await post(client, "/prompt", prompt=prompt, **more))["prompt_id"]


async def begin(engine):
    """Take the next job, as a worker does."""
    (job,) = await asyncio.wrap_future(engine.store.take("cpu"))
    engine.feed.publish({"type": "job", "job": job})
    return job


def tell(engine, job, kind, node, **facts):
    event = {"event": kind, "run": "r", "node": node} | facts
    engine.feed.publish({"type": "event", "job": job.id, "event": event})


async def end(engine, job, state="done", blame="", files=(), timings=None):
    """End a job that saved pictures: by node, the paths."""
    folder = engine.gallery.begin(job)
    for _, path in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(picture())
    error = Failure("the node is tired; let it rest", blame) if state == "failed" else None
    finished = Finished(job.id, state, error, tuple(files), {}, timings or {})
    saved = engine.gallery.measure(job, files)
    ended = await asyncio.wrap_future(engine.store.end(job.id, finished, saved))
    engine.gallery.publish(job.id)
    engine.feed.publish({"type": "job", "job": engine.store.job(ended.id)})


async def run(engine, **about):
    """Take the next job and end it."""
    job = await begin(engine)
    await end(engine, job, **about)
    return job


class Socket:
    """A client's WebSocket; ``next`` gives what it is told, as its type and data."""

    def __init__(self, client, id="me"):
        self._connecting = client.ws_connect(f"/ws?clientId={id}")

    async def __aenter__(self):
        self.socket = await self._connecting.__aenter__()
        return self

    async def __aexit__(self, *error):
        await self._connecting.__aexit__(*error)

    async def next(self):
        message = await self.socket.receive_json(timeout=20)
        return message["type"], message["data"]

    async def until(self, kind):
        """Return all that is told up to a type."""
        told = [await self.next()]
        while told[-1][0] != kind:
            told.append(await self.next())
        return told
