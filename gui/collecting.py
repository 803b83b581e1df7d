"""Garbage is collected on Qt's thread alone.

Python collects on whichever thread happens to make an object. Where a cycle holds a QObject, that
would delete it on the engine's thread while Qt's own still has timers and events for it, which
crashes the program.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

PAUSE = 1000
"""Milliseconds between two looks."""

MANY = 10_000
"""Objects made since the last time from which it is worth collecting."""

OLD = 10
"""Collections of a generation after which the next older one is collected too."""


class Collector(QObject):
    """Takes collecting over from Python until it is stopped."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self, interval=PAUSE)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collect what is worth it: the youngest objects most often."""
        young, middle, old = gc.get_count()
        if young < MANY:
            return
        gc.collect(0 if middle < OLD else 1 if old < OLD else 2)

    def stop(self) -> None:
        """Give collecting back to Python."""
        self._timer.stop()
        gc.enable()
