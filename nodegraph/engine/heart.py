"""The sign of life of a worker, once a second."""

from __future__ import annotations

import faulthandler
import threading
import time
from typing import TYPE_CHECKING

from nodegraph.engine.memory import resident
from nodegraph.engine.messages import Beat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nodegraph.engine.outbox import Outbox

EVERY = 1.0
STDERR = 2


class Heart:
    """A thread that tells the server that the process lives, and how much memory it has.

    Attributes:
        measure: What else there is to tell of memory; more once the worker is warm.
    """

    def __init__(self, outbox: Outbox, patience: float) -> None:
        self.measure: Callable[[], Mapping[str, int]] = dict[str, int]
        self._outbox, self._patience = outbox, patience

    def open(self) -> None:
        """Begin to beat."""
        self._put_off()
        threading.Thread(target=self._beat, name="heart", daemon=True).start()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def _beat(self) -> None:
        while True:
            self._outbox.send(Beat({"process": resident(), **self._measured()}))
            time.sleep(EVERY)

    def _measured(self) -> Mapping[str, int]:
        """Return what a pack tells of memory, or nothing: a driver in trouble is no death."""
        try:
            return self.measure()
        except Exception:  # noqa: BLE001 - a driver may raise anything, at any time
            return {}

    def _watch(self) -> None:
        while True:
            time.sleep(EVERY)
            self._put_off()

    def _put_off(self) -> None:
        """Put off the end, which comes where no thread runs any more and no server ends it."""
        faulthandler.dump_traceback_later(self._patience, exit=True, file=STDERR)
