"""How the rows of the problems look: the node, and under it what is wrong and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.docks.rows import WRAPPED, bold, ground, height, small, width, write
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QFont, QMouseEvent
    from PySide6.QtWidgets import QListView

    from gui.canvas.looks import Looks
    from gui.docks.problem_list import Row
    from gui.running.problem import Level
    from gui.theme import Theme

ROW = Qt.ItemDataRole.UserRole
LEFT, RIGHT, GAP = 36, 16, 5
"""Pixels beside the text, and above and below it."""
LONGEST = 2000
"""Characters of a message that are shown; what is copied has all."""


class ProblemRows(QStyledItemDelegate):
    """Paints nodes and their problems; the texts are wrapped into the width of the view.

    Attributes:
        mended: What a row offers to do was clicked; the row.
    """

    mended = Signal(object)

    def __init__(self, looks: Callable[[], Looks], view: QListView) -> None:
        super().__init__(cast("QObject", view))
        self._looks, self._view = looks, view

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return how high the texts of a row are, and as wide as the view."""
        row, font = cast("Row", index.data(ROW)), cast("QFont", option.font)  # type: ignore[attr-defined]
        wide = self._view.viewport().width()
        if row.problem is None:
            return QSize(wide, height(font) + 10)
        room = wide - LEFT - RIGHT
        high = height(font, message(row), room) + 2 * GAP
        if row.problem.remedy:
            high += height(font, remedy(row), room)
        if row.mend:
            high += height(font) + GAP
        return QSize(wide, high)

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Tell when what a row offers to do is clicked."""
        row = cast("Row", index.data(ROW))
        if not row.mend or event.type() != QEvent.Type.MouseButtonRelease:
            return False
        rect, font = cast("QRect", option.rect), cast("QFont", option.font)  # type: ignore[attr-defined]
        if not mend_rect(rect, row, font).contains(cast("QMouseEvent", event).position().toPoint()):
            return False
        self.mended.emit(row)
        return True

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint a node, or a problem."""
        row, theme = cast("Row", index.data(ROW)), self._looks().theme
        rect, font = cast("QRect", option.rect), cast("QFont", option.font)  # type: ignore[attr-defined]
        painter.save()
        ground(painter, option, theme)
        if row.problem is None:
            _paint_node(painter, rect, row, theme, font)
        else:
            _paint_problem(painter, rect, row, theme, font)
        painter.restore()


def message(row: Row) -> str:
    """Return what is shown of a problem: its socket, where there is one, and the sentence."""
    assert row.problem is not None
    text = as_sentence(row.problem.message[:LONGEST])
    return f"{row.problem.socket}: {text}" if row.problem.socket else text


def remedy(row: Row) -> str:
    """Return what to do about a problem, as a sentence."""
    assert row.problem is not None
    return as_sentence(row.problem.remedy[:LONGEST])


def mend_rect(rect: QRect, row: Row, font: QFont) -> QRect:
    """Return where in a row's rectangle it says what a click does about the problem."""
    high = height(font)
    wide = width(font, row.mend) + GAP  # as much as no rounding takes away
    return QRect(rect.left() + LEFT, rect.bottom() - GAP - high, wide, high)


def level_color(theme: Theme, level: Level) -> str:
    """Return the color of a level: red for errors, amber for warnings."""
    return theme.error if level == "error" else theme.warning


def _paint_node(painter: QPainter, rect: QRect, row: Row, theme: Theme, font: QFont) -> None:
    heading = bold(font)
    wide = width(heading, row.title)
    write(painter, rect.adjusted(12, 0, -RIGHT, 0), row.title, theme.strong, font=heading)
    if row.node != row.title:
        beside = rect.adjusted(12 + wide + 8, 0, -RIGHT, 0)
        write(painter, beside, row.node, theme.weak, font=small(font))


def _paint_problem(painter: QPainter, rect: QRect, row: Row, theme: Theme, font: QFont) -> None:
    assert row.problem is not None
    line = height(font)
    _paint_level(
        painter, QPointF(rect.left() + 22, rect.top() + GAP + line / 2), row.problem.level, theme
    )
    text = message(row)
    box = rect.adjusted(LEFT, GAP, -RIGHT, -GAP)
    write(painter, box, text, theme.strong, font=font, flags=WRAPPED)
    box.setTop(box.top() + height(font, text, box.width()))
    write(painter, box, remedy(row), theme.weak, font=font, flags=WRAPPED)
    write(painter, mend_rect(rect, row, font), row.mend, theme.accent, font=font)


def _paint_level(painter: QPainter, at: QPointF, level: Level, theme: Theme) -> None:
    """Paint a disk or a triangle: the shape says the level as well as the color."""
    color = QColor(level_color(theme, level))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    if level == "warning":
        corners = ((0, -6), (6.5, 5.5), (-6.5, 5.5))
        painter.drawPolygon(QPolygonF([at + QPointF(x, y) for x, y in corners]))
    else:
        painter.drawEllipse(at, 6.5, 6.5)
    painter.setPen(QPen(QColor(theme.body), 1.6, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(at + QPointF(0, -3 if level != "warning" else -1.5), at + QPointF(0, 1))
    painter.drawPoint(at + QPointF(0, 3.4))
