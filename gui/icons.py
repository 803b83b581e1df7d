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


def _up() -> QPainterPath:
    return _lines(((4, 10), (8, 6), (12, 10)))


def _down() -> QPainterPath:
    return _lines(((4, 6), (8, 10), (12, 6)))


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


def _pause() -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(QRectF(4, 3, 3, 10), 1, 1)
    path.addRoundedRect(QRectF(9, 3, 3, 10), 1, 1)
    return path


def _loop() -> QPainterPath:
    path = _lines(((10, 1.5), (12.5, 4), (10, 6.5)), ((6, 9.5), (3.5, 12), (6, 14.5)))
    path.moveTo(12.5, 4)
    path.lineTo(5, 4)
    path.arcTo(QRectF(2.5, 4, 5, 5), 90, 90)
    path.moveTo(3.5, 12)
    path.lineTo(11, 12)
    path.arcTo(QRectF(8.5, 7, 5, 5), 270, 90)
    return path


def _pin() -> QPainterPath:
    return _lines(
        ((5, 2.5), (11, 2.5)), ((6, 2.5), (6, 7), (3.5, 9.5), (12.5, 9.5), (10, 7), (10, 2.5)),
        ((8, 9.5), (8, 14)),
    )  # fmt: skip


def _copy() -> QPainterPath:
    path = _lines(((3, 10.5), (3, 3.5), (3.5, 3), (10.5, 3)))
    path.addRoundedRect(QRectF(5.5, 5.5, 8, 8), 1.2, 1.2)
    return path


def _save() -> QPainterPath:
    return _lines(((8, 2.5), (8, 10)), ((4.5, 7), (8, 10.5), (11.5, 7)), ((3, 13.5), (13, 13.5)))


def _compare() -> QPainterPath:
    path = _lines(((8, 1.5), (8, 14.5)), ((10.5, 6), (12.5, 8), (10.5, 10)))
    path.addPath(_lines(((5.5, 6), (3.5, 8), (5.5, 10))))
    return path


def _facts() -> QPainterPath:
    return _lines(((3, 4), (13, 4)), ((3, 8), (13, 8)), ((3, 12), (9, 12)))


def _brush() -> QPainterPath:
    path = _lines(((13.5, 2.5), (7.5, 8.5)))
    path.moveTo(7, 8.2)
    path.cubicTo(4.5, 7.6, 3.6, 9.6, 3.8, 11.2)
    path.cubicTo(3.8, 12.2, 3, 13, 2.5, 13.2)
    path.cubicTo(5, 14, 8.6, 13.4, 8.4, 9.8)
    return path


def _eraser() -> QPainterPath:
    path = _polygon((9.5, 2.5), (13.5, 6.5), (7, 13), (4.8, 13), (2.5, 10.5), (2.5, 9.5))
    path.addPath(_lines(((5.8, 6.2), (9.8, 10.2)), ((7, 13), (13.5, 13))))
    return path


def _lasso() -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QRectF(2.5, 2.5, 11, 7))
    path.moveTo(4.5, 8.6)
    path.cubicTo(2.6, 9.6, 3, 12, 5, 11.4)
    path.cubicTo(6.6, 10.8, 5.2, 8.8, 4.4, 9.6)
    path.moveTo(5.4, 11.2)
    path.cubicTo(6.4, 12, 6.4, 13, 5.6, 14)
    return path


def _rectangle() -> QPainterPath:
    return _lines(
        *(((x, 3.5), (x + 2.2, 3.5)) for x in (2.5, 6.9, 11.3)),
        *(((x, 12.5), (x + 2.2, 12.5)) for x in (2.5, 6.9, 11.3)),
        *(((x, y), (x, y + 1.8)) for x in (2.5, 13.5) for y in (3.5, 7.1, 10.7)),
    )


GLYPHS: dict[str, tuple[Callable[[], QPainterPath], bool]] = {
    "play": (_play, True),
    "stop": (_stop, True),
    "add": (_add, False),
    "close": (_close, False),
    "up": (_up, False),
    "down": (_down, False),
    "undo": (_undo, False),
    "redo": (_redo, False),
    "search": (_search, False),
    "more": (_more, True),
    "pause": (_pause, True),
    "loop": (_loop, False),
    "pin": (_pin, False),
    "copy": (_copy, False),
    "save": (_save, False),
    "compare": (_compare, False),
    "facts": (_facts, False),
    "brush": (_brush, False),
    "eraser": (_eraser, False),
    "lasso": (_lasso, False),
    "rectangle": (_rectangle, False),
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
