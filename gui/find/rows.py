"""A row of what was found: the title, where it is, and below what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.selected import paint_selected

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from gui.canvas.looks import Looks
    from gui.find.matching import Match

ROW, PAD = 40, 10
FOUND = Qt.ItemDataRole.UserRole


class FoundRows(QStyledItemDelegate):
    """Paints matches; one in a subgraph says in which."""

    def __init__(self, looks: Looks, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = looks

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the height of a row; it is as wide as the list."""
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one match."""
        match = cast("Match", index.data(FOUND))
        rect = cast("QRect", option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_selected(painter, option, self._looks.color("fill"))
        self._texts(painter, rect, match)
        painter.restore()

    def _texts(self, painter: QPainter, rect: QRect, match: Match) -> None:
        looks, left, room = self._looks, rect.left() + PAD, rect.width() - 2 * PAD
        where = f"in {match.scope}" if match.scope else ""
        used = min(looks.small.width(where) + 1, room * 0.45)
        painter.setFont(looks.text.font)
        painter.setPen(looks.color("strong"))
        title = looks.text.line(match.title, room - used - 12)
        painter.drawStaticText(QPointF(left, rect.top() + 4), title)
        painter.setFont(looks.small.font)
        painter.setPen(looks.color("accent"))
        painter.drawStaticText(
            QPointF(left + room - used, rect.top() + 5), looks.small.line(where, used)
        )
        painter.setPen(looks.color("error" if match.rank == 4 else "weak"))
        text = " ".join(match.text.split())
        painter.drawStaticText(QPointF(left, rect.top() + 21), looks.small.line(text, room))
