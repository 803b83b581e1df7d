"""The server's side of one worker process: what it is told, what it says, and that it lives."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from nodegraph.engine.deaths import Death, WorkerDied, death_of
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
    ToWorker,
    Turns,
    decode,
    encode,
)
from nodegraph.engine.worker import main

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nodegraph.engine.settings import Settings

T = TypeVar("T")
Question: TypeAlias = Look | Turns | ListModels

STARTING = 60.0
"""Seconds until the first sign of life, at least: a machine may be slow to start a process."""
ASLEEP = 1.0
"""Seconds for a server that was itself held up to hear what came meanwhile."""
LOOK = 1.0
"""Seconds between looks at a process whose pipe is silent."""


class Worker:
    """One process, from its start to its death; all of it belongs to one event loop.

    Every wait ends with ``WorkerDied`` when the process dies.

    Attributes:
        job: What it runs now, or nothing.
        heard: Whether it has said anything yet.
    """

    def __init__(self, settings: Settings, hear: Callable[[Events | Beat], None]) -> None:
        """Prepare a worker.

        Args:
            hear: Told ``Events`` and ``Beat``.
        """
        self.job = ""
        self.heard = False
        self._settings, self._hear = settings, hear
        self._loop = asyncio.get_running_loop()
        self._dead: asyncio.Future[Death] = self._loop.create_future()
        self._ready: asyncio.Future[Ready] = self._loop.create_future()
        self._finished: asyncio.Future[Finished] = self._loop.create_future()
        self._answers: dict[int, asyncio.Future[Answer]] = {}
        self._asked = 0
        self._verdict: Death | None = None
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()
        self._last = self._loop.time()
        self._watching: asyncio.Task[None] | None = None

    async def start(self) -> Ready:
        """Start the process; return what it says when it can run jobs."""
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=main, args=(theirs, self._settings), name="nodegraph worker", daemon=True
        )
        await asyncio.to_thread(self._process.start)
        theirs.close()
        for work in (self._read, self._write):
            threading.Thread(target=work, name=f"worker{work.__name__}", daemon=True).start()
        self._watching = self._loop.create_task(self._watch())
        if self._verdict is not None:
            self._process.kill()
        return await self.outlive(self._ready)

    async def run(self, start: Start) -> Finished:
        """Run a job to its end. It has been sent when this first waits."""
        self.job, self._finished = start.job, self._loop.create_future()
        self._send(start)
        try:
            return await self.outlive(self._finished)
        finally:
            self.job = ""

    def cancel(self) -> None:
        """Have the job end; kill the process when it does not in time."""
        job = self.job
        self._send(Cancel(job))
        self._loop.call_later(self._settings.grace, self._overdue, job)

    def _overdue(self, job: str) -> None:
        if self.job == job:
            seconds = self._settings.grace
            self.kill(Death(f"the worker did not cancel within {seconds:g} s", "ours"))

    async def ask(self, question: Question) -> Answer:
        """Return the answer to a question."""
        self._asked += 1
        number = self._asked
        self._answers[number] = self._loop.create_future()
        self._send(replace(question, request=number))
        try:
            return await self.outlive(self._answers[number])
        finally:
            del self._answers[number]

    def free(self, message: Free) -> None:
        """Have it let go of memory."""
        self._send(message)

    def tell(self, message: Published) -> None:
        """Have it know where files are."""
        self._send(message)

    def kill(self, death: Death) -> None:
        """End the process at once; its death is told when it is gone."""
        if not self._dead.done():
            self._verdict = self._verdict or death
            if self._watching is not None:
                self._process.kill()

    def check(self) -> None:
        """Raise ``WorkerDied`` if the process is known to be dead."""
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

    def _send(self, message: ToWorker) -> None:
        self._outgoing.put(encode(message))

    def _write(self) -> None:
        """Send what is to be said; a thread's, for a pipe may be full as long as it likes."""
        with contextlib.suppress(OSError):
            while (data := self._outgoing.get()) is not None:
                self._pipe.send_bytes(data)

    def _read(self) -> None:
        """Hand over what the process says until it is gone; a thread's."""
        with contextlib.suppress(EOFError, OSError):
            while self._pipe.poll(LOOK) or self._process.exitcode is None or self._pipe.poll():
                if self._pipe.poll():
                    self._tell(self._take, decode(self._pipe.recv_bytes()))
        self._process.join(LOOK)
        self._process.kill()
        self._process.join()
        self._outgoing.put(None)
        self._pipe.close()
        self._tell(self._die, death_of(self._process.exitcode))

    def _tell(self, function: Callable[[Any], None], argument: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended before its workers
            self._loop.call_soon_threadsafe(function, argument)

    def _take(self, message: FromWorker) -> None:
        self.heard, self._last = True, self._loop.time()
        if isinstance(message, Ready):
            self._ready.set_result(message)
        elif isinstance(message, Finished):
            self._finished.set_result(message)
        elif isinstance(message, Answer):
            if message.request in self._answers:
                self._answers[message.request].set_result(message)
        else:
            self._hear(message)

    def _die(self, death: Death) -> None:
        if self._watching is not None:
            self._watching.cancel()
        self._dead.set_result(self._verdict or death)

    async def _watch(self) -> None:
        """Kill a process that has been silent for too long."""
        while True:
            last = self._last
            patience = self._settings.heartbeat
            patience = patience if self.heard else max(patience, STARTING)
            left = last + patience - self._loop.time()
            await asyncio.sleep(min(left, self._settings.heartbeat) if left > 0 else ASLEEP)
            if left <= 0 and self._last == last:
                self.kill(Death(f"the worker gave no sign of life for {patience:g} s", "own"))
