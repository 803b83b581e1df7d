"""The worker process: it holds models and values, and runs jobs one after another, or some of them
together."""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph.engine.heart import Heart
from nodegraph.engine.inbox import Inbox
from nodegraph.engine.memory import give_back
from nodegraph.engine.messages import Free, Published, Ready, Start
from nodegraph.engine.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from nodegraph.engine.perform import Performance
    from nodegraph.engine.settings import Settings
    from nodegraph.execution.events import Event

PATIENCE = 60.0
"""Seconds without a sign of life, at least, until a worker ends itself: its server is slow too."""


def main(connection: Connection, settings: Settings) -> None:
    """Be a worker until the server is gone; the target of a spawned process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server to hear
    os.dup2(2, 1)  # the server's answers alone go to its standard output, not what nodes print
    work(connection, settings, name="", end=_end)


def work(connection: Connection, settings: Settings, *, name: str, end: Callable[[], None]) -> None:
    """Be a worker on a thread of any process, until ``end`` ends it or the server is gone."""
    outbox, inbox = Outbox(connection), Inbox(connection)
    heart = Heart(outbox, patience=max(3 * settings.heartbeat, PATIENCE))
    for part in (outbox, inbox, heart):
        part.open()
    worker = Worker(settings, inbox, outbox, name=name, end=end)
    heart.measure = worker.memory
    worker.serve()


def _end() -> None:
    """End as if from outside, so that a job that was sent meanwhile is begun again."""
    signal.raise_signal(signal.SIGTERM)


class Worker:
    """What runs jobs, once everything that computes is loaded.

    Attributes:
        name: What it is called, where its device's name does not say enough.
        end: Ends the process, once its device is lost; what was sent is still delivered.
    """

    def __init__(
        self,
        settings: Settings,
        inbox: Inbox,
        outbox: Outbox,
        *,
        name: str,
        end: Callable[[], None],
    ) -> None:
        from nodegraph.engine.host import choose, load_host
        from nodegraph.engine.kept import Kept
        from nodegraph.engine.looking import Looker
        from nodegraph.execution.cache import Cache
        from nodegraph.execution.disk import Disk
        from nodegraph.execution.run import Executor

        self.inbox, self.outbox, self.kept = inbox, outbox, Kept()
        self.name, self.end = name, end
        self.host = load_host()
        self.about = choose(self.host, settings.devices)
        self.device = next(iter(self.about))
        self.executor = Executor(cache=Cache(disk=Disk(settings.cache)))
        self.folders = settings.models
        self.shelf = settings.outputs
        self.looker = Looker(self.host, self.executor, self.kept, self.device, self.folders)

    def memory(self) -> dict[str, int]:
        """Return the bytes of values kept, and those of the device."""
        cache = self.executor.cache
        values = cache.ram + cache.gpu + self.kept.size
        return {"values": values, **self.host.memory(self.device)}

    def serve(self) -> None:
        """Do what the server asks, one thing after another, for ever."""
        self.outbox.send(Ready(self.device, tuple(self.about), self.about, self.name))
        if self.inbox.work.empty():
            self.host.warm()
        while True:
            message = self.inbox.work.get()
            if isinstance(message, Start):
                self._perform([message, *self._others(message.together - 1)])
            elif isinstance(message, Free):
                self._free(message)
            elif isinstance(message, Published):
                places = {Path(old): Path(new) for old, new in message.places.items()}
                self.executor.cache.move(places)
            self._answer()

    def _others(self, count: int) -> list[Start]:
        """Take the jobs that were told right after one, to be run together with it."""
        found: list[Start] = []
        while len(found) < count:
            message = self.inbox.work.get()
            if isinstance(message, Start):
                found.append(message)
        return found

    def _perform(self, starts: Sequence[Start]) -> None:
        """Run jobs, and answer questions between their nodes; end where the device is lost."""
        from nodegraph.engine.perform import Performance
        from nodegraph.execution.company import accompany

        performances = [
            Performance(start, partial(self._hear, start.job), self.kept, self.folders, self.shelf)
            for start in starts
        ]
        if len(performances) == 1:
            self._run(performances[0])
        else:
            accompany([partial(self._run, one) for one in performances])
        if any(one.lost_device for one in performances):
            self.end()
        if any(one.short_of_memory for one in performances):
            self._free(Free(values=True, models=False))

    def _run(self, performance: Performance) -> None:
        job = performance.start.job
        finished = performance.run(self.executor, self.device, self.inbox.token(job))
        self.inbox.over(job)
        self.outbox.send(finished)

    def _hear(self, job: str, event: Event) -> None:
        self.outbox.collect(job, event)
        if not self.inbox.questions.empty():
            self._answer()

    def _answer(self) -> None:
        while not self.inbox.questions.empty():
            self.outbox.send(self.looker.answer(self.inbox.questions.get()))

    def _free(self, message: Free) -> None:
        if message.values:
            self.executor.cache.clear()
            self.kept.clear()
        if message.models:
            self.host.free_models()
        give_back()
