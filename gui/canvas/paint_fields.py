"""Parameters as painted fields: name, value, a switch, where in its range a number is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from gui.canvas.buttons import OF, paint_buttons, room
from gui.canvas.measure import FIELD, LINE
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.values import label, share, shown
from gui.theme import FIELD_RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Card
    from gui.canvas.looks import Looks
    from gui.canvas.measure import Field
    from gui.canvas.sheet import Sheet

EDGE = 8
"""Between a field's side and its text."""

CHEVRON = 16
"""Width that a choice's arrow takes."""


def paint_ground(painter: QPainter, looks: Looks, field: Field) -> None:
    """Paint what does not depend on the value: the recess, the name, a choice's arrow."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(looks.theme.field))
    rect = QRectF(field.x, field.y, field.width, field.height)
    painter.drawRoundedRect(rect, FIELD_RADIUS, FIELD_RADIUS)
    if field.param.widget == "multiline":
        return
    painter.setFont(looks.text.font)
    painter.setPen(looks.color("weak"))
    name = looks.text.line(label(field.param.name), _name_width(field))
    painter.drawStaticText(QPointF(field.x + EDGE, _text_top(looks, field)), name)
    if field.param.choices:
        _paint_chevron(painter, looks, field)


def paint_values(painter: QPainter, sheet: Sheet, card: Card, driven: set[str]) -> None:
    """Paint the values of a node's parameters; one that a link drives shows its name alone."""
    if not card.layout.fields:
        return
    looks = sheet.looks
    painter.setFont(looks.text.font)
    for name, field in card.layout.fields.items():
        if name in driven:
            _paint_driven(painter, looks, field)
        else:
            _paint_value(painter, looks, field, card.node.params.get(name, field.param.default))
            if field.param.widget in OF:
                paint_buttons(painter, looks, field, locked=name in card.locked)


def _paint_value(painter: QPainter, looks: Looks, field: Field, value: Any) -> None:
    if isinstance(value, bool):
        _paint_switch(painter, looks, field, on=value)
        return
    if field.param.widget == "multiline":
        _paint_text(painter, looks, field, str(value))
        return
    part = share(field.param, value)
    if part is not None:
        track = QRectF(field.x + EDGE, field.y + FIELD - 3, field.width - 2 * EDGE, 1.5)
        painter.fillRect(track, looks.color("fill"))
        track.setWidth(track.width() * part)
        painter.fillRect(track, looks.color("accent"))
    painter.setPen(looks.color("strong"))
    right = field.x + field.width - EDGE - (CHEVRON if field.param.choices else room(field))
    space = (
        right - field.x - EDGE - min(looks.text.width(label(field.param.name)), _name_width(field))
    )
    text = looks.text.line(shown(value), max(space - EDGE, 24.0))
    painter.drawStaticText(QPointF(right - text.size().width(), _text_top(looks, field)), text)


def _paint_text(painter: QPainter, looks: Looks, field: Field, value: str) -> None:
    """Paint the beginning of a text of several lines; of an empty one its name."""
    painter.setPen(looks.color("strong" if value else "weak"))
    lines = max(int((field.height - EDGE) // LINE), 1)
    text = looks.text.lines(value or label(field.param.name), field.width - 2 * EDGE, lines)
    painter.drawStaticText(QPointF(field.x + EDGE, field.y + 4), text)


def _paint_driven(painter: QPainter, looks: Looks, field: Field) -> None:
    rect = QRectF(field.x - 1, field.y - 1, field.width + 2, field.height + 2)
    painter.fillRect(rect, looks.color("body"))
    painter.setPen(looks.color("strong"))
    name = looks.text.line(label(field.param.name), field.width)
    painter.drawStaticText(QPointF(field.x + 2, _text_top(looks, field)), name)


def _paint_switch(painter: QPainter, looks: Looks, field: Field, *, on: bool) -> None:
    theme = looks.theme
    left, top = field.x + field.width - EDGE - 26, field.y + (FIELD - 14) / 2
    painter.setPen(Qt.PenStyle.NoPen if on else pen_of(theme.weak, 1.0))
    painter.setBrush(brush_of(theme.accent if on else theme.field))
    painter.drawRoundedRect(QRectF(left, top, 26, 14), 7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(theme.body if on else theme.weak))
    painter.drawEllipse(QPointF(left + (19 if on else 7), top + 7), 4.5, 4.5)


def _paint_chevron(painter: QPainter, looks: Looks, field: Field) -> None:
    x, y = field.x + field.width - EDGE - 5, field.y + FIELD / 2
    painter.setPen(pen_of(looks.theme.weak, 1.4))
    painter.drawPolyline(
        QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])
    )


def _name_width(field: Field) -> float:
    return field.width * (0.72 if field.param.type == "bool" else 0.6)


def _text_top(looks: Looks, field: Field) -> float:
    return field.y + (FIELD - looks.text.height) / 2
