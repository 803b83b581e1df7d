"""An engine's parts, and what takes several of them. All of it belongs to one event loop."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from nodegraph.engine.dispatch import Dispatcher
from nodegraph.engine.feed import Feed
from nodegraph.engine.gallery import Gallery
from nodegraph.engine.jobs import Accepted
from nodegraph.engine.process import Machine
from nodegraph.engine.searching import Search
from nodegraph.engine.store import Store
from nodegraph.engine.uploads import tidy
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from nodegraph.comfy.bringing.report import Located
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.links import Crew
    from nodegraph.engine.messages import Answer, ListModels, Look, Turns
    from nodegraph.engine.settings import Settings
    from nodegraph.engine.submission import Submission, Verdict
    from nodegraph.execution.context import Options

R = TypeVar("R")


class CrowdedError(NodegraphError):
    """More clients want to watch than may."""


class Watcher(Protocol):
    """Who is told when the engine ends."""

    async def close(self) -> bool:
        """Say goodbye."""
        ...


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The node types as JSON, and a tag that changes with them."""

    data: bytes
    tag: str


class Engine:
    """The queue, the gallery, the workers and who watches them."""

    def __init__(self, settings: Settings) -> None:
        """Open the data folder; nothing runs yet.

        Raises:
            StorageError: It cannot be used.
            NodegraphError: What the workers' machines need is not installed.
        """
        crew = _crew(settings)
        tidy(settings.uploads)
        self.settings = settings
        self.store = Store(settings.database)
        self.gallery = Gallery(settings, self.store)
        self.feed = Feed()
        self.dispatcher = Dispatcher(self.store, self.gallery, self.feed, settings, crew)
        self._thinking = ThreadPoolExecutor(2, "nodegraph-submit")
        self._search = Search()
        self._watchers: set[Watcher] = set()
        self._catalogue: Catalogue | None = None

    async def start(self) -> None:
        """Start the workers, and load what reads workflows meanwhile."""
        await self.dispatcher.start()
        await self._think(_warm_up)

    async def stop(self) -> None:
        """End in order: the job that runs is queued again, and all is on the disk."""
        await self.dispatcher.stop()
        await asyncio.to_thread(self._thinking.shutdown, cancel_futures=True)
        await asyncio.to_thread(self._search.stop)
        await asyncio.to_thread(self.store.close)

    async def dismiss(self) -> None:
        """Tell who watches that the engine ends."""
        await asyncio.gather(*(watcher.close() for watcher in self._watchers))

    @property
    def state(self) -> str:
        """``ready`` once a worker can run jobs, ``warming up`` before, ``broken`` if none can."""
        states = {worker.state for worker in self.dispatcher.workers()}
        if states & {"idle", "busy"}:
            return "ready"
        return "broken" if states == {"broken"} else "warming up"

    def admit(self) -> None:
        """Let one more watch.

        Raises:
            CrowdedError: As many watch as may.
        """
        if len(self._watchers) >= self.settings.max_watchers:
            raise CrowdedError("too many clients watch already; close some of them")

    @contextlib.contextmanager
    def watched_by(self, watcher: Watcher) -> Generator[None]:
        """Tell a watcher when the engine ends."""
        self._watchers.add(watcher)
        try:
            yield
        finally:
            self._watchers.discard(watcher)

    async def catalogue(self) -> Catalogue:
        """Return the node types."""
        if self._catalogue is None:
            self._catalogue = await self._think(_catalogue)
        return self._catalogue

    async def check(self, asked: Submission) -> Verdict:
        """Say what a submission would come to."""

        def check() -> Verdict:
            from nodegraph.engine import submit

            return submit.check(asked, self._options(), self.dispatcher.devices)

        return await self._think(check)

    async def locate(self, document: Mapping[str, Any] | str) -> list[Located]:
        """Return the models that a workflow names and that are called otherwise here.

        Raises:
            NodegraphError: It is no workflow, or nothing can be looked for.
        """
        return await self._search.locate(document, self._options())

    async def migrate(self, document: Mapping[str, Any] | str) -> str:
        """Return the text of a workflow, its nodes of the versions that are known here.

        Raises:
            WorkflowError: It is none, or has a node of a version that nothing leads on from.
        """

        def migrate() -> str:
            from nodegraph import workflow

            if isinstance(document, str):
                return workflow.dumps(workflow.loads(document))
            return workflow.dumps(workflow.read(document))

        return await self._think(migrate)

    async def submit(self, asked: Submission) -> list[Job]:
        """Put a submission's jobs into the queue; the same request gives the jobs of then.

        Raises:
            NodegraphError: It cannot run; all that is wrong with it.
        """

        def prepare() -> list[Accepted]:
            from nodegraph.engine import submit

            return submit.prepare(asked, self._options(), self.dispatcher.devices)

        return await self._accept(await self._think(prepare))

    async def again(self, id: str) -> list[Job]:
        """Put a job into the queue again, as it was.

        Raises:
            UnknownJobError: There is none of that id.
        """
        job, (submitted, resolved) = self.store.job(id), self.store.documents(id)
        fresh = uuid.uuid4().hex
        accepted = Accepted(
            id=fresh, batch=fresh, title=job.title, submitted=submitted, resolved=resolved,
            values=job.values, targets=job.targets, device=job.device, dtype=job.dtype,
            priority=job.priority,
        )  # fmt: skip
        return await self._accept([accepted])

    async def cancel(self, jobs: Sequence[str] | None) -> list[Job]:
        """Cancel jobs, or all that have not ended; returns those.

        Raises:
            UnknownJobError: There is none of an id.
        """
        return await self.dispatcher.cancel(jobs)

    async def move(
        self, id: str, *, priority: int | None = None, before: str | None = None,
        last: bool = False,
    ) -> Job:  # fmt: skip
        """Give a queued job another priority, or another place.

        Raises:
            UnknownJobError: There is none of that id.
            JobStateError: It is not queued.
        """
        moved = self.store.change(id, priority=priority, before=before, last=last)
        job = await asyncio.wrap_future(moved)
        self.dispatcher.wake(job)
        return job

    async def delete(self, id: str) -> None:
        """Forget an ended job.

        Raises:
            UnknownJobError: There is none of that id.
            JobStateError: It has not ended.
        """
        await asyncio.wrap_future(self.store.delete(id))
        self.feed.publish({"type": "jobs"})

    async def ask(self, question: Look | Turns | ListModels) -> Answer:
        """Ask a worker."""
        return await self.dispatcher.ask(question)

    async def _accept(self, jobs: Sequence[Accepted]) -> list[Job]:
        accepted = await asyncio.wrap_future(self.store.accept(jobs))
        self.dispatcher.wake(*accepted)
        return accepted

    async def _think(self, work: Callable[[], R]) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thinking, work)

    def _options(self) -> Options:
        from nodegraph.execution.context import Options

        allowed, models = self.settings.readable, self.settings.models
        return Options(
            base=self.settings.uploads,
            readable=None if allowed is None else (*allowed, *models),
            models=models,
        )


def _crew(settings: Settings) -> Crew:
    """Return who has the workers: this machine, or a cluster where one was asked for."""
    if settings.ray is None:
        return Machine(settings)
    from nodegraph.engine.ray.cluster import Cluster

    return Cluster(settings)


def _warm_up() -> None:
    """Import what submissions need, so that the first of them does not wait for it."""
    from nodegraph.engine import submit
    from nodegraph.registry import load_packs

    assert submit
    load_packs()


def _catalogue() -> Catalogue:
    import json

    from nodegraph.catalogue import to_json
    from nodegraph.registry import load_packs

    specs = [kind.spec for kind in load_packs().values()]
    data = json.dumps(to_json(specs), ensure_ascii=False, separators=(",", ":")).encode()
    return Catalogue(data, blake2b(data, digest_size=16).hexdigest())
