"""A line of text that gives way: what does not fit is left out, and stands in its hint."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel

LEAST = 6
"""Letters that it keeps room for."""


class Heading(QLabel):
    """Plain text on one line, as much of it as there is room for; its hint has all of it."""

    def __init__(self, cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle) -> None:
        super().__init__()
        self._cut = cut
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def shown(self) -> str:
        """The text as it is painted."""
        room = self.contentsRect().width()
        return self.fontMetrics().elidedText(self.text(), self._cut, room)

    def say(self, text: str) -> None:
        """Show a text."""
        self.setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Return the room for a few letters, or for all of it where that is less."""
        full = self.sizeHint()
        few = self.fontMetrics().averageCharWidth() * LEAST
        return QSize(min(full.width(), few), full.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as the style does, what fits."""
        painter = QPainter(self)
        align = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        role = self.foregroundRole()
        self.style().drawItemText(
            painter, self.contentsRect(), align, self.palette(), self.isEnabled(), self.shown, role
        )
        painter.end()
