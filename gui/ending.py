"""When the system wants the program to end: at a logout, by ``kill``, with Ctrl+C in a terminal."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSocketNotifier, Signal

if TYPE_CHECKING:
    from types import FrameType

SIGNALS = [one for one in signal.Signals if one.name in ("SIGINT", "SIGTERM", "SIGHUP")]


class Ending(QObject):
    """Hears signals on Qt's thread, which does not run Python while it waits for events.

    Attributes:
        asked: The program is to end. A second signal ends it at once.
    """

    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heard, self._told = socket.socketpair()
        for end in (self._heard, self._told):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._take)
        self._before = {one: signal.signal(one, _hear) for one in SIGNALS}
        self._woken = signal.set_wakeup_fd(self._told.fileno(), warn_on_full_buffer=False)

    def close(self) -> None:
        """Hear nothing more."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._woken)
        for one, handler in self._before.items():
            signal.signal(one, handler)
        self._heard.close()
        self._told.close()

    def _take(self) -> None:
        if any(number in SIGNALS for number in self._heard.recv(64)):
            for one in SIGNALS:
                signal.signal(one, signal.SIG_DFL)
            self.asked.emit()


def _hear(number: int, frame: FrameType | None) -> None:
    """Do nothing: it is enough that the socket was written to."""
