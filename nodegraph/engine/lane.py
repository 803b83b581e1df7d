"""One worker and the jobs it runs, for as long as the engine lives."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from nodegraph.engine.choosing import LOOK, Holding, Room, Waiting
from nodegraph.engine.contact import Question, Worker
from nodegraph.engine.deaths import Death, WorkerDied
from nodegraph.engine.desk import WorkerInfo
from nodegraph.engine.jobs import Failure
from nodegraph.engine.messages import Answer, Beat, Events, Finished, Published, Start
from nodegraph.errors import NodegraphError
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from nodegraph.engine.desk import Desk
    from nodegraph.engine.jobs import Job

T = TypeVar("T")
FIRST, LONGEST = 0.25, 30.0
"""Seconds before a worker that died before it was ready is started again, and at most."""
REMEMBERED = 1000
REMEDY = "change the workflow or its size, and run it again"

log = logging.getLogger(__name__)


class Lane:
    """A worker, started again whenever it dies, and the jobs that it has.

    It has those it runs, one or several together, or as many such lots as its crew's ``depth``:
    then the next lies ready when one ends.

    Attributes:
        held: What the worker that lives now is taken to hold.
    """

    def __init__(self, desk: Desk, devices: tuple[str, ...] | None) -> None:
        self.info = WorkerInfo(devices[0] if devices else "", "starting")
        self.worker: Worker | None = None
        self._desk = desk
        self._devices: tuple[str, ...] | None = devices
        self._ran: deque[str] = deque(maxlen=REMEMBERED)
        self._opened = False
        self._hand: list[str] = []
        self._taking = 0
        self.held = Holding()

    def ran(self, job: str) -> bool:
        """Tell whether the worker that lives now has run a job, or runs it."""
        return job in self._ran

    async def run(self) -> None:
        """Work until the engine stops."""
        failures = 0
        while not self._desk.stopping:
            try:
                await self._open()
                failures = 0
                await self._work()
            except WorkerDied as error:
                failures += not self._opened
                await self._pause(failures, error.death.reason)
            except Exception as error:
                log.exception("the lane of %s stumbled", self.info.device)
                self.kill(Death(f"the engine stumbled over {error!r}", "ours"))
                failures += 1
                await self._pause(failures, f"the engine stumbled over {error!r}")

    def kill(self, death: Death) -> None:
        """End the worker; its job is queued again when the engine stops."""
        if self.worker is not None:
            self.worker.kill(death)

    def cancel(self, job: str) -> None:
        """End a job, if it runs here."""
        if self.worker is not None and job in self.worker.jobs:
            self.worker.cancel(job)

    async def ask(self, question: Question) -> Answer:
        """Return the worker's answer.

        Raises:
            WorkerDied: It is gone.
        """
        assert self.worker is not None
        return await self.worker.ask(question)

    async def _open(self) -> None:
        self._ran.clear()
        self.held = Holding()
        self._opened = False
        self._say(state="starting", memory={})
        crew, settings = self._desk.crew, replace(self._desk.settings, devices=self._devices)
        self.worker = Worker(crew.link(settings), settings, self._hear, patient=crew.patient)
        ready = await self.worker.start()
        self._opened, self._devices = True, (ready.device,)
        about, name = ready.about.get(ready.device, {}), ready.name or ready.device
        self._say(device=ready.device, name=name, state="idle", about=about)
        self._desk.ready(ready)

    async def _work(self) -> None:
        """Keep the worker busy until it dies.

        Raises:
            WorkerDied: It has; its jobs are put away.
        """
        serving = [asyncio.create_task(self._serve()) for _ in range(self._desk.crew.depth)]
        done, _ = await asyncio.wait(serving, return_when=asyncio.FIRST_COMPLETED)
        error = next(iter(done)).exception()
        if not isinstance(error, WorkerDied):
            self.kill(Death(f"the engine stumbled over {error!r}", "ours"))
        await asyncio.gather(*serving, return_exceptions=True)
        assert error is not None
        raise error

    async def _serve(self) -> None:
        while True:
            jobs = await self._next()
            ids = [job.id for job in jobs]
            self._ran.extend(ids)
            self._hand += ids
            self._say_job()
            self._desk.tell(*jobs)
            try:
                await self._perform(jobs)
            finally:
                self._hand = [id for id in self._hand if id not in ids]
                self._desk.cancelled.difference_update(ids)
                self._say_job()

    async def _next(self) -> Sequence[Job]:
        assert self.worker is not None
        while True:
            self.worker.check()
            news = self._desk.news()  # had before asking, so that nothing new is missed
            if not (self._hand or self._taking) or not self._desk.spare():
                jobs = await self._take()
                if jobs:
                    return jobs
            await self.worker.outlive(news.wait())

    async def _take(self) -> Sequence[Job]:
        """Return the jobs of the queue that fit best, which are running from now on."""
        chosen: list[Waiting] = []
        others = [lane.held for lane in self._desk.lanes if lane is not self]
        room = Room(self._desk.settings.batch, max(self._desk.idle(), 1))
        choose = partial(
            self._desk.chooser.choose, mine=self.held, others=others, chosen=chosen, room=room
        )
        look = LOOK if others or room.together > 1 else 1
        device, name = self.info.device, self.info.name
        self._taking += 1
        try:
            take = partial(self._desk.store.take, device, name, choose, look)
            jobs = await self._write(take)
        finally:
            self._taking -= 1
        if jobs:
            self.held = self.held.after(chosen[0].likeness)
        return jobs

    async def _perform(self, jobs: Sequence[Job]) -> None:
        """Run jobs together; each that fails for the engine's sake or the worker's is put away."""
        begun = asyncio.ensure_future(self._begin(jobs))
        seen = (self._see_to(job, begun) for job in jobs)
        for error in await asyncio.gather(*seen, return_exceptions=True):
            if error is not None:
                raise error

    async def _begin(self, jobs: Sequence[Job]) -> None:
        """Send jobs to the worker, but for those that were cancelled meanwhile."""
        assert self.worker is not None
        starts = [
            await self._insist(lambda job=job: asyncio.to_thread(self._start, job)) for job in jobs
        ]
        self.worker.begin([one for one in starts if one.job not in self._desk.cancelled])

    async def _see_to(self, job: Job, begun: Awaitable[None]) -> None:
        """See to it that a job ends, or is put away."""
        try:
            await begun
            finished = await self._finish(job)
            await self._end(job, finished)
        except WorkerDied as error:
            await self._lose(job, self._share(job, error.death))
            raise
        except Exception as error:
            await self._lose(job, Death(f"the engine stumbled over {error!r}", "outside"))
            raise

    async def _finish(self, job: Job) -> Finished:
        """Return how a job went."""
        assert self.worker is not None
        if job.id not in self.worker.jobs:
            return Finished(job.id, "cancelled")
        return await self.worker.ended(job.id)

    def _start(self, job: Job) -> Start:
        settings, device = self._desk.settings, self.info.device
        _, workflow = self._desk.store.documents(job.id)
        readable = settings.readable
        return Start(
            job.id,
            workflow,
            job.targets,
            device,
            job.dtype,
            str(self._desk.gallery.begin(job)),
            str(settings.uploads),
            None if readable is None else tuple(map(str, (settings.uploads, *readable))),
        )

    async def _end(self, job: Job, finished: Finished) -> None:
        gallery, store = self._desk.gallery, self._desk.store
        try:
            files = await asyncio.to_thread(gallery.measure, job, finished.files)
            finished = replace(finished, kept=gallery.names(finished.kept))
        except NodegraphError as error:
            finished, files = Finished(job.id, "failed", Failure(str(error))), []
        ended = await self._write(lambda: store.end(job.id, finished, files))
        try:
            moved = await asyncio.to_thread(gallery.publish, job.id)
        except NodegraphError as error:
            log.warning("%s; it is tried again at the next start", error)
        else:
            if moved and self.worker is not None:
                self.worker.tell(Published(moved))
        self._desk.tell(ended)

    def _share(self, job: Job, death: Death) -> Death:
        """Return what the worker's death is to a job: those that only waited there are not hurt.

        Of those that ran together nobody knows which one ended it; each is begun again, alone.
        """
        assert self.worker is not None
        if job.id not in self.worker.last:
            return Death(death.reason, "ours")
        own = death.doing == "own" and len(self.worker.last) > 1
        return Death(death.reason, "outside") if own else death

    async def _lose(self, job: Job, death: Death) -> None:
        """Put a job away whose worker died."""
        store = self._desk.store
        failure = Failure(f"{death.reason}; {REMEDY}")
        if job.id in self._desk.cancelled:
            lost = await self._write(lambda: store.end(job.id, Finished(job.id, "cancelled"), ()))
        elif death.doing == "own":
            failed = Finished(job.id, "failed", failure)
            lost = await self._write(lambda: store.end(job.id, failed, ()))
        else:
            counted = death.doing == "outside"
            lost = await self._write(lambda: store.requeue(job.id, death.reason, counted=counted))
        await asyncio.to_thread(self._desk.gallery.discard, job.id)
        self._desk.tell(lost)

    async def _write(self, write: Callable[[], Future[T]]) -> T:
        """Change the store."""
        return await self._insist(lambda: asyncio.wrap_future(write()))

    async def _insist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something again and again while the disk is full, rather than fail job after job."""
        failures = 0
        while True:
            try:
                return await work()
            except StorageError as error:
                if self._desk.stopping:
                    raise
                failures += 1
                await self._pause(failures, str(error))

    async def _pause(self, failures: int, reason: str) -> None:
        """Say what is wrong, and wait: longer each time, but not when the engine stops."""
        if failures == 0 or self._desk.stopping:
            self._say(reason=reason)
            return
        log.warning("%s: %s", self.info.device or "the first worker", reason)
        before = self.info.state
        self._say(state="broken", reason=reason)
        end = asyncio.get_running_loop().time() + min(LONGEST, FIRST * 2 ** (failures - 1))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while not self._desk.stopping:
                    await self._desk.news().wait()
        self._say(state=before)

    def _hear(self, message: Events | Beat) -> None:
        if isinstance(message, Events):
            self._show(message)
            return
        if self.info.state == "starting":
            self._say(state="warming up")
        if self.info.memory != message.memory:
            self._say(memory=message.memory)

    def _show(self, message: Events) -> None:
        for event in message.events:
            data: dict[str, Any] = dict(event)
            preview: int = data.pop("preview", -1)
            if preview >= 0:
                picture = message.previews[preview]
                self._desk.feed.preview(message.job, data["node"], picture)
            self._desk.feed.publish({"type": "event", "job": message.job, "event": data})

    def _say(self, **changes: Any) -> None:
        before, self.info = self.info.state, replace(self.info, **changes)
        self._desk.changed()
        if before == "idle" != self.info.state and self._desk.crew.depth > 1:
            self._desk.wake_where_none_is_idle()

    def _say_job(self) -> None:
        if not self._hand:
            self._say(state="idle", job="")
        else:
            self._say(state="busy", job=self._hand[0], reason="")
