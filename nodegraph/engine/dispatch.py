"""From the queue to the workers: a lane a device, and what the server may ask of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from nodegraph.engine.deaths import Death, WorkerDied
from nodegraph.engine.desk import Desk, WorkerInfo
from nodegraph.engine.lane import Lane
from nodegraph.engine.messages import Answer, Free, ListModels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.engine.feed import Feed
    from nodegraph.engine.gallery import Gallery
    from nodegraph.engine.jobs import Job
    from nodegraph.engine.messages import Ready
    from nodegraph.engine.process import Question
    from nodegraph.engine.settings import Settings
    from nodegraph.engine.store import Store

NOBODY = "the worker that ran this job is gone, and its values with it; run the job again"
NOT_READY = "no worker is ready yet; ask again when one is idle"


class Dispatcher:
    """Runs what is queued, and tells the feed of every change; it belongs to one event loop."""

    def __init__(self, store: Store, gallery: Gallery, feed: Feed, settings: Settings) -> None:
        self._store, self._gallery, self._feed = store, gallery, feed
        self._settings = settings
        self._desk = Desk(store, gallery, feed, settings, self._found, self._told)
        self._lanes: list[Lane] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._refusals: set[asyncio.Task[None]] = set()
        self.devices: tuple[str, ...] = ()
        """Those that jobs may run on; empty until the first worker is ready."""

    async def start(self) -> None:
        """Finish what a crash broke off, and start the first worker.

        Raises:
            StorageError: The data folder cannot be written.
        """
        await asyncio.to_thread(self._gallery.recover)
        self._desk.tell(*await asyncio.to_thread(self._store.recover))
        self._open(self._settings.devices)

    async def stop(self) -> None:
        """End the workers; what runs is queued again, and it does not count."""
        self._desk.stopping = True
        self._desk.wake()
        for lane in self._lanes:
            lane.kill(Death("the engine was stopped", "ours"))
        await asyncio.gather(*self._tasks, *self._refusals, return_exceptions=True)

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
        lane = Lane(self._desk, devices)
        self._lanes.append(lane)
        self._tasks.append(asyncio.create_task(lane.run()))

    def _found(self, ready: Ready) -> None:
        """Start a worker for every other device when the first one says which there are."""
        if self.devices:
            return
        self.devices = ready.devices
        for device in ready.devices:
            if device != ready.device:
                self._open((device,))
        task = asyncio.create_task(self._refuse())
        self._refusals.add(task)
        task.add_done_callback(self._refusals.discard)

    async def _refuse(self) -> None:
        """Fail the jobs that were queued for a device that is not here."""
        self._desk.tell(*await asyncio.wrap_future(self._store.refuse(self.devices)))

    def _told(self) -> None:
        self._feed.publish({"type": "workers", "workers": self.workers()})
