"""The engine itself: its workers, its memory, its API.

The annotations here are read, so this file does not postpone them.
"""

from dataclasses import dataclass
from typing import Any

from nodegraph import __version__
from nodegraph.engine.desk import WorkerInfo
from nodegraph.engine.engine import Engine
from nodegraph.engine.jobstate import JobState
from nodegraph.engine.web.routes import Routes

routes = Routes()


@dataclass(frozen=True, slots=True)
class System:
    """How the engine is.

    Attributes:
        version: Of Nodegraph.
        epoch: Of this server's life, as its events say it.
        last: The number of the newest event.
        state: ``warming up`` until a worker has loaded what computes, then ``ready``; ``broken``
            where no worker starts.
        workers: Each with its device, state, job, memory and, where it is broken, the reason.
        jobs: How many there are, by state.
        data: The folder of everything that lasts.
        uploads: Bytes that an uploaded file may have.
    """

    version: str
    epoch: str
    last: int
    state: str
    workers: tuple[WorkerInfo, ...]
    jobs: dict[JobState, int]
    data: str
    uploads: int


@dataclass(frozen=True, slots=True)
class ToFree:
    """What workers let go of: the values kept, or the models, or both."""

    values: bool = True
    models: bool = True


@routes.get("/api/system")
async def get_system(engine: Engine) -> System:
    """Tell how the engine is: its workers with their state and memory, its queue."""
    return System(
        version=__version__,
        epoch=engine.feed.epoch,
        last=engine.feed.last,
        state=engine.state,
        workers=tuple(engine.dispatcher.workers()),
        jobs=engine.store.counts(),
        data=str(engine.settings.data),
        uploads=engine.settings.upload,
    )


@routes.post("/api/system/free")
async def free_memory(engine: Engine, body: ToFree) -> None:
    """Let workers let go of memory as soon as no job runs."""
    engine.dispatcher.free(values=body.values, models=body.models)


@routes.get("/api/openapi.json")
async def get_document(engine: Engine) -> dict[str, Any]:
    """Give this document."""
    from nodegraph.engine.web.app import ROUTES
    from nodegraph.engine.web.openapi import document

    return document(ROUTES)
