"""Ray itself, imported when a cluster is asked for, and kept from telling anybody of it."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Generator

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
}
"""No statistics go to Ray's makers."""


class ClusterError(NodegraphError):
    """There is no cluster to work with."""


def load() -> Any:
    """Return the module ``ray``.

    Raises:
        ClusterError: It is not installed.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        ray = import_module("ray")
        printing: Any = import_module("ray._private.worker")
    except ImportError as error:
        raise ClusterError(
            f"Ray cannot be loaded ({error}); install it on every machine with "
            "pip install 'nodegraph[ray]'"
        ) from None
    printing._worker_logs_enabled = False  # what it prints goes to our standard output
    return ray


@contextmanager
def own_signals() -> Generator[None]:
    """Keep what signals do as it is: Ray ends the process on SIGTERM, before anything is saved."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, handler in kept.items():
                signal.signal(number, handler)
