"""The tour: five bubbles that point at real parts of the window, for who is here the first time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from gui.desk.bubble import Bubble
from gui.desk.spotlight import Spotlight

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from gui.theme import Theme

FOLLOWS = 120
"""Milliseconds between two looks at where the part is: the graph may be moved meanwhile."""


@dataclass(frozen=True)
class Step:
    """One bubble.

    Attributes:
        where: The part it points at, in the window's coordinates; ``None`` where it is not there.
        prepare: Brings the part into view.
    """

    title: str
    text: str
    where: Callable[[], QRect | None]
    prepare: Callable[[], object] = int


class Tour(QObject):
    """Leads through the steps in a window that is shown; everything can be used meanwhile.

    Escape ends it.

    Attributes:
        ended: It is over, to its end or skipped.
    """

    ended = Signal()

    def __init__(self, window: QWidget, steps: Sequence[Step], theme: Theme) -> None:
        super().__init__(window)
        self._window, self._steps, self._index = window, steps, 0
        self.spotlight, self.bubble = Spotlight(window), Bubble(window, theme, len(steps))
        self.bubble.back.clicked.connect(lambda: self.go(-1))
        self.bubble.next.clicked.connect(lambda: self.go(1))
        self.bubble.skip.clicked.connect(self.end)
        self._timer = QTimer(self, interval=FOLLOWS)
        self._timer.timeout.connect(self._place)
        self._watched: list[QObject] = [
            window,
            window.windowHandle(),
        ]  # the latter hears keys first
        for one in self._watched:
            one.installEventFilter(self)

    @property
    def step(self) -> Step:
        """The bubble that is shown."""
        return self._steps[self._index]

    def begin(self) -> None:
        """Show the first bubble."""
        self._timer.start()
        self._show()
        self.spotlight.show()
        self.bubble.show()
        self.bubble.next.setFocus()

    def go(self, by: int) -> None:
        """Show the next bubble, or one before; behind the last, end."""
        if self._index + by >= len(self._steps):
            self.end()
            return
        self._index = max(self._index + by, 0)
        self._show()
        self.bubble.next.setFocus()

    def end(self) -> None:
        """Take everything away."""
        self._timer.stop()
        for one in self._watched:
            one.removeEventFilter(self)
        for widget in (self.spotlight, self.bubble):
            widget.hide()
            widget.deleteLater()
        self.ended.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size; end with Escape, wherever the focus is."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        escape = event.key() == Qt.Key.Key_Escape
        if escape:
            self.end()
        return escape

    def _show(self) -> None:
        self.step.prepare()
        self.bubble.tell(self.step.title, self.step.text, self._index)
        self._place(glide=True)

    def _place(self, *, glide: bool = False) -> None:
        whole = self._window.rect()
        part = self.step.where()
        part = None if part is None else part & whole
        self.spotlight.setGeometry(whole)
        self.spotlight.aim(part, glide=glide)
        self.bubble.point_at(part, whole)
        self.spotlight.raise_()
        self.bubble.raise_()
