"""Buttons painted in a field: a seed's dice and lock, a mask's brush, a file's folder."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainterPath

from gui.canvas.measure import FIELD
from gui.canvas.pens import brush_of, pen_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.looks import Looks
    from gui.canvas.measure import Field

Button = Literal["", "dice", "lock", "paint", "browse"]

WIDTH = 20.0
OF: dict[str, tuple[Button, ...]] = {
    "seed": ("dice", "lock"),
    "file": ("browse",),
    "mask": ("paint", "browse"),
    "folder": ("browse",),
    "model": ("browse",),
}
"""From left to right, by the parameter's widget."""


def room(field: Field) -> float:
    """Return how wide a field's buttons are together."""
    return WIDTH * len(OF.get(field.param.widget, ()))


def button_at(field: Field, x: float) -> Button:
    """Return the button under a point of a field, given from the node's left side."""
    buttons = OF.get(field.param.widget, ())
    index = int((x - (field.x + field.width - 4 - room(field))) // WIDTH)
    return buttons[index] if 0 <= index < len(buttons) else ""


def paint_buttons(painter: QPainter, looks: Looks, field: Field, *, locked: bool) -> None:
    """Paint them at the field's right end; a locked seed's dice is faint."""
    left, middle = field.x + field.width - 4 - room(field) + WIDTH / 2, field.y + FIELD / 2
    theme = looks.theme
    for index, button in enumerate(OF.get(field.param.widget, ())):
        faint = button == "dice" and locked
        color = theme.accent if button == "lock" and locked else theme.weak
        painter.translate(left + index * WIDTH, middle)
        painter.setPen(pen_of(color, 1.3, 0.35 if faint else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(_glyph(button, closed=locked))
        if button == "dice":
            _paint_pips(painter, color, 0.35 if faint else 1.0)
        painter.translate(-left - index * WIDTH, -middle)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_pips(painter: QPainter, color: str, alpha: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(color, alpha))
    for x, y in ((-2.2, -2.2), (2.2, 2.2), (0.0, 0.0)):
        painter.drawEllipse(QPointF(x, y), 1.0, 1.0)


@lru_cache(maxsize=8)
def _glyph(button: Button, *, closed: bool) -> QPainterPath:
    path = QPainterPath()
    if button == "dice":
        path.addRoundedRect(QRectF(-5, -5, 10, 10), 2.5, 2.5)
    elif button == "lock":
        path.addRoundedRect(QRectF(-4.5, -1, 9, 6.5), 1.5, 1.5)
        path.moveTo(-2.8, -1)
        path.lineTo(-2.8, -3)
        path.arcTo(QRectF(-2.8, -5.8, 5.6, 5.6), 180, -180)
        if closed:
            path.lineTo(2.8, -1)
    elif button == "paint":
        path.moveTo(5.5, -5.5)
        path.lineTo(0, 0)
        path.moveTo(-0.5, -0.2)
        path.cubicTo(-3, -0.8, -3.9, 1.2, -3.7, 2.8)
        path.cubicTo(-3.7, 3.8, -4.5, 4.6, -5, 4.8)
        path.cubicTo(-2.5, 5.6, 1.1, 5, 0.9, 1.4)
        path.closeSubpath()
    else:
        path.moveTo(-5.5, 4.5)
        path.lineTo(-5.5, -4)
        path.lineTo(-1.5, -4)
        path.lineTo(0, -2.2)
        path.lineTo(5.5, -2.2)
        path.lineTo(5.5, 4.5)
        path.closeSubpath()
    return path
