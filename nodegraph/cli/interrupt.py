"""Ctrl-C: the first ends the run at the next evaluation, the second the process."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any

from nodegraph.cli.guard import INTERRUPTED
from nodegraph.execution.context import CancelToken

if TYPE_CHECKING:
    from collections.abc import Callable

SHOW_CURSOR = b"\x1b[?25h\n"


class Interrupts:
    """While entered, SIGINT and SIGTERM cancel the token.

    Args:
        say: Called in the signal handler, so it may neither wait nor use buffered streams.
    """

    def __init__(self, say: Callable[[], None]) -> None:
        self.token = CancelToken()
        self._say = say
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                before = signal.getsignal(number)
                if before is not signal.SIG_IGN:  # as under nohup
                    self._before[number] = before
                    signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _handle(self, _number: int, _frame: Any) -> None:
        if self.token.cancelled:
            if os.isatty(2):
                os.write(2, SHOW_CURSOR)
            os._exit(INTERRUPTED)
        self.token.cancel()
        self._say()
