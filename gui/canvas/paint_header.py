"""What a node's header says: its title, how long it took, whether it runs at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from gui.canvas.measure import HEADER
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.states import NodeState, time_text

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.cards import Card
    from gui.canvas.sheet import Sheet
    from gui.canvas.states import Mark

EDGE = 12
NOTED = 0.05
"""Seconds; of a node that took less, nothing is said."""

LOUD = ("strong", "error", "running")
"""Colors of notes that stay where they cut the title short."""

BADGE = 18
"""Side of the square in a header's left corner that says a node is not what it was."""

BAR = 2
"""Height of the bar that shows progress."""


def paint_header(painter: QPainter, sheet: Sheet, card: Card) -> None:
    """Paint title, note and progress around the origin, a node's top left corner."""
    looks, width = sheet.looks, card.layout.width
    state = sheet.states.nodes.get(card.id, NodeState())
    note, color = _note(card, state)
    used = 0.0
    room = width - 3 * EDGE - looks.small.width(note) - (BADGE if state.mark else 0)
    if note and (color in LOUD or looks.title.width(card.title) <= room):
        used = looks.small.width(note) + EDGE
        painter.setFont(looks.small.font)
        painter.setPen(looks.color(color))
        top = (HEADER - looks.small.height) / 2
        painter.drawStaticText(QPointF(width - used, top), looks.small.line(note, 100.0))
    left = EDGE + (BADGE if state.mark else 0)
    if state.mark:
        _paint_badge(painter, sheet, state.mark)
    painter.setFont(looks.title.font)
    painter.setPen(looks.color("strong"))
    title = looks.title.line(card.title, width - left - EDGE - used)
    painter.drawStaticText(QPointF(left, (HEADER - looks.title.height) / 2), title)
    if state.phase == "running":
        part = state.progress if state.progress >= 0 else 1.0
        bar = QRectF(1, HEADER - BAR, (width - 2) * min(part, 1.0), BAR)
        painter.fillRect(bar, looks.color("running", 1.0 if state.progress >= 0 else 0.5))


def on_badge(x: float, y: float) -> bool:
    """Tell whether a point, from a node's top left corner, is on its mark."""
    return 0 <= x <= EDGE + BADGE and 0 <= y <= HEADER


def _paint_badge(painter: QPainter, sheet: Sheet, mark: Mark) -> None:
    """Paint a triangle for what is nearly the same, a disk for what cannot run here."""
    theme = sheet.looks.theme
    middle = QPointF(EDGE + BADGE / 2 - 3, HEADER / 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush_of(theme.error if mark == "unsupported" else theme.warning))
    if mark == "unsupported":
        painter.drawEllipse(middle, 6.0, 6.0)
    else:
        corners = ((0, -6), (6.5, 5.0), (-6.5, 5.0))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))
    painter.setPen(pen_of(theme.body, 1.5))
    top = -1.5 if mark == "approximate" else -3
    painter.drawLine(middle + QPointF(0, top), middle + QPointF(0, 1))
    painter.drawPoint(middle + QPointF(0, 3.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _note(card: Card, state: NodeState) -> tuple[str, str]:
    """Return what stands at the right of the header, and the name of its color."""
    if card.node.mode != "run":
        return {"mute": "muted", "bypass": "bypassed"}[card.node.mode], "strong"
    if state.stale and state.phase in ("done", "cached"):
        return "changed", "weak"
    if state.phase == "cached":
        return "cached", "cached"
    if state.phase == "error":
        return "failed", "error"
    if state.phase == "running":
        text = f"{state.progress:.0%}" if state.progress >= 0 else time_text(state.seconds)
        return text, "running"
    if state.phase == "done":
        return (time_text(state.seconds) if state.seconds >= NOTED else ""), "weak"
    return "", "weak"
