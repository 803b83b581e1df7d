"""How the gallery's tiles look: a picture, its name, and whether it is about to go."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.docks.output_list import OUTPUT
from gui.docks.rows import height, small, write
from gui.theme import FIELD_RADIUS, RADIUS

if TYPE_CHECKING:
    from collections.abc import Callable, Set

    from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex
    from PySide6.QtGui import QFont, QPixmap

    from gui.canvas.looks import Looks
    from gui.docks.thumbnails import Thumbnails
    from nodegraph.engine.jobs import Output

PICTURE, PAD = 124, 6
"""Pixels of a picture's longer side, and around it."""
CENTER = Qt.AlignmentFlag.AlignCenter


class GalleryTiles(QStyledItemDelegate):
    """Paints outputs."""

    def __init__(
        self,
        looks: Callable[[], Looks],
        thumbnails: Thumbnails,
        leaving: Set[int],
        parent: QObject,
    ) -> None:
        """Paint with these small pictures; ``leaving`` are the ids of what is being deleted."""
        super().__init__(parent)
        self._looks, self._thumbnails, self._leaving = looks, thumbnails, leaving

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the size of a tile: all have the same."""
        line = height(small(option.font))  # type: ignore[attr-defined]
        return QSize(PICTURE + 2 * PAD, PICTURE + 2 * PAD + line + 4)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint an output, or a blank tile while it is asked for."""
        output = cast("Output | None", index.data(OUTPUT))
        rect, font = cast("QRect", option.rect), cast("QFont", option.font)  # type: ignore[attr-defined]
        theme = self._looks().theme
        painter.save()
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self._paint_ground(painter, option, rect)
        box = QRect(rect.left() + PAD, rect.top() + PAD, PICTURE, PICTURE)
        leaves = output is not None and output.id in self._leaving
        painter.setOpacity(0.2 if leaves else 1.0)
        picture = None if output is None else self._thumbnails.get(output)
        self._paint_picture(painter, box, picture)
        if output is not None:
            self._paint_suffix(painter, box, output, font)
            text = QRect(box.left(), box.bottom() + 3, box.width(), height(small(font)) + 2)
            name = output.name.rpartition("/")[2]
            cut = Qt.TextElideMode.ElideMiddle  # files are numbered at the end
            write(painter, text, name, theme.weak, font=small(font), flags=CENTER, cut=cut)
        painter.setOpacity(1.0)
        if leaves:
            write(painter, box, "Deleted", theme.strong, font=font, flags=CENTER)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect) -> None:
        theme, state = self._looks().theme, option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.accent), 1.5))
            painter.setBrush(QColor(theme.fill))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.fill))
        else:
            return
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, box: QRect, picture: QPixmap | None) -> None:
        if picture is None or picture.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._looks().theme.field))
            painter.drawRoundedRect(box, FIELD_RADIUS, FIELD_RADIUS)
            return
        size = picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(box.topLeft(), size)
        place.moveCenter(box.center())
        path = QPainterPath()
        path.addRoundedRect(QRectF(place), FIELD_RADIUS, FIELD_RADIUS)
        painter.save()
        painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
        painter.drawPixmap(place, picture)
        painter.restore()

    def _paint_suffix(self, painter: QPainter, box: QRect, output: Output, font: QFont) -> None:
        """Say what kind of file it is, where it is no picture."""
        if not output.width:
            suffix = output.name.rpartition(".")[2].upper()[:6]
            write(painter, box, suffix, self._looks().theme.weak, font=font, flags=CENTER)
