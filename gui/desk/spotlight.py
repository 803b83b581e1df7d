"""A veil over the window with a hole where the eye should go; the mouse does not notice it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QRect, QRectF, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

DARKNESS, RING, AROUND = 96, 2, 6
"""Opacity of the veil of 255, width of the ring around the hole and its distance, in px."""

GLIDES = 260
"""Milliseconds in which it goes from one part to the next."""


class Spotlight(QWidget):
    """Lies over its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.hide()
        self._part: QRect | None = None
        self._hole = QRectF()
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(GLIDES)
        self._glide.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._glide.valueChanged.connect(self._move)

    def aim(self, part: QRect | None, *, glide: bool) -> None:
        """Show a part; nothing stays in the dark where there is none."""
        if part == self._part:
            return
        before, self._part = self._part, part
        self._glide.stop()
        if part is None or before is None or not glide or not self.isVisible():
            self._move(QRectF() if part is None else _around(part))
            return
        self._glide.setStartValue(self._hole)
        self._glide.setEndValue(_around(part))
        self._glide.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the veil, and a ring around the hole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil, hole = QPainterPath(), QPainterPath()
        veil.addRect(QRectF(self.rect()))
        hole.addRoundedRect(self._hole, RADIUS + AROUND / 2, RADIUS + AROUND / 2)
        if self._part is not None:
            painter.fillPath(veil.subtracted(hole), QColor(0, 0, 0, DARKNESS))
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), RING))
            painter.drawPath(hole)
        painter.end()

    def _move(self, hole: QRectF) -> None:
        self._hole = hole
        self.update()


def _around(part: QRect) -> QRectF:
    return QRectF(part.adjusted(-AROUND, -AROUND, AROUND, AROUND))
