"""A sentence in a bubble by the pointer, such as why a link is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSizeF

from gui.canvas.pens import brush_of, pen_of
from gui.colors import mix
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QPainter

    from gui.canvas.looks import Looks

WIDTH, LINES, PAD = 280, 6, 8
APART = 16
"""From the point to the bubble."""


def paint_bubble(
    painter: QPainter, looks: Looks, text: str, at: tuple[float, float], room: QSize
) -> None:
    """Paint a refusal by a point of a widget, as large at every zoom, and inside of its room."""
    painter.save()
    painter.resetTransform()
    theme, lines = looks.theme, looks.text.lines(text, WIDTH, LINES)
    size = lines.size() + QSizeF(2 * PAD, 2 * PAD)
    left, top = corner(at, size, room)
    painter.setPen(pen_of(theme.error, 1.0))
    painter.setBrush(brush_of(mix(theme.body, theme.error, 0.08)))
    box = QRectF(QPointF(left, top), size)
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    painter.setFont(looks.text.font)
    painter.setPen(looks.color("strong"))
    painter.drawStaticText(QPointF(left + PAD, top + PAD), lines)
    painter.restore()


def corner(at: tuple[float, float], size: QSizeF, room: QSize) -> tuple[int, int]:
    """Return where a bubble begins: right of a point and below, or else on its other side."""
    left, top = (
        round(one + APART if one + APART + needed <= most else max(one - APART - needed, 0))
        for one, needed, most in (
            (at[0], size.width(), room.width()),
            (at[1], size.height(), room.height()),
        )
    )
    return left, top
