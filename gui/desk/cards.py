"""Templates as cards: a picture of the graph, a title, a sentence or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gui.desk.drawing import miniature
from gui.desk.opening import read
from gui.theme import RADIUS, TEXT, TITLE
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex

    from gui.canvas.looks import Looks
    from gui.desk.templates import Template
    from nodegraph.spec import NodeSpec

PICTURE = QSize(280, 158)
"""Of a card's picture, in logical pixels."""

SHAPE = PICTURE.height() / PICTURE.width()
PAD, GAP, LINES = 12, 16, 4.6
"""Inset of the text, gap between the cards, and how many lines of text there is room for."""

WRAP = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
IMAGE, TEMPLATE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class TemplateCards(QListWidget):
    """Templates in a grid, a group at a time; arrows move, Enter or a double click chooses.

    Attributes:
        groups: Their names, in order; the first is shown.
        chosen: One is wanted: its path.
    """

    chosen = Signal(object)

    def __init__(
        self,
        found: Sequence[Template],
        looks: Looks,
        catalogue: Callable[[], Mapping[str, NodeSpec]],
    ) -> None:
        super().__init__()
        self._catalogue = catalogue
        self.setAccessibleName("Templates")
        self.setObjectName("cards")
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Painter(looks))
        self._lay_out()
        self.itemActivated.connect(self._choose)
        self._found = found
        self.groups = list(dict.fromkeys(one.group for one in found))
        if found:
            self.show_group(self.groups[0])

    def picture(self) -> None:
        """Paint the cards' pictures; the cards show first."""
        delegate = self.itemDelegate()
        assert isinstance(delegate, _Painter)
        for row in range(self.count()):
            item = self.item(row)
            found = self._picture_of(item.data(TEMPLATE), delegate.looks)
            item.setData(IMAGE, found)

    def show_group(self, group: str) -> None:
        """Show the templates of one group alone."""
        self.clear()
        for one in (one for one in self._found if one.group == group):
            item = QListWidgetItem(one.title, self)
            item.setData(TEMPLATE, one)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, one.description)
            item.setToolTip(one.description)
        self.setCurrentRow(0)
        QTimer.singleShot(0, self, self.picture)

    def restyle(self, looks: Looks) -> None:
        """Show them in another theme."""
        self.setItemDelegate(_Painter(looks))
        self._lay_out()
        self.picture()

    def _lay_out(self) -> None:
        """Make the cards as large as their text needs."""
        self.ensurePolished()
        self.setGridSize(card_size(self.font()) + QSize(GAP, GAP))

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(TEMPLATE).path)

    def _picture_of(self, template: Template, looks: Looks) -> QImage:
        if template.thumbnail.exists():
            return QImage(str(template.thumbnail))
        return _miniature_of(template.path, self._catalogue(), looks, self.devicePixelRatioF())


class _Painter(QStyledItemDelegate):
    """Paints a card: picture above, text below, in the theme's colors."""

    def __init__(self, looks: Looks) -> None:
        super().__init__()
        self.looks = looks

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return a card's size, without the gaps."""
        return card_size(option.font)  # pyright: ignore[reportAttributeAccessIssue]

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one."""
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        font: QFont = option.font  # pyright: ignore[reportAttributeAccessIssue]
        card = QRectF(QPointF(rect.topLeft()), QSizeF(card_size(font))).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(card, RADIUS, RADIUS)
        painter.fillPath(path, self.looks.color("body"))
        painter.setClipPath(path)
        self._paint_picture(painter, card, index.data(IMAGE))
        self._paint_text(painter, card, index.data(TEMPLATE), font)
        painter.setClipping(False)
        painter.setPen(self._edge(state))
        painter.drawPath(path)
        painter.restore()

    def _edge(self, state: QStyle.StateFlag) -> QPen:
        if state & QStyle.StateFlag.State_Selected:
            return QPen(self.looks.color("accent"), 2)
        hovered = state & QStyle.StateFlag.State_MouseOver
        return QPen(self.looks.color("weak" if hovered else "line"), 1)

    def _paint_picture(self, painter: QPainter, card: QRectF, image: QImage | None) -> None:
        ground = QRectF(card.x(), card.y(), card.width(), round(card.width() * SHAPE))
        painter.fillRect(ground, self.looks.color("surface"))
        painter.fillRect(
            QRectF(card.x(), ground.bottom(), card.width(), 1), self.looks.color("line")
        )
        if image is not None and not image.isNull():
            size = image.size().scaled(ground.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF(0, 0, size.width(), size.height())
            at.moveCenter(ground.center())
            painter.drawImage(at, image)

    def _paint_text(self, painter: QPainter, card: QRectF, template: Template, font: QFont) -> None:
        box = card.adjusted(PAD, round(card.width() * SHAPE) + PAD - 2, -PAD, -PAD / 2)
        bold = QFont(font)
        bold.setPixelSize(round(font.pixelSize() * TITLE / TEXT))
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(self.looks.color("strong"))
        painter.drawText(box, Qt.AlignmentFlag.AlignTop, template.title)
        painter.setFont(font)
        painter.setPen(self.looks.color("weak"))
        box.setTop(box.top() + QFontMetricsF(bold).height() + 2)
        painter.drawText(box, WRAP, template.description)


def card_size(font: QFont) -> QSize:
    """Return the size of a card: the larger its text, the larger it is."""
    width = round(PICTURE.width() * max(font.pixelSize() / TEXT, 1.0))
    lines = round(LINES * QFontMetricsF(font).height())
    return QSize(width, round(width * SHAPE) + lines + 2 * PAD)


def _miniature_of(
    path: Path, catalogue: Mapping[str, NodeSpec], looks: Looks, ratio: float
) -> QImage:
    try:
        return miniature(read(path, catalogue).graph, looks, PICTURE, ratio)
    except NodegraphError:  # choosing it says why
        return QImage()
