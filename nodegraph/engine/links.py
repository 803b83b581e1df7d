"""What carries messages to a worker and back, and who has workers: processes here, or a cluster.

The local processes are the default (``process.Machine``), the actors of a Ray cluster the second
(``nodegraph.engine.ray``). Queue, lanes and worker know neither of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from nodegraph.engine.deaths import Death
    from nodegraph.engine.messages import FromWorker, Ready, ToWorker
    from nodegraph.engine.settings import Settings

Take: TypeAlias = Callable[["FromWorker"], None]
Die: TypeAlias = Callable[["Death"], None]
More: TypeAlias = Callable[["tuple[str, ...] | None"], None]
"""Told that there shall be one more worker, and of the devices that it may choose from."""


class Link(Protocol):
    """One worker, from its start to its death. All of it is called on one event loop."""

    async def open(self, take: Take, die: Die) -> None:
        """Start the worker.

        Args:
            take: Told what it says, in order, on the event loop.
            die: Told once, and last, why it is gone.
        """
        ...

    def send(self, message: ToWorker) -> None:
        """Say something to it; nothing where it is gone."""
        ...

    def kill(self) -> None:
        """End it at once; what it was running is lost."""
        ...


class Crew(Protocol):
    """Who has workers.

    Attributes:
        depth: Jobs that a worker is sent before it has ended the first of them.
        patient: Whether a worker may take as long as it likes to start: it waits for room.
    """

    depth: int
    patient: bool

    async def start(self, more: More) -> None:
        """Begin to have workers.

        Args:
            more: Called for each, now or later, on the event loop.

        Raises:
            NodegraphError: There can be none.
        """
        ...

    def found(self, ready: Ready) -> None:
        """Hear what the first worker that is ready says."""
        ...

    def link(self, settings: Settings) -> Link:
        """Return a way to a worker that is not started yet."""
        ...

    async def stop(self) -> None:
        """Have no workers any more; all of them are dead."""
        ...
