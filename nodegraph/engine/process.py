"""Workers that are processes of this machine: a pipe to each, and how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from nodegraph.engine.deaths import death_of
from nodegraph.engine.messages import decode, encode
from nodegraph.engine.worker import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodegraph.engine.links import Die, More, Take
    from nodegraph.engine.messages import Ready, ToWorker
    from nodegraph.engine.settings import Settings

LOOK = 1.0
"""Seconds between looks at a process whose pipe is silent."""


class Process:
    """One process and the pipe to it; a ``Link``."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._outgoing: SimpleQueue[bytes | None] = SimpleQueue()

    @property
    def pid(self) -> int | None:
        """The process's id."""
        return self._process.pid

    async def open(self, take: Take, die: Die) -> None:
        """Start the process."""
        self._take, self._die = take, die
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=main, args=(theirs, self._settings), name="nodegraph worker", daemon=True
        )
        await asyncio.to_thread(self._process.start)
        theirs.close()
        for work in (self._read, self._write):
            threading.Thread(target=work, name=f"worker{work.__name__}", daemon=True).start()

    def send(self, message: ToWorker) -> None:
        """Put a message into the pipe."""
        self._outgoing.put(encode(message))

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()

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


class Machine:
    """The workers of this machine, one a device; a ``Crew``.

    Which devices there are is known when a first worker has loaded what computes.
    """

    depth = 1
    patient = False

    def __init__(self, settings: Settings) -> None:
        self._devices = settings.devices

    async def start(self, more: More) -> None:
        """Have the first worker."""
        self._more = more
        more(self._devices)

    def found(self, ready: Ready) -> None:
        """Have a worker for every other device."""
        for device in ready.devices:
            if device != ready.device:
                self._more((device,))

    def link(self, settings: Settings) -> Process:
        """Return a process that is not started yet."""
        return Process(settings)

    async def stop(self) -> None:
        """Do nothing: processes end with their lanes."""
