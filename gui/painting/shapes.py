"""Areas that are filled at once: how much of each pixel lies in a rectangle or inside a line."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from gui.painting.box import NOWHERE, Box, around

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.painting.stroke import Bytes

Point: TypeAlias = "tuple[float, float]"


def rectangle(one: Point, other: Point, size: tuple[int, int]) -> tuple[Box, Bytes]:
    """Return the whole pixels between two corners, as far as they lie in a picture of a size."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    corners = [(floor(left), floor(top)), (ceil(right), ceil(bottom))]
    box = around([(float(x), float(y)) for x, y in corners], 0, size)
    return box, np.full((box[3] - box[1], box[2] - box[0]), 255, np.uint8)


def lasso(points: Sequence[Point], size: tuple[int, int]) -> tuple[Box, Bytes]:
    """Return what lies inside of a line that closes itself, its edge as smooth as can be."""
    box = around(list(points), 1, size)
    if box == NOWHERE or len(points) < 3:
        return NOWHERE, np.zeros((0, 0), np.uint8)
    image = QImage(box[2] - box[0], box[3] - box[1], QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-box[0], -box[1])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]), Qt.FillRule.WindingFill)
    painter.end()
    return box, values_of(image)


def values_of(image: QImage) -> Bytes:
    """Return the bytes of a grey picture, (H, W), as an array of their own."""
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width()].copy()
