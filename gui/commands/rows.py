"""A row of the command palette: what is done, what that means, and its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from gui.selected import paint_selected

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from gui.commands.command import Command

COMMAND = Qt.ItemDataRole.UserRole
KEYS = Qt.ItemDataRole.UserRole + 1
ROW, PAD = 42, 12
FAINT = 0.45
"""Opacity of what cannot be done now."""


class CommandRows(QStyledItemDelegate):
    """Paints commands in the colors of the application's palette."""

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
        """Paint one command."""
        command = cast("Command", index.data(COMMAND))
        rect = cast("QRect", option.rect)  # type: ignore[attr-defined]
        palette = cast("QPalette", option.palette)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill = palette.color(QPalette.ColorRole.WindowText)
        fill.setAlphaF(0.1)
        paint_selected(painter, option, fill)
        painter.setOpacity(1.0 if command.enabled() else FAINT)
        font = cast("QFont", option.font)  # type: ignore[attr-defined]
        right = self._keys(painter, rect, palette, font, index.data(KEYS) or ())
        _texts(painter, rect.adjusted(0, 0, -right, 0), palette, font, command)
        painter.restore()

    def _keys(
        self, painter: QPainter, rect: QRect, palette: QPalette, font: QFont, keys: tuple[str, ...]
    ) -> int:
        """Paint the first shortcut as a key cap, and return how much room it takes."""
        if not keys:
            return 0
        text = QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
        small = _small(font)
        width = QFontMetricsF(small).horizontalAdvance(text) + 12
        cap = QRectF(rect.right() - PAD - width, rect.center().y() - 10, width, 20)
        edge = palette.color(QPalette.ColorRole.WindowText)
        edge.setAlphaF(0.25)
        painter.setPen(edge)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(cap, 4, 4)
        painter.setFont(small)
        painter.setPen(_weak(palette))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
        return round(width) + PAD


def _texts(
    painter: QPainter, rect: QRect, palette: QPalette, font: QFont, command: Command
) -> None:
    left, room = rect.left() + PAD, rect.width() - 2 * PAD
    group, _, name = command.name.partition(": ")
    middle = rect.center().y() if not command.help else rect.top() + 13
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    top = middle + metrics.ascent() / 2 - 1
    painter.setPen(_weak(palette))
    painter.drawText(QPointF(left, top), f"{group}  ")
    used = metrics.horizontalAdvance(f"{group}  ")
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(QPointF(left + used, top), metrics.elidedText(name, elide, room - used))
    if command.help:
        small = _small(font)
        painter.setFont(small)
        painter.setPen(_weak(palette))
        help = QFontMetricsF(small).elidedText(command.help, elide, room)
        painter.drawText(QPointF(left, rect.bottom() - 8), help)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPixelSize(max(font.pixelSize() - 1, 9)) if font.pixelSize() > 0 else None
    return small


def _weak(palette: QPalette) -> object:
    color = palette.color(QPalette.ColorRole.WindowText)
    color.setAlphaF(0.68)
    return color
