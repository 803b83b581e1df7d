"""What a run leaves on a node: an outline, a picture, an error in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt

from gui.canvas.measure import INSET
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.pictures import fitted, room_of
from gui.colors import mix
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPen

    from gui.canvas.cards import Card
    from gui.canvas.sheet import Sheet

WORDS = 4
"""Lines of an error that are shown under the node."""


def outline(sheet: Sheet, card: Card) -> QPen | None:
    """Return the pen around a node that is selected, runs or has a problem, if any."""
    theme = sheet.looks.theme
    state = sheet.states.nodes.get(card.id)
    if card.id in sheet.marks.selected:
        return pen_of(theme.accent, 2.0 * sheet.ratio)
    if state is not None and (state.message or state.phase == "error"):
        return pen_of(theme.error, 1.6 * sheet.ratio)
    if state is not None and state.phase == "running":
        return pen_of(theme.running, 1.6 * sheet.ratio)
    if not card.layout.spec.known:
        return pen_of(theme.error, 1.2, dashed=True)
    if card.node.mode == "bypass":
        return pen_of(theme.accent, 1.2, dashed=True)
    if sheet.marks.hovered == card.id:
        return pen_of(mix(theme.line, theme.weak, 0.6), 1.0)
    return None


def paint_picture(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint what an image output gave, fitted into the picture area."""
    picture = sheet.states.picture(card.id)
    if not card.layout.thumbnail or picture is None:
        return
    room = room_of(card.layout)
    painter.fillRect(room, sheet.looks.color("field"))
    painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform, True)
    painter.drawImage(fitted(room, picture), picture)


def paint_message(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint the error under the node it stands on."""
    state = sheet.states.nodes.get(card.id)
    if state is None or not state.message:
        return
    looks, theme = sheet.looks, sheet.looks.theme
    text = looks.text.lines(state.message, card.layout.width - 2 * INSET, WORDS)
    height = text.size().height() + 2 * 6
    painter.setPen(pen_of(theme.error, 1.0))
    painter.setBrush(brush_of(mix(theme.body, theme.error, 0.1)))
    top = card.layout.height + 6
    painter.drawRoundedRect(QRectF(0, top, card.layout.width, height), RADIUS, RADIUS)
    painter.setFont(looks.text.font)
    painter.setPen(looks.color("strong"))
    painter.drawStaticText(QPointF(INSET, top + 6), text)
    painter.setBrush(Qt.BrushStyle.NoBrush)
