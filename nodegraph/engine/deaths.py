"""Why a worker process ended, in words, and whose doing it was."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Literal, TypeAlias

from nodegraph.errors import NodegraphError

Doing: TypeAlias = Literal["outside", "own", "ours"]

REMEDIES = {
    "SIGKILL": "most often because memory ran out",
    "SIGSEGV": "a fault in native code; update the packs and drivers in use",
    "SIGBUS": "a fault in native code, or a full disk under shared memory",
    "SIGABRT": "native code gave up; its words are in the server's log",
    "SIGILL": "native code was built for another processor",
}
OUTSIDE = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP")


@dataclass(frozen=True, slots=True)
class Death:
    """The end of a worker.

    Attributes:
        reason: ``the worker …``, a sentence without its full stop.
        doing: ``outside``: a signal, so the job may be begun again. ``own``: what it computed
            ended it. ``ours``: the engine ended it for a reason of its own.
    """

    reason: str
    doing: Doing


class WorkerDied(NodegraphError):
    """The worker is gone, and what it was doing with it."""

    def __init__(self, death: Death) -> None:
        super().__init__(death.reason)
        self.death = death


def death_of(exitcode: int | None) -> Death:
    """Return what an exit code means; a negative one is a signal's number."""
    if exitcode is None or exitcode >= 0:
        return Death(f"the worker ended by itself with code {exitcode}", "own")
    try:
        name = signal.Signals(-exitcode).name
    except ValueError:
        name = f"signal {-exitcode}"
    hint = f", {REMEDIES[name]}" if name in REMEDIES else ""
    if name in OUTSIDE:
        return Death(f"the worker was killed ({name}){hint}", "outside")
    return Death(f"the worker crashed ({name}){hint}", "own")
