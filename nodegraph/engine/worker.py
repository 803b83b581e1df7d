"""The worker process: it holds models and values, and runs one job at a time."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph.engine.heart import Heart
from nodegraph.engine.inbox import Inbox
from nodegraph.engine.messages import Finished, Free, Ready, Start
from nodegraph.engine.outbox import Outbox
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from nodegraph.engine.host import Host
    from nodegraph.engine.settings import Settings
    from nodegraph.execution.context import Options


def main(connection: Connection, settings: Settings) -> None:
    """Be a worker until the server is gone; the target of a spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server to hear
    os.dup2(2, 1)  # what nodes print is not the server's answer
    outbox, inbox = Outbox(connection), Inbox(connection)
    heart = Heart(outbox, patience=3 * settings.heartbeat)
    for part in (outbox, inbox, heart):
        part.open()
    worker = Worker(settings, inbox, outbox)
    heart.measure = worker.memory
    worker.serve()


class Worker:
    """What runs jobs, once everything that computes is loaded.

    Attributes:
        device: The one it computes on.
    """

    def __init__(self, settings: Settings, inbox: Inbox, outbox: Outbox) -> None:
        from nodegraph.engine.host import load_host
        from nodegraph.execution.cache import Cache
        from nodegraph.execution.disk import Disk
        from nodegraph.execution.run import Executor

        self.inbox, self.outbox = inbox, outbox
        self.host: Host = load_host()
        self.about = choose(self.host, settings.devices)
        self.device = next(iter(self.about))
        self.executor = Executor(cache=Cache(disk=Disk(settings.cache)))

    def memory(self) -> dict[str, int]:
        """Return the bytes of values kept, and those of the device."""
        cache = self.executor.cache
        return {"values": cache.ram + cache.gpu, **self.host.memory(self.device)}

    def serve(self) -> None:
        """Do what the server asks, one thing after another, for ever."""
        self.outbox.send(Ready(self.device, tuple(self.about), self.about))
        while True:
            message = self.inbox.work.get()
            if isinstance(message, Start):
                self.outbox.send(self._perform(message))
            elif isinstance(message, Free):
                self._free(message)

    def _perform(self, start: Start) -> Finished:
        from nodegraph.engine.perform import Performance, failure

        self.outbox.begin(start.job)
        try:
            options = self._options(start)
        except NodegraphError as error:
            return Finished(start.job, "failed", failure(error))
        performance = Performance(start, self.outbox.collect, lambda seen: None)
        finished = performance.run(self.executor, options, self.inbox.token(start.job))
        self.inbox.over(start.job)
        return finished

    def _options(self, start: Start) -> Options:
        from nodegraph.execution.context import Options

        return Options(
            out=Path(start.out),
            device=own(start.device, self.device),
            dtype=start.dtype,
            base=Path(start.base) if start.base else None,
        )

    def _free(self, message: Free) -> None:
        if message.values:
            self.executor.cache.clear()
        if message.models:
            self.host.free_models()


class DeviceError(NodegraphError):
    """The device is not one this worker computes on."""


def choose(host: Host, names: Sequence[str] | None) -> dict[str, dict[str, object]]:
    """Return the devices that jobs may run on, the worker's own first."""
    found = host.devices()
    if names is not None:
        return {name: found.get(name, {}) for name in names}
    gpus = {name: about for name, about in found.items() if name != "cpu"}
    return gpus or found


def own(asked: str, device: str) -> str:
    """Return the name of this worker's device, if that is what is asked for.

    Raises:
        DeviceError: It is another one.
    """
    if asked not in ("auto", device, device.partition(":")[0]):
        raise DeviceError(f"there is no device {asked!r} here; use {device} or auto")
    return device
