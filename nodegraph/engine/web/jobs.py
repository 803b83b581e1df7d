"""Jobs: put into the queue, listed, moved, cancelled, run again, forgotten.

The annotations here are read, so this file does not postpone them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from nodegraph.comfy.bringing.report import Located
from nodegraph.engine.engine import Engine
from nodegraph.engine.jobs import Job, JobPage
from nodegraph.engine.jobstate import JobState
from nodegraph.engine.listing import Order
from nodegraph.engine.submission import Submission, Verdict
from nodegraph.engine.web.pages import Page
from nodegraph.engine.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class Jobs:
    """Several jobs."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class JobsQuery(Page):
    """Which jobs to list.

    Attributes:
        state: Only those in one of these states.
        batch: Only those of one submission.
        text: Only those with this in their title or in what was set, or with this id.
        order: The newest first, or as the queue runs.
    """

    state: tuple[JobState, ...] = ()
    batch: str = ""
    text: str = ""
    order: Order = "newest"


@dataclass(frozen=True, slots=True)
class WorkflowQuery:
    """Which document: with ``resolved`` the one that runs, else the one that was submitted."""

    resolved: bool = False


@dataclass(frozen=True, slots=True)
class JobChange:
    """Where in the queue a job goes.

    Attributes:
        priority: Higher runs first.
        before: The queued job that it shall run right before.
        last: After all of its priority.
    """

    priority: int | None = None
    before: str | None = None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Migratable:
    """A workflow, as data or as the text of its file."""

    workflow: Mapping[str, Any] | str


@dataclass(frozen=True, slots=True)
class Migrated:
    """The text of a workflow's file."""

    workflow: str


@dataclass(frozen=True, slots=True)
class LocatedAll:
    """All of them that were found."""

    located: tuple[Located, ...]


@routes.post("/api/validate")
async def validate(engine: Engine, body: Submission) -> Verdict:
    """Say all that keeps a submission from being accepted, and what it would come to."""
    return await engine.check(body)


@routes.post("/api/migrate")
async def migrate(engine: Engine, body: Migratable) -> Migrated:
    """Give a workflow whose nodes are of older versions as one of today's."""
    return Migrated(await engine.migrate(body.workflow))


@routes.post("/api/locate")
async def locate(engine: Engine, body: Migratable) -> LocatedAll:
    """Find models that a workflow names and that are called otherwise here, by name or hash.

    Each file is read once to know its hash, so that the first answer may take minutes.
    """
    return LocatedAll(tuple(await engine.locate(body.workflow)))


@routes.post("/api/jobs", status=201)
async def submit(engine: Engine, body: Submission) -> Jobs:
    """Put a workflow into the queue, once for each combination of a sweep's values.

    What is answered is on the disk. A request's name that was sent before gives the jobs of then.
    """
    return Jobs(tuple(await engine.submit(body)))


@routes.get("/api/jobs")
async def list_jobs(engine: Engine, query: JobsQuery) -> JobPage:
    """List jobs, without their timings."""
    return await asyncio.to_thread(
        engine.store.jobs,
        states=query.state,
        batch=query.batch,
        text=query.text,
        order=query.order,
        limit=query.limit,
        offset=query.offset,
    )


@routes.post("/api/jobs/cancel")
async def cancel_all(engine: Engine) -> Jobs:
    """Cancel all jobs that have not ended; tells which."""
    return Jobs(tuple(await engine.cancel(None)))


@routes.get("/api/jobs/{id}")
async def get_job(engine: Engine, id: str) -> Job:
    """Tell everything about a job."""
    return engine.store.job(id)


@routes.delete("/api/jobs/{id}")
async def delete_job(engine: Engine, id: str) -> None:
    """Forget an ended job; what it saved stays in the gallery."""
    await engine.delete(id)


@routes.patch("/api/jobs/{id}")
async def move_job(engine: Engine, id: str, body: JobChange) -> Job:
    """Give a queued job another priority, or another place."""
    return await engine.move(id, priority=body.priority, before=body.before, last=body.last)


@routes.post("/api/jobs/{id}/cancel")
async def cancel_job(engine: Engine, id: str) -> Job:
    """Cancel a job; one that runs ends within one evaluation of the network."""
    await engine.cancel([id])
    return engine.store.job(id)


@routes.post("/api/jobs/{id}/again", status=201)
async def run_again(engine: Engine, id: str) -> Jobs:
    """Run a job again as it was, with the seeds it had."""
    return Jobs(tuple(await engine.again(id)))


@routes.get("/api/jobs/{id}/workflow")
async def get_workflow(engine: Engine, id: str, query: WorkflowQuery) -> web.Response:
    """Give a job's workflow as the text of its file."""
    submitted, resolved = engine.store.documents(id)
    text = resolved if query.resolved else submitted
    return web.Response(text=text, content_type="application/json")
