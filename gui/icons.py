"""Icons as painted paths on a grid of 16: sharp at every size, in any color."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (16, 20, 32, 48)
STROKE = 1.5


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path


def _lines(*lines: tuple[tuple[float, float], ...]) -> QPainterPath:
    path = QPainterPath()
    for line in lines:
        path.moveTo(*line[0])
        for point in line[1:]:
            path.lineTo(*point)
    return path


def _play() -> QPainterPath:
    return _polygon((4.5, 2.5), (13, 8), (4.5, 13.5))


def _stop() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(3.5, 3.5, 9, 9), 1.5, 1.5)
    return path


def _add() -> QPainterPath:
    return _lines(((8, 3), (8, 13)), ((3, 8), (13, 8)))


def _close() -> QPainterPath:
    return _lines(((4.5, 4.5), (11.5, 11.5)), ((11.5, 4.5), (4.5, 11.5)))


def _undo() -> QPainterPath:
    path = _lines(((6, 3), (3, 6), (6, 9)))
    path.moveTo(3, 6)
    path.lineTo(9.5, 6)
    path.arcTo(QRectF(6, 6, 7, 7), 90, -180)
    path.lineTo(6.5, 13)
    return path


def _redo() -> QPainterPath:
    path = _lines(((10, 3), (13, 6), (10, 9)))
    path.moveTo(13, 6)
    path.lineTo(6.5, 6)
    path.arcTo(QRectF(3, 6, 7, 7), 90, 180)
    path.lineTo(9.5, 13)
    return path


def _search() -> QPainterPath:
    path = _lines(((10.3, 10.3), (13.5, 13.5)))
    path.addEllipse(QPointF(7, 7), 4.3, 4.3)
    return path


def _more() -> QPainterPath:
    path = QPainterPath()
    for x in (3.5, 8, 12.5):
        path.addEllipse(QPointF(x, 8), 1.2, 1.2)
    return path


GLYPHS: dict[str, tuple[Callable[[], QPainterPath], bool]] = {
    "play": (_play, True),
    "stop": (_stop, True),
    "add": (_add, False),
    "close": (_close, False),
    "undo": (_undo, False),
    "redo": (_redo, False),
    "search": (_search, False),
    "more": (_more, True),
}
"""By name: what draws it, and whether it is filled rather than stroked."""


@lru_cache(maxsize=256)
def icon(name: str, color: str) -> QIcon:
    """Return an icon in a color, faint where its button is disabled."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, QColor(color), size))
        faint = QColor(color)
        faint.setAlphaF(0.35)
        made.addPixmap(_pixmap(name, faint, size), QIcon.Mode.Disabled)
    return made


def _pixmap(name: str, color: QColor, size: int) -> QPixmap:
    draw, filled = GLYPHS[name]
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 16, size / 16)
    if filled:
        painter.fillPath(draw(), color)
    else:
        pen = QPen(color, STROKE)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(draw(), pen)
    painter.end()
    return pixmap
