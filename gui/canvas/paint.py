"""The whole picture: ground, zones and frames, links, nodes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from gui.canvas.camera import Camera
from gui.canvas.notes import paint_notes
from gui.canvas.paint_links import paint_links
from gui.canvas.paint_nodes import paint_nodes
from gui.canvas.paint_regions import paint_frames, paint_zones
from gui.canvas.sheet import Sheet
from gui.theme import GRID

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.looks import Looks
    from gui.canvas.scene import Scene
    from gui.canvas.sheet import Marks
    from gui.canvas.states import States


def paint(painter: QPainter, rect: QRectF, sheet: Sheet) -> None:
    """Paint a rectangle of the widget."""
    sheet.ratio = painter.device().devicePixelRatioF()
    painter.fillRect(rect, sheet.looks.color("surface"))
    if not sheet.vector:
        _paint_dots(painter, rect, sheet)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, sheet.detail != "dots")
    camera = sheet.camera
    painter.translate(camera.x, camera.y)
    painter.scale(camera.scale, camera.scale)
    paint_frames(painter, sheet)
    paint_zones(painter, sheet)
    paint_notes(painter, sheet)
    if not sheet.options.over:
        paint_links(painter, sheet)
    paint_nodes(painter, sheet)
    if sheet.options.over:
        paint_links(painter, sheet)
    painter.resetTransform()


def _paint_dots(painter: QPainter, rect: QRectF, sheet: Sheet) -> None:
    """Paint the grid, fewer of its points when they would crowd."""
    spacing = GRID * sheet.camera.scale
    while spacing < 16:
        spacing *= 2
    if spacing > 160 or sheet.detail == "dots":
        return
    tile = _dots(spacing, sheet.looks.theme.dot, sheet.ratio)
    columns = _steps(rect.left() - sheet.camera.x, rect.right() - sheet.camera.x, spacing)
    if not columns:
        return
    y = sheet.camera.y + _first(rect.top() - sheet.camera.y, spacing)
    x = sheet.camera.x + columns[0] * spacing
    width = rect.right() - x + 2
    while y <= rect.bottom() + 1:
        painter.drawTiledPixmap(QRectF(round(x) - 1, round(y) - 1, width, 2), tile, QPointF(0, 0))
        y += spacing


def _steps(low: float, high: float, spacing: float) -> range:
    return range(int(low // spacing), int(high // spacing) + 1)


def _first(low: float, spacing: float) -> float:
    return (low // spacing) * spacing


@lru_cache(maxsize=8)
def _dots(spacing: float, color: str, ratio: float) -> QPixmap:
    """Return a row of dots to tile with, long enough that rounding it never shows."""
    count = max(round(64 / spacing), 1) * 16
    tile = QPixmap(QSize(round(spacing * count * ratio), round(2 * ratio)))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    for index in range(count):
        painter.fillRect(QRectF(round(index * spacing), 0, 2, 2), QColor(color))
    painter.end()
    return tile


def paint_scene(
    painter: QPainter, scene: Scene, looks: Looks, box: Box, states: States | None = None
) -> None:
    """Paint a part of a scene at a zoom of 1, its corner at the origin, sharp at every size: for
    pictures of the graph.
    """
    left, top, right, bottom = box
    sheet = Sheet(scene, looks, Camera(-round(left), -round(top)), box, vector=True)
    sheet.states = states or sheet.states
    paint(painter, QRectF(0, 0, right - left, bottom - top), sheet)


def picture(
    scene: Scene,
    looks: Looks,
    camera: Camera,
    size: QSize,
    *,
    states: States | None = None,
    marks: Marks | None = None,
    ratio: float = 1.0,
) -> QImage:
    """Return a view of a scene as a picture.

    Args:
        scene: What to paint.
        looks: In which theme.
        camera: From where.
        size: Of the picture in logical pixels.
        states: What a run says of the nodes.
        marks: What is selected.
        ratio: Device pixels a logical pixel.
    """
    image = QImage(size * ratio, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    sheet = Sheet(scene, looks, camera, camera.area(0, 0, size.width(), size.height()))
    sheet.states, sheet.marks = states or sheet.states, marks or sheet.marks
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, size.width(), size.height()), sheet)
    painter.end()
    return image
