"""Links: curves in the color of what they carry; straight lines where the scene is small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gui.canvas.pens import pen_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.sheet import Sheet
    from gui.canvas.wires import Wire

THIN, WIDTH, MARKED = 1.0, 1.5, 2.4
"""Pen widths in logical pixels: at rest in a large graph, in any other, and of links that are
pointed at or of selected nodes. What is wider than a pixel costs four times as much."""

LARGE = 300
"""From so many links on a graph is large."""


def paint_links(painter: QPainter, sheet: Sheet) -> None:
    """Paint the links that show, by color, those that are marked on top."""
    wires = sheet.scene.wires_in(sheet.area)
    if sheet.detail == "dots":
        _paint_lines(painter, sheet, wires)
        return
    marked: list[Wire] = []
    groups: dict[str, list[Wire]] = {}
    selected = sheet.marks.selected
    for wire in wires:
        link = wire.link
        if link == sheet.marks.wire or link.source in selected or link.target in selected:
            marked.append(wire)
        else:
            groups.setdefault(wire.type, []).append(wire)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    thin = sheet.detail == "plain" or len(sheet.scene.wires) >= LARGE
    for kind, group in groups.items():
        _paint_curves(painter, sheet, kind, group, THIN if thin else WIDTH)
    for wire in marked:
        _paint_curves(painter, sheet, wire.type, [wire], MARKED)


def _paint_curves(
    painter: QPainter, sheet: Sheet, kind: str, wires: list[Wire], width: float
) -> None:
    painter.setPen(pen_of(sheet.looks.socket(kind), width * sheet.ratio))
    for wire in wires:
        if wire.link != sheet.marks.hidden:
            painter.drawPath(wire.path)
            sheet.tally["curves"] += 1


def _paint_lines(painter: QPainter, sheet: Sheet, wires: list[Wire]) -> None:
    groups: dict[str, list[Wire]] = {}
    for wire in wires:
        groups.setdefault(wire.type, []).append(wire)
    for kind, group in groups.items():
        painter.setPen(pen_of(sheet.looks.socket(kind), 1.0, 0.55))
        painter.drawLines([wire.line for wire in group])
    sheet.tally["lines"] += len(wires)
