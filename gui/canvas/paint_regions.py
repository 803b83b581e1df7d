"""Zones as tinted regions around their body, and frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor

from gui.canvas.boxes import touch
from gui.canvas.outlines import outline_of
from gui.canvas.pens import brush_of, color_of, pen_of
from gui.colors import legible, mix

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter, QPainterPath

    from gui.canvas.boxes import Box
    from gui.canvas.sheet import Sheet

CORNER = 12
LABELLED = 0.3
"""Zoom from which a region shows its name."""


def paint_zones(painter: QPainter, sheet: Sheet) -> None:
    """Paint zones, the outer ones first."""
    theme = sheet.looks.theme
    for region in sheet.scene.regions.values():
        if not touch(region.box, sheet.area):
            continue
        tint = theme.zone(region.depth)
        state = sheet.states.zones.get(region.id)
        note = "" if state is None else state.note
        path = outline_of(region.box, region.floor)
        _paint_region(painter, sheet, region.box, tint, (region.title, note), path)
        if state is not None and state.turns:
            _paint_progress(painter, sheet, region.box, tint, state.turn / state.turns)
        sheet.tally["zones"] += 1


def paint_frames(painter: QPainter, sheet: Sheet) -> None:
    """Paint frames."""
    for frame in sheet.scene.frames.values():
        if touch(frame.box, sheet.area):
            color = frame.color if QColor(frame.color).isValid() else sheet.looks.theme.weak
            _paint_region(painter, sheet, frame.box, QColor(color).name(), (frame.title, ""))
            if ("frames", frame.id) in sheet.marks.areas:
                _paint_marked(painter, sheet, frame.box)
            sheet.tally["frames"] += 1


def _paint_region(
    painter: QPainter,
    sheet: Sheet,
    box: Box,
    tint: str,
    texts: tuple[str, str],
    path: QPainterPath | None = None,
) -> None:
    theme = sheet.looks.theme
    left, top, right, bottom = box
    ground = mix(theme.surface, tint, theme.zone_share)
    painter.setBrush(brush_of(ground))
    painter.setPen(pen_of(mix(ground, tint, 0.35), 1.0))
    if path is None:
        painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), CORNER, CORNER)
    else:
        painter.drawPath(path)
    if sheet.camera.scale < LABELLED:
        return
    title, note = texts
    text, used = sheet.looks.title, sheet.looks.text.width(note) + 16 if note else 0.0
    painter.setFont(text.font)
    painter.setPen(QColor(legible(tint, ground, 4.5)))
    painter.drawStaticText(QPointF(left + 16, top + 8), text.line(title, right - left - 32 - used))
    if note:
        x = right - 16 - sheet.looks.text.width(note)
        painter.setFont(sheet.looks.text.font)
        painter.drawStaticText(QPointF(x, top + 9), sheet.looks.text.line(note, 1000.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_progress(painter: QPainter, sheet: Sheet, box: Box, tint: str, share: float) -> None:
    """Paint a thin line under a zone's name, as far as its turns are done."""
    left, top, right, _ = box
    width = right - left - 32
    painter.fillRect(QRectF(left + 16, top + 29, width, 2), color_of(tint, 0.2))
    painter.fillRect(QRectF(left + 16, top + 29, width * min(share, 1.0), 2), color_of(tint, 1.0))


def _paint_marked(painter: QPainter, sheet: Sheet, box: Box) -> None:
    """Paint the outline of a frame that is selected."""
    left, top, right, bottom = box
    painter.setPen(pen_of(sheet.looks.theme.accent, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(QRectF(left, top, right - left, bottom - top), CORNER, CORNER)
