"""The add-node search: a few letters, a list of what fits, Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from gui.canvas.adding import Offer, added, offers, title
from gui.canvas.looks import font_of
from gui.list_keys import take_key
from gui.scope.reusable import Kept, kept
from gui.selected import paint_selected
from gui.theme import RADIUS, TITLE
from nodegraph.errors import GraphError

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent

    from gui.canvas.canvas import Canvas
    from gui.canvas.linkable import End
    from gui.canvas.looks import Looks
    from gui.canvas.tools.tool import Pointer
    from nodegraph.spec import NodeSpec

WIDTH, HEIGHT, ROW = 340, 380, 40
PAGE = 8
OFFER = Qt.ItemDataRole.UserRole


class Palette(QFrame):
    """Opens where a node is wanted, and lists what may stand there.

    Attributes:
        line: What is typed.
        list: What fits, the best first.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at: tuple[float, float] = (0.0, 0.0)
        self._end: End | None = None
        self._library: list[Kept] = []
        self.line, self.list = QLineEdit(), QListWidget()
        self.line.setPlaceholderText("Add a node")
        self.line.setAccessibleName("Search for a node to add")
        self.list.setAccessibleName("Nodes that can be added")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addWidget(self.line)
        box.addWidget(self.list)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self.choose)
        canvas.wanted.connect(self.open)
        canvas.moved.connect(self.hide)
        self.hide()

    def open(self, pointer: Pointer, end: End | None) -> None:
        """Ask for a node at the pointer, to be linked to a socket or to none."""
        self._at, self._end = (pointer.x, pointer.y), end
        self.setStyleSheet(_style(self._canvas.looks))
        self.line.setFont(font_of(TITLE))
        self.list.setItemDelegate(_Rows(self._canvas.looks, self.list))
        left = min(round(pointer.left), self._canvas.width() - WIDTH - 8)
        top = min(round(pointer.top), self._canvas.height() - HEIGHT - 8)
        self.setGeometry(QRect(max(left, 8), max(top, 8), WIDTH, HEIGHT))
        self._library, _ = kept(self._canvas.document.graph.catalogue)
        self.line.clear()
        self._search("")
        self.show()
        self.raise_()
        self.line.setFocus()

    def choose(self) -> None:
        """Add what is marked in the list, and close."""
        if not self.list.count():
            return
        item = self.list.currentItem()
        offer = cast("Offer", item.data(OFFER))
        self.close_up()
        graph = self._canvas.document.graph
        edit, node_id = added(graph, offer, self._corner(offer), self._end)
        try:
            self._canvas.document.apply(edit)
        except GraphError:
            # The link itself may be impossible (a variable bound elsewhere); the node is not.
            edit, node_id = added(graph, offer, self._corner(offer), None)
            self._canvas.document.apply(edit)
        self._canvas.select({node_id})

    def close_up(self) -> None:
        """Go away and give the keyboard back."""
        self.hide()
        self._canvas.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list, choose and close by keys; close when something else is clicked."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() != QEvent.Type.KeyPress:
            return False
        return take_key(cast("QKeyEvent", event), self.list, PAGE, self.choose, self.close_up)

    def _search(self, query: str) -> None:
        self.list.clear()
        for offer in offers(self._canvas.document.graph, query, self._end, self._library):
            item = QListWidgetItem(title(offer.spec), self.list)
            item.setData(OFFER, offer)
            item.setToolTip(offer.spec.summary)
        self.list.setCurrentRow(0)

    def _corner(self, offer: Offer) -> tuple[float, float]:
        """Return where the new node stands, so that the socket to be linked is by the pointer."""
        x, y = self._at
        if self._end is not None and not self._end.output:
            x -= 220
        return x, y - (40 if self._end is not None else 14)


class _Rows(QStyledItemDelegate):
    """Paints a type's title with its category, and under it what it does."""

    def __init__(self, looks: Looks, parent: QObject) -> None:
        super().__init__(parent)
        self._looks = looks

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        spec = cast("Offer", index.data(OFFER)).spec
        rect = cast("QRect", option.rect)  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_selected(painter, option, self._looks.color("fill"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._looks.theme.category(spec.category)))
        painter.drawRoundedRect(rect.left() + 8, rect.top() + 9, 3, 22, 1.5, 1.5)
        self._paint_texts(painter, rect, spec)
        painter.restore()

    def _paint_texts(self, painter: QPainter, rect: QRect, spec: NodeSpec) -> None:
        looks, left, room = self._looks, rect.left() + 20, rect.width() - 32
        small, used = looks.small, looks.small.width(spec.category) + 1
        painter.setFont(looks.text.font)
        painter.setPen(looks.color("strong"))
        name = looks.text.line(title(spec), room - used - 12)
        painter.drawStaticText(left, rect.top() + 4, name)
        painter.setFont(small.font)
        painter.setPen(looks.color("weak"))
        category = small.line(spec.category, used)
        painter.drawStaticText(round(left + room - used), rect.top() + 5, category)
        painter.drawStaticText(left, rect.top() + 21, small.line(spec.summary, room))


def _style(looks: Looks) -> str:
    theme = looks.theme
    return (
        f"Palette {{ background: {theme.body}; border: 1px solid {theme.line};"
        f" border-radius: {RADIUS + 2}px; }}"
        f"QLineEdit {{ background: {theme.field}; color: {theme.strong}; padding: 6px 8px;"
        f" border: 1px solid {theme.line}; border-radius: {RADIUS}px;"
        f" selection-background-color: {theme.accent}; selection-color: {theme.body}; }}"
        f"QLineEdit:focus {{ border-color: {theme.accent}; }}"
        f"QListWidget {{ background: {theme.body}; border: none; outline: none; }}"
        f"QScrollBar:vertical {{ background: {theme.body}; width: 8px; }}"
        f"QScrollBar::handle:vertical {{ background: {theme.line}; border-radius: 4px;"
        f" min-height: 24px; }}"
        f"QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; }}"
    )
