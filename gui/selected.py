"""What is under the row of a list that is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStyle

from gui.theme import FIELD_RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem


def paint_selected(painter: QPainter, option: QStyleOptionViewItem, fill: QColor) -> None:
    """Paint it, where the row is."""
    if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(option.rect, FIELD_RADIUS, FIELD_RADIUS)  # type: ignore[attr-defined]
