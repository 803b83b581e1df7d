"""A line of text that gives way: what does not fit is left out of its middle, and in its hint."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStyle

LEAST = 6
"""Letters that it keeps room for."""


class Heading(QLabel):
    """Plain text on one line, as much of it as there is room for; its hint has all of it.

    Its ends stay, since an output's name says the more the nearer to the end it is.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def shown(self) -> str:
        """The text as it is painted."""
        cut = Qt.TextElideMode.ElideMiddle
        return self.fontMetrics().elidedText(self.text(), cut, self.contentsRect().width())

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
        style: QStyle = self.style()
        style.drawItemText(
            painter, self.contentsRect(), align, self.palette(), self.isEnabled(), self.shown, role
        )
        painter.end()
