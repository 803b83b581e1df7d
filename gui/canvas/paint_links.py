"""Links: curves in the color of what they carry; straight lines where the scene is small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from gui.canvas.pens import brush_of, pen_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.sheet import Sheet
    from gui.canvas.wires import Wire

THIN, WIDTH, MARKED = 1.0, 1.5, 2.4
"""Pen widths in logical pixels: at rest in a large graph, in any other, and of links that are
pointed at or of selected nodes. What is wider than a pixel costs four times as much."""

KNOT, DOT, STUB = 3.5, 2.2, 13.0
"""Radius of a bend's knot and of the dot for a hidden link, and how far that is from its socket,
in scene pixels."""

LARGE = 300
"""From so many links on a graph is large."""


def paint_links(painter: QPainter, sheet: Sheet) -> None:
    """Paint the links that show, by color, those that are marked on top."""
    wires = sheet.scene.wires_in(sheet.area)
    if sheet.options.hidden:
        hidden, kind = sheet.options.hidden, sheet.scene.carried
        _paint_stubs(painter, sheet, [wire for wire in wires if kind(wire) in hidden])
        wires = [wire for wire in wires if kind(wire) not in hidden]
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
            groups.setdefault(sheet.scene.carried(wire), []).append(wire)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    thin = sheet.detail == "plain" or len(sheet.scene.wires) >= LARGE
    for kind, group in groups.items():
        _paint_curves(painter, sheet, kind, group, THIN if thin else WIDTH)
    for wire in marked:
        _paint_curves(painter, sheet, sheet.scene.carried(wire), [wire], MARKED)


def _paint_curves(
    painter: QPainter, sheet: Sheet, kind: str, wires: list[Wire], width: float
) -> None:
    painter.setPen(pen_of(sheet.looks.socket(kind), width * sheet.ratio))
    for wire in wires:
        if wire.link != sheet.marks.hidden:
            painter.drawPath(wire.path)
            sheet.tally["curves"] += 1
    for wire in wires:
        if wire.bends and sheet.detail == "full":
            _paint_bends(painter, sheet, wire)


def _paint_bends(painter: QPainter, sheet: Sheet, wire: Wire) -> None:
    """Paint a knot at each bend, to take hold of."""
    painter.setBrush(brush_of(sheet.looks.socket(sheet.scene.carried(wire))))
    for x, y in wire.bends:
        painter.drawEllipse(QPointF(x, y), KNOT, KNOT)
        sheet.tally["knots"] += 1
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_stubs(painter: QPainter, sheet: Sheet, wires: list[Wire]) -> None:
    """Paint a dot before each end of the links that are hidden."""
    if sheet.detail != "full":
        return
    painter.setPen(Qt.PenStyle.NoPen)
    for wire in wires:
        painter.setBrush(brush_of(sheet.looks.socket(sheet.scene.carried(wire))))
        painter.drawEllipse(QPointF(wire.x1 + STUB, wire.y1), DOT, DOT)
        painter.drawEllipse(QPointF(wire.x2 - STUB, wire.y2), DOT, DOT)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    sheet.tally["stubs"] += len(wires)


def _paint_lines(painter: QPainter, sheet: Sheet, wires: list[Wire]) -> None:
    groups: dict[str, list[Wire]] = {}
    for wire in wires:
        groups.setdefault(sheet.scene.carried(wire), []).append(wire)
    for kind, group in groups.items():
        painter.setPen(pen_of(sheet.looks.socket(kind), 1.0, 0.55))
        bent = [line for wire in group if wire.bends for line in wire.lines]
        painter.drawLines([*(wire.line for wire in group if not wire.bends), *bent])
    sheet.tally["lines"] += len(wires)
