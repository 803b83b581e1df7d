"""From the queue to the workers: a lane for each, and what the server may ask of them.

Whose workers they are, this machine's or a cluster's, only the ``Crew`` knows.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nodegraph.engine.deaths import Death, WorkerDied
from nodegraph.engine.desk import Desk, WorkerInfo
from nodegraph.engine.lane import Lane
from nodegraph.engine.messages import Answer, Free, ListModels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.engine.contact import Question
    from nodegraph.engine.feed import Feed
    from nodegraph.engine.gallery import Gallery
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.links import Crew
    from nodegraph.engine.messages import Ready
    from nodegraph.engine.settings import Settings
    from nodegraph.engine.store import Store

NOBODY = "the worker that ran this job is gone, and its values with it; run the job again"
FEW, EACH = 8, 0.002
"""Workers that are told of whenever one changes; seconds between that, for each of more."""
NOT_READY = "no worker is ready yet; ask again when one is idle"


class Dispatcher:
    """Runs what is queued, and tells the feed of every change; it belongs to one event loop."""

    def __init__(
        self,
        store: Store,
        gallery: Gallery,
        feed: Feed,
        settings: Settings,
        crew: Crew,
    ) -> None:
        """Prepare; nothing runs yet.

        Args:
            crew: Who has the workers.
        """
        self._store, self._gallery, self._feed = store, gallery, feed
        self._settings, self._crew = settings, crew
        self._desk = Desk(store, gallery, feed, settings, self._crew, self._found, self._told)
        self._lanes = self._desk.lanes
        self._tasks: list[asyncio.Task[None]] = []
        self._refusals: set[asyncio.Task[None]] = set()
        self._telling: asyncio.TimerHandle | None = None
        self.devices: tuple[str, ...] = ()
        """Those that jobs may run on; empty until the first worker is ready."""

    async def start(self) -> None:
        """Finish what a crash broke off, and start the first worker.

        Raises:
            StorageError: The data folder cannot be written.
            NodegraphError: There can be no workers.
        """
        await asyncio.to_thread(self._gallery.recover)
        self._desk.tell(*await asyncio.to_thread(self._store.recover))
        await self._crew.start(self._open)

    async def stop(self) -> None:
        """End the workers; what runs is queued again, and it does not count."""
        self._desk.stopping = True
        self._desk.wake()
        for lane in self._lanes:
            lane.kill(Death("the engine was stopped", "ours"))
        await asyncio.gather(*self._tasks, *self._refusals, return_exceptions=True)
        await self._crew.stop()

    def wake(self, *jobs: Job) -> None:
        """Tell of jobs that were accepted or changed, and look whether one can run."""
        self._desk.tell(*jobs)
        self._desk.wake()

    async def cancel(self, jobs: Sequence[str] | None) -> list[Job]:
        """Cancel jobs, or all; those that run end soon, and are told of when they have.

        Returns those that were neither ended nor cancelled before.

        Raises:
            UnknownJobError: One is not there; then none is cancelled.
        """
        changed = await asyncio.wrap_future(self._store.cancel(jobs))
        for job in changed:
            if job.state == "running":
                self._desk.cancelled.add(job.id)
                for lane in self._lanes:
                    lane.cancel(job.id)
        self._desk.tell(*(job for job in changed if job.state != "running"))
        return changed

    async def ask(self, question: Question) -> Answer:
        """Return the answer of the worker that ran the job, or of any to who asks of no job.

        What cannot be answered has the reason in ``data["error"]``.
        """
        lane = self._lane_for(question)
        if isinstance(lane, str):
            return Answer(0, {"error": lane})
        patience = self._settings.patience
        try:
            async with asyncio.timeout(patience):
                return await lane.ask(question)
        except TimeoutError:
            reason = f"the worker did not answer within {patience:g} s; ask again later"
        except WorkerDied:
            reason = NOBODY
        return Answer(0, {"error": reason})

    def _lane_for(self, question: Question) -> Lane | str:
        """Return who can answer, or why nobody can."""
        if not isinstance(question, ListModels):
            return next((lane for lane in self._lanes if lane.ran(question.job)), NOBODY)
        ready = [lane for lane in self._lanes if lane.info.state in ("idle", "busy")]
        ready.sort(key=lambda lane: lane.info.state == "busy")
        return ready[0] if ready else NOT_READY

    def free(self, *, values: bool = True, models: bool = True) -> None:
        """Have the workers let go of memory, as soon as no job runs there."""
        for lane in self._lanes:
            if lane.worker is not None:
                lane.worker.free(Free(values, models))

    def workers(self) -> list[WorkerInfo]:
        """Return how the workers are."""
        return [lane.info for lane in self._lanes]

    def _open(self, devices: tuple[str, ...] | None) -> None:
        if self._desk.stopping:
            return
        lane = Lane(self._desk, devices)
        self._lanes.append(lane)
        self._tasks.append(asyncio.create_task(lane.run()))

    def _found(self, ready: Ready) -> None:
        """Know from the first worker that is ready which devices there are."""
        if self.devices:
            return
        self.devices = ready.devices
        self._crew.found(ready)
        task = asyncio.create_task(self._refuse())
        self._refusals.add(task)
        task.add_done_callback(self._refusals.discard)

    async def _refuse(self) -> None:
        """Fail the jobs that were queued for a device that is not here."""
        self._desk.tell(*await asyncio.wrap_future(self._store.refuse(self.devices)))

    def _told(self) -> None:
        """Tell how the workers are: of few at once, of many now and then."""
        if self._telling is not None:
            return
        if len(self._lanes) <= FEW:
            self._tell()
        else:
            loop, wait = asyncio.get_running_loop(), len(self._lanes) * EACH
            self._telling = loop.call_later(wait, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._feed.publish({"type": "workers", "workers": self.workers()})
