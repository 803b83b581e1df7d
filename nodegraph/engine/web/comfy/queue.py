"""``/queue``, ``/history``, ``/interrupt``: the prompts that wait, run and are over."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any

from nodegraph.engine.rows import JobStateError, UnknownJobError
from nodegraph.engine.web.comfy import messages
from nodegraph.engine.web.comfy.answers import done, fields, reply, texts
from nodegraph.engine.web.comfy.known import MOST, WAITING, Known, ended, find, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from nodegraph.engine.engine import Engine
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.jobstate import JobState


async def get_queue(engine: Engine) -> web.Response:
    """List what runs and what waits, as the queue runs."""
    found = await asyncio.to_thread(listed, engine, WAITING, order="queue")
    return reply(
        {
            "queue_running": [known.asked.item(job) for job, known in found if _runs(job)],
            "queue_pending": [known.asked.item(job) for job, known in found if not _runs(job)],
        }
    )


async def post_queue(engine: Engine, request: web.Request) -> web.Response:
    """Take prompts out of the queue: all of them, or some; what runs is let be."""
    given = await fields(request)
    names = None if given.get("clear") else texts(given.get("delete"))
    await _cancel(engine, ("queued",), names)
    return done()


async def interrupt(engine: Engine, request: web.Request) -> web.Response:
    """End what runs: a prompt, or all that run; what waits is let be."""
    prompt_id = (await fields(request)).get("prompt_id")
    await _cancel(engine, ("running",), None if prompt_id is None else [str(prompt_id)])
    return done()


async def get_history(engine: Engine, request: web.Request) -> web.Response:
    """Tell of the prompts that are over, the newest last."""
    limit, offset = _count(request, "max_items", MOST), _count(request, "offset", 0)

    def look() -> dict[str, Any]:
        entries: dict[str, Any] = {}
        for job, known in reversed(ended(engine, limit=limit, offset=offset)):
            entries |= _entry(engine.store.job(job.id), known)
        return entries

    return reply(await asyncio.to_thread(look))


async def get_history_of(engine: Engine, prompt_id: str) -> web.Response:
    """Tell of one prompt, if it is over."""

    def look() -> dict[str, Any]:
        found = find(engine, prompt_id)
        return {} if found is None or found[0].finished is None else _entry(*found)

    return reply(await asyncio.to_thread(look))


async def post_history(engine: Engine, request: web.Request) -> web.Response:
    """Forget prompts that are over: all of them, or some; what they saved stays."""
    given = await fields(request)
    for name in texts(given.get("delete")):
        found = await asyncio.to_thread(find, engine, name)
        await _delete(engine, [] if found is None else [found[0]])
    while given.get("clear"):
        found = await asyncio.to_thread(ended, engine)
        if not found:
            break
        await _delete(engine, [job for job, _ in found])
    return done()


async def _delete(engine: Engine, jobs: Sequence[Job]) -> None:
    for job in jobs:
        with contextlib.suppress(UnknownJobError, JobStateError):
            await engine.delete(job.id)


async def _cancel(engine: Engine, states: Sequence[JobState], names: list[str] | None) -> None:
    """Cancel the prompts in one of some states; those named, or all."""
    found = await asyncio.to_thread(listed, engine, states)
    wanted = [job.id for job, known in found if names is None or known.asked.prompt_id in names]
    with contextlib.suppress(UnknownJobError):
        await engine.cancel(wanted)


def _entry(job: Job, known: Known) -> dict[str, Any]:
    if job.started is None:
        return {}
    told = [messages.started(job, known), messages.cached(job, known), messages.over(job, known)]
    outputs = messages.outputs(job, known)
    return {
        known.asked.prompt_id: {
            "prompt": known.asked.item(job),
            "outputs": outputs,
            "status": {
                "status_str": "success" if job.state == "done" else "error",
                "completed": job.state == "done",
                "messages": told,
            },
            "meta": {node: _meta(node) for node in outputs},
        }
    }


def _meta(node: str) -> dict[str, Any]:
    return {"node_id": node, "display_node": node, "parent_node": None, "real_node_id": node}


def _runs(job: Job) -> bool:
    return job.state == "running"


def _count(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if number else default
