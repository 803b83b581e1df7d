"""A sentence in a bubble by the pointer, such as why a link is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF

from gui.canvas.pens import brush_of, pen_of
from gui.colors import mix
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.looks import Looks

WIDTH, LINES, PAD = 280, 6, 8


def paint_bubble(painter: QPainter, looks: Looks, text: str, at: tuple[float, float]) -> None:
    """Paint a refusal at a point of the widget, to the right of it and below, at every zoom."""
    painter.save()
    painter.resetTransform()
    theme, lines = looks.theme, looks.text.lines(text, WIDTH, LINES)
    left, top = round(at[0]) + 16, round(at[1]) + 16
    size = lines.size()
    painter.setPen(pen_of(theme.error, 1.0))
    painter.setBrush(brush_of(mix(theme.body, theme.error, 0.08)))
    box = QRectF(left, top, size.width() + 2 * PAD, size.height() + 2 * PAD)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setFont(looks.text.font)
    painter.setPen(looks.color("strong"))
    painter.drawStaticText(QPointF(left + PAD, top + PAD), lines)
    painter.restore()
