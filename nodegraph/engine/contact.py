"""The server's side of one worker: what it is told, what it says, and that it lives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from nodegraph.engine.deaths import Death, WorkerDied
from nodegraph.engine.messages import (
    Answer,
    Beat,
    Cancel,
    Events,
    Finished,
    Free,
    FromWorker,
    ListModels,
    Look,
    Published,
    Ready,
    Start,
    Turns,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from nodegraph.engine.links import Link
    from nodegraph.engine.settings import Settings

T = TypeVar("T")
Question: TypeAlias = Look | Turns | ListModels

STARTING = 60.0
"""Seconds until the first sign of life, at least: a machine may be slow to start a process."""
ASLEEP = 1.0
"""Seconds for a server that was itself held up to hear what came meanwhile."""


class Worker:
    """One worker, from its start to its death; all of it belongs to one event loop.

    Every wait ends with ``WorkerDied`` when the worker dies.

    Attributes:
        link: What carries messages to it.
        heard: Whether it has said anything yet.
        last: The jobs it was at when it died.
    """

    def __init__(
        self,
        link: Link,
        settings: Settings,
        hear: Callable[[Events | Beat], None],
        *,
        patient: bool = False,
    ) -> None:
        """Prepare a worker.

        Args:
            link: Not open yet.
            settings: How long to wait for it.
            hear: Told ``Events`` and ``Beat``.
            patient: It may take as long as it likes until it is first heard of.
        """
        self.link = link
        self.heard = False
        self.last: tuple[str, ...] = ()
        self._settings, self._hear, self._patient = settings, hear, patient
        self._loop = asyncio.get_running_loop()
        self._dead: asyncio.Future[Death] = self._loop.create_future()
        self._ready: asyncio.Future[Ready] = self._loop.create_future()
        self._jobs: dict[str, asyncio.Future[Finished]] = {}
        self._together: dict[str, tuple[str, ...]] = {}
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._asked = 0
        self._verdict: Death | None = None
        self._silence = self._loop.time()
        self._watching: asyncio.Task[None] | None = None

    @property
    def jobs(self) -> tuple[str, ...]:
        """What it was told to run and has not ended: those it is at, and those that wait."""
        return tuple(self._jobs)

    def _at(self) -> tuple[str, ...]:
        """Return the jobs it runs now: together with the first that has not ended."""
        first = next((job for job, done in self._jobs.items() if not done.done()), "")
        return tuple(job for job in self._together.get(first, ()) if job in self._jobs)

    async def start(self) -> Ready:
        """Start it; return what it says when it can run jobs."""
        await self.link.open(self._take, self._die)
        self._watching = self._loop.create_task(self._watch())
        if self._verdict is not None:
            self.link.kill()
        return await self.outlive(self._ready)

    def begin(self, starts: Sequence[Start]) -> None:
        """Have it run jobs together; how each of them goes, ``ended`` tells."""
        jobs = tuple(start.job for start in starts)
        for start in starts:
            self._jobs[start.job] = self._loop.create_future()
            self._together[start.job] = jobs
            self.link.send(replace(start, together=len(starts)))

    async def ended(self, job: str) -> Finished:
        """Wait for the end of a job that was begun."""
        try:
            return await self.outlive(self._jobs[job])
        finally:
            del self._jobs[job], self._together[job]

    def cancel(self, job: str) -> None:
        """Have a job end; kill the worker when it does not in time."""
        self.link.send(Cancel(job))
        self._loop.call_later(self._settings.grace, self._overdue, job)

    def _overdue(self, job: str) -> None:
        """Kill it where it is still at the job; one that waits its turn has time."""
        if job in self._at():
            seconds = self._settings.grace
            self.kill(Death(f"the worker did not cancel within {seconds:g} s", "ours"))
        elif job in self._jobs:
            self._loop.call_later(self._settings.grace, self._overdue, job)

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question."""
        self._asked += 1
        number = self._asked
        self._answers[number] = self._loop.create_future()
        self.link.send(replace(question, request=number))
        try:
            return await self.outlive(self._answers[number])
        finally:
            del self._answers[number]

    def free(self, message: Free) -> None:
        """Have it let go of memory."""
        self.link.send(message)

    def tell(self, message: Published) -> None:
        """Have it know where files are."""
        self.link.send(message)

    def kill(self, death: Death) -> None:
        """End it at once; its death is told when it is gone."""
        if not self._dead.done():
            self._verdict = self._verdict or death
            if self._watching is not None:
                self.link.kill()

    def check(self) -> None:
        """Raise ``WorkerDied`` if it is known to be dead."""
        if self._dead.done():
            raise WorkerDied(self._dead.result())

    async def outlive(self, result: Awaitable[T]) -> T:
        """Wait for something, or for the worker's death.

        Raises:
            WorkerDied: It came first.
        """
        waiting = asyncio.ensure_future(result)
        await asyncio.wait((waiting, self._dead), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        raise WorkerDied(self._dead.result())

    def _take(self, message: FromWorker) -> None:
        self.heard, self._silence = True, self._loop.time()
        if isinstance(message, Ready):
            self._ready.set_result(message)
        elif isinstance(message, Finished):
            if message.job in self._jobs:
                self._jobs[message.job].set_result(message)
        elif isinstance(message, Answer):
            if message.request in self._answers:
                self._answers[message.request].set_result(message)
        else:
            self._hear(message)

    def _die(self, death: Death) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self.last = self._at()
        self._dead.set_result(self._verdict or death)

    async def _watch(self) -> None:
        """Kill a worker that has been silent for too long."""
        while True:
            last = self._silence
            patience = self._settings.heartbeat
            patience = patience if self.heard else max(patience, STARTING)
            left = last + patience - self._loop.time()
            await asyncio.sleep(min(left, self._settings.heartbeat) if left > 0 else ASLEEP)
            waits = self._patient and not self.heard
            if left <= 0 and self._silence == last and not waits:
                self.kill(Death(f"the worker gave no sign of life for {patience:g} s", "own"))
