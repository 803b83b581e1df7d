"""Pictures on nodes in the size in which they show, kept: scaling one anew each frame is slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPixmap

from gui.canvas.measure import INSET

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPainter

    from gui.canvas.measure import Layout
    from gui.canvas.sheet import Sheet

BUDGET = 16 * 2**20
"""Bytes of pictures kept; beyond it all are made anew."""


class Pictures:
    """Small copies of pictures, by picture and size."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int, int], QPixmap] = {}
        self._bytes = 0

    def scaled(self, image: QImage, width: int, height: int) -> QPixmap:
        """Return a copy of some size in device pixels, made when it is first asked for."""
        key = image.cacheKey(), width, height
        found = self._kept.get(key)
        return self._made(key, image) if found is None else found

    def _made(self, key: tuple[int, int, int], image: QImage) -> QPixmap:
        _, width, height = key
        shape, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode
        made = QPixmap.fromImage(image.scaled(width, height, shape, smooth.SmoothTransformation))
        if self._bytes + width * height * 4 > BUDGET:
            self._kept.clear()
            self._bytes = 0
        self._kept[key] = made
        self._bytes += width * height * 4
        return made


def room_of(layout: Layout) -> QRectF:
    """Return where a picture may stand on a node, from the node's corner."""
    top = layout.thumbnail
    return QRectF(INSET, top, layout.width - 2 * INSET, layout.height - top - INSET)


def fitted(room: QRectF, image: QImage) -> QRectF:
    """Return where a picture stands in a room: as large as fits, in the middle."""
    scale = min(room.width() / image.width(), room.height() / image.height())
    width, height = image.width() * scale, image.height() * scale
    return QRectF(room.center().x() - width / 2, room.center().y() - height / 2, width, height)


def paint_small(painter: QPainter, sheet: Sheet, image: QImage, spot: QRectF) -> None:
    """Paint a picture on whole pixels of the screen, from a copy in just that size."""
    scale, ratio = sheet.camera.scale, sheet.ratio
    left, top = sheet.camera.to_view(spot.left(), spot.top())
    width, height = round(spot.width() * scale * ratio), round(spot.height() * scale * ratio)
    if width < 1 or height < 1:
        return
    copy = sheet.looks.pictures.scaled(image, width, height)
    painter.save()
    painter.resetTransform()
    rect = QRectF(round(left), round(top), width / ratio, height / ratio)
    painter.drawPixmap(rect, copy, QRectF(0, 0, width, height))
    painter.restore()
    sheet.tally["pictures"] += 1
