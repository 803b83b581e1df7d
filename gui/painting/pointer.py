"""How the pointer looks over a picture: a ring as wide as the brush, legible on any ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

DARK, BRIGHT = QColor(0, 0, 0, 200), QColor(255, 255, 255, 235)
CROSS = 4.0
"""Half the width of the cross in the middle, in logical pixels."""

SMALL = 4.0
"""Radius of a ring in logical pixels below which the cross stands alone, and wider."""


def ring_box(at: QPointF, radius: float) -> QRectF:
    """Return what a ring around a point covers."""
    wide = max(radius, 3 * CROSS) + 3
    return QRectF(at.x() - wide, at.y() - wide, 2 * wide, 2 * wide)


def paint_ring(painter: QPainter, at: QPointF, radius: float, *, down: bool) -> None:
    """Paint the outline of a brush and its middle."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((DARK, 3.0), (BRIGHT, 1.2)):
        painter.setPen(QPen(color, width))
        if radius >= SMALL:
            painter.drawEllipse(at, radius, radius)
        if not down or radius < SMALL:
            inner, outer = (0.0, CROSS) if radius >= SMALL else (radius + 2, 3 * CROSS)
            painter.drawLines(_cross(at, inner, outer))


def paint_outline(painter: QPainter, points: Sequence[QPointF], *, closed: bool) -> None:
    """Paint the line of a lasso, or of what will be."""
    line = QPolygonF(list(points))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style in ((DARK, Qt.PenStyle.SolidLine), (BRIGHT, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, 1.6 if color is DARK else 1.2, style))
        if closed:
            painter.drawPolygon(line)
        else:
            painter.drawPolyline(line)


def _cross(at: QPointF, inner: float, outer: float) -> list[QLineF]:
    x, y = at.x(), at.y()
    ways = ((1, 0), (-1, 0), (0, 1), (0, -1))
    return [
        QLineF(x + dx * inner, y + dy * inner, x + dx * outer, y + dy * outer) for dx, dy in ways
    ]
