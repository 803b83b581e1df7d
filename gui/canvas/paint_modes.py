"""What sets nodes apart that do not simply run: muted, bypassed, of unknown type, out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt

from gui.canvas.measure import HEADER, INSET
from gui.canvas.pens import brush_of, pen_of
from gui.theme import RADIUS
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Card
    from gui.canvas.sheet import Sheet

VEIL = 0.6
"""Opacity of the veil over a node that does not run."""

LEAF = 4.0
"""How far a subgraph's second edge stands out."""


def paint_folder(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint a second edge behind a subgraph: there is more inside."""
    if not card.node.type.startswith(SUBGRAPH):
        return
    theme, layout = sheet.looks.theme, card.layout
    painter.setPen(pen_of(theme.line, 1.0))
    painter.setBrush(brush_of(theme.field))
    for shift in (LEAF * 2, LEAF):
        rect = QRectF(shift, shift, layout.width, layout.height)
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def paint_mode(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint a stroke through a muted node, and through a bypassed one the way that values take."""
    mode, layout, theme = card.node.mode, card.layout, sheet.looks.theme
    if mode == "run":
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(theme.surface, VEIL))
    painter.drawRoundedRect(QRectF(0, 0, layout.width, layout.height), RADIUS, RADIUS)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if mode == "mute" and not layout.collapsed:
        painter.setPen(pen_of(theme.weak, 1.4, 0.7))
        painter.drawLine(QLineF(8, layout.height - 8, layout.width - 8, HEADER + 8))
    for start, end in _passes(card) if mode == "bypass" else ():
        painter.setPen(pen_of(theme.accent, 1.6, dashed=True))
        painter.drawLine(QLineF(*start, *end))


def paint_advice(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Say on a node of unknown type what to do about it."""
    layout = card.layout
    if layout.spec.known or layout.collapsed:
        return
    looks = sheet.looks
    text = looks.small.lines(ADVICE, layout.width - 2 * INSET, 3)
    painter.setFont(looks.small.font)
    painter.setPen(looks.color("weak"))
    painter.drawStaticText(QPointF(INSET, layout.height - text.size().height() - 8), text)


ADVICE = (
    "This type is unknown here: install its node pack, or replace the node. It is kept as it is."
)


def _passes(card: Card) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return from where to where values pass a bypassed node: to each output, the first input of
    its type.
    """
    found: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for output in card.layout.outputs.values():
        inputs = [one for one in card.layout.inputs.values() if not one.param]
        same = next((one for one in inputs if one.type == output.type), None)
        if same is not None:
            found.append(((same.x + 8, same.y), (output.x - 8, output.y)))
    return found
