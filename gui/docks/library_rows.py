"""How the library's rows look: a type's title, its sockets as dots, its star."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.canvas.adding import title
from gui.canvas.paint_sockets import shape
from gui.docks.rows import bold, ground, height, small, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex

    from gui.canvas.looks import Looks
    from nodegraph.spec import NodeSpec

SPEC, STARRED = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
STAR_ROOM, DOT = 24, 8
"""Pixels for the star; pixels from dot to dot."""
INPUTS, OUTPUTS = 6, 4
"""The most dots shown on a side."""
POINTS = (
    *(0, -6.2, 1.5, -2, 5.9, -1.9, 2.4, 0.8, 3.6, 5),
    *(0, 2.5, -3.6, 5, -2.4, 0.8, -5.9, -1.9, -1.5, -2),
)


class LibraryRows(QStyledItemDelegate):
    """Paints categories and types."""

    def __init__(self, looks: Callable[[], Looks], parent: QObject) -> None:
        super().__init__(parent)
        self._looks = looks

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row; it is as wide as there is room."""
        line = height(option.font)  # type: ignore[attr-defined]
        return QSize(0, line + (12 if index.data(SPEC) is None else 10))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a category's title, or a type."""
        painter.save()
        spec = cast("NodeSpec | None", index.data(SPEC))
        if spec is None:
            self._paint_shelf(painter, option, str(index.data()))
        else:
            ground(painter, option, self._looks().theme)
            self._paint_type(painter, option, spec, bool(index.data(STARRED)))
        painter.restore()

    def _paint_shelf(self, painter: QPainter, option: QStyleOptionViewItem, text: str) -> None:
        theme, rect = self._looks().theme, cast("QRect", option.rect)  # type: ignore[attr-defined]
        opened = bool(option.state & QStyle.StateFlag.State_Open)  # type: ignore[attr-defined]
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)  # type: ignore[attr-defined]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.weak))
        middle = rect.center().y() + 1
        tip = ((10, -2), (13, 1), (16, -2)) if opened else ((11, -3), (14, 0), (11, 3))
        painter.drawPolyline(QPolygonF([QPointF(rect.left() + x, middle + y) for x, y in tip]))
        font = bold(small(option.font))  # type: ignore[attr-defined]
        color = theme.strong if focused else theme.weak
        write(painter, rect.adjusted(24, 0, -8, 0), text, color, font=font)

    def _paint_type(
        self, painter: QPainter, option: QStyleOptionViewItem, spec: NodeSpec, starred: bool
    ) -> None:
        looks, rect = self._looks(), cast("QRect", option.rect)  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(looks.theme.category(spec.category)))
        painter.drawRoundedRect(rect.left() + 11, rect.top() + 6, 3, rect.height() - 12, 1.5, 1.5)
        dots = self._paint_dots(painter, rect, spec)
        text = rect.adjusted(24, 0, -STAR_ROOM - dots - 8, 0)
        write(painter, text, title(spec), looks.theme.strong, font=option.font)  # type: ignore[attr-defined]
        if starred or hovered:
            _paint_star(painter, star_box(rect), looks.theme.accent, filled=starred)

    def _paint_dots(self, painter: QPainter, rect: QRect, spec: NodeSpec) -> int:
        """Paint inputs left of a bar and outputs right of it; return how wide they are."""
        inputs = [one.type for one in spec.inputs.values()][:INPUTS]
        outputs = [one.type for one in spec.outputs.values()][:OUTPUTS]
        bar, middle = rect.right() - STAR_ROOM - OUTPUTS * DOT - 4, rect.center().y() + 1
        left = bar - 4 - DOT * len(inputs)
        self._paint_row(painter, inputs, left, middle)
        painter.setPen(QColor(self._looks().theme.line))
        painter.drawLine(bar, middle - 4, bar, middle + 4)
        self._paint_row(painter, outputs, bar + 5, middle)
        return rect.right() - STAR_ROOM - left

    def _paint_row(self, painter: QPainter, kinds: Sequence[str], left: int, middle: int) -> None:
        looks = self._looks()
        painter.setPen(Qt.PenStyle.NoPen)
        for place, kind in enumerate(kinds):
            painter.save()
            painter.translate(left + DOT * place + DOT / 2, middle)
            painter.scale(0.58, 0.58)
            painter.setBrush(QColor(looks.socket(kind)))
            painter.drawPath(shape(looks.style(kind).shape))
            painter.restore()


def star_box(rect: QRect) -> QRect:
    """Return where in a row a click stars a type."""
    return QRect(rect.right() - STAR_ROOM, rect.top(), STAR_ROOM, rect.height())


def _paint_star(painter: QPainter, box: QRect, color: str, *, filled: bool) -> None:
    pairs = zip(POINTS[::2], POINTS[1::2], strict=True)
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in pairs]))
    path.closeSubpath()
    painter.save()
    painter.translate(QPointF(box.center()) + QPointF(0.5, 1))
    painter.setPen(QColor(color))
    painter.setBrush(QColor(color) if filled else Qt.BrushStyle.NoBrush)
    painter.drawPath(path)
    painter.restore()
