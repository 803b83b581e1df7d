"""The library: every node type, to be dragged on to the canvas or added with a double click."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QMenu, QTreeView, QVBoxLayout, QWidget

from gui.canvas.adding import title
from gui.canvas.dropping import NODE_TYPE
from gui.docks.emptiable import Emptiable
from gui.docks.library_rows import SPEC, STARRED, LibraryRows, star_box
from gui.docks.shelves import KEPT, found, shelves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gui.canvas.looks import Looks
    from gui.docks.shelves import Shelf, Stock
    from gui.settings import Settings
    from nodegraph.spec import NodeSpec

STARS, USED, SHUT = "library.favorites", "library.recent", "library.shut"
RECENT = 6
"""How many of the types used last are listed."""
DOWN = (Qt.Key.Key_Down, Qt.Key.Key_PageDown)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Library(QWidget):
    """Lists what may be placed, by category or as searched.

    Attributes:
        chosen: A type is to be added in the middle of the canvas, by id.
        help_wanted: The pointer or the keys came to a type, by id.
        remove_wanted: A saved subgraph is to be saved no longer, by id.
        line: What is searched.
        tree: What is listed.
    """

    chosen = Signal(str)
    help_wanted = Signal(str)
    remove_wanted = Signal(str)

    def __init__(
        self, stock: Callable[[], Stock], settings: Settings, looks: Callable[[], Looks]
    ) -> None:
        """Make a library.

        Args:
            stock: What may be placed now; ``refresh`` asks anew.
        """
        super().__init__()
        self._stock, self._settings = stock, settings
        self.line, self.tree, self._model = QLineEdit(), QTreeView(), TypeModel()
        self._set_up_line()
        self._set_up_tree(looks)
        self._page = Emptiable(self.tree, "Nothing fits", "Type less, or another word.")
        self._lay_out()
        self.setFocusProxy(self.line)
        self.refresh()

    # Reading

    @property
    def favorites(self) -> list[str]:
        """The ids of the starred types."""
        return list(self._settings.get(STARS, list[str]()))

    @property
    def recent(self) -> list[str]:
        """The ids of the types used last, the last first."""
        return list(self._settings.get(USED, list[str]()))

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """What is listed: categories, each with the ids of its types."""
        return [(shelf.text(), _ids(shelf)) for shelf in self._shelves()]

    # Changing

    def refresh(self) -> None:
        """List anew: there are other types, or another document is in front."""
        query, stock = self.line.text().strip(), self._stock()
        found_ = found(stock, query) if query else shelves(stock, self.favorites, self.recent)
        self._fill(found_)
        self._page.show_empty(not found_)
        if query:
            self._select_first()

    def star(self, type_id: str) -> None:
        """Make a type a favorite, or one no more."""
        others = [id for id in self.favorites if id != type_id]
        starred = type_id in self.favorites
        self._settings.set(STARS, others if starred else [*others, type_id])
        self.refresh()

    def used(self, type_id: str) -> None:
        """Remember that a type was placed, from here or elsewhere."""
        others = [id for id in self.recent if id != type_id]
        self._settings.set(USED, [type_id, *others][:RECENT])
        self.refresh()

    def choose(self, index: QModelIndex | None = None) -> None:
        """Have the type of a row added, or the one that is selected."""
        spec = _spec(self.tree.currentIndex() if index is None else index)
        if spec is not None:
            self.chosen.emit(spec.id)

    # Inside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move from the search into the list; star with a click, add with Enter."""
        if event.type() == QEvent.Type.KeyPress:
            return self._keyed(watched, cast("QKeyEvent", event))
        if event.type() == QEvent.Type.MouseButtonRelease and watched is self.tree.viewport():
            return self._clicked(cast("QMouseEvent", event))
        return False

    def _keyed(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() in ENTER:
            self.choose()
        elif watched is self.line and event.key() in DOWN:
            self.tree.setFocus()
            if not self.tree.currentIndex().isValid():
                self._select_first()
        elif watched is self.line and event.key() == Qt.Key.Key_Escape and self.line.text():
            self.line.clear()
        elif watched is self.tree and event.key() == Qt.Key.Key_Asterisk:
            self._star_current()
        elif watched is self.tree and event.key() == Qt.Key.Key_Delete:
            self._remove(self.tree.currentIndex())
        else:
            return False
        return True

    def _clicked(self, event: QMouseEvent) -> bool:
        index = self.tree.indexAt(event.position().toPoint())
        spec = _spec(index)
        if spec is None or not star_box(self.tree.visualRect(index)).contains(
            event.position().toPoint()
        ):
            return False
        self.star(spec.id)
        return True

    def _star_current(self) -> None:
        spec = _spec(self.tree.currentIndex())
        if spec is not None:
            self.star(spec.id)

    def menu(self, index: QModelIndex) -> QMenu:
        """Return what can be done with the type of a row, to be popped up."""
        menu, spec = QMenu(self), _spec(index)
        if spec is not None:
            starred = spec.id in self.favorites
            menu.addAction("Add", lambda: self.choose(index))
            star = "No longer a favorite" if starred else "Make it a favorite"
            menu.addAction(star, lambda: self.star(spec.id))
            if spec.id.startswith(KEPT):
                menu.addAction("Remove from the library", lambda: self._remove(index))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _pop_up(self, at: QPoint) -> None:
        index = self.tree.indexAt(at)
        if _spec(index) is not None:
            self.menu(index).popup(self.tree.viewport().mapToGlobal(at))

    def _remove(self, index: QModelIndex) -> None:
        spec = _spec(index)
        if spec is not None and spec.id.startswith(KEPT):
            self.remove_wanted.emit(spec.id)

    def _shelves(self) -> list[QStandardItem]:
        root = self._model.invisibleRootItem()
        return [root.child(row) for row in range(root.rowCount())]

    def _fill(self, found_: Sequence[Shelf]) -> None:
        place = self.tree.verticalScrollBar().value()
        shut = self._settings.get(SHUT, list[str]())
        self.tree.blockSignals(True)
        self._model.clear()
        for shelf in found_:
            self._model.appendRow(_shelf_item(shelf, set(self.favorites)))
            self.tree.setExpanded(
                self._model.index(self._model.rowCount() - 1, 0), shelf.title not in shut
            )
        self.tree.blockSignals(False)
        self.tree.verticalScrollBar().setValue(place)

    def _select_first(self) -> None:
        first = self._model.index(0, 0)
        self.tree.setCurrentIndex(self._model.index(0, 0, first))

    def _remember_shut(self, index: QModelIndex) -> None:
        name, shut = str(index.data()), set(self._settings.get(SHUT, list[str]()))
        shut = shut - {name} if self.tree.isExpanded(index) else shut | {name}
        self._settings.set(SHUT, sorted(shut))

    def _say_current(self, index: QModelIndex) -> None:
        spec = _spec(index)
        if spec is not None:
            self.help_wanted.emit(spec.id)

    def _toggle(self, index: QModelIndex) -> None:
        if _spec(index) is None:
            self.tree.setExpanded(index, not self.tree.isExpanded(index))

    def _lay_out(self) -> None:
        top, box = QVBoxLayout(), QVBoxLayout(self)
        top.setContentsMargins(8, 8, 8, 8)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        top.addWidget(self.line)
        box.addLayout(top)
        box.addWidget(self._page)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _set_up_line(self) -> None:
        self.line.setPlaceholderText("Search nodes")
        self.line.setAccessibleName("Search the library")
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self.refresh)
        self.line.installEventFilter(self)

    def _set_up_tree(self, looks: Callable[[], Looks]) -> None:
        tree = self.tree
        tree.setModel(self._model)
        tree.setItemDelegate(LibraryRows(looks, tree))
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(0)
        tree.setMouseTracking(True)
        tree.setUniformRowHeights(False)
        tree.setDragEnabled(True)
        tree.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        tree.setExpandsOnDoubleClick(False)
        tree.setAccessibleName("Node types")
        tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        tree.customContextMenuRequested.connect(self._pop_up)
        tree.doubleClicked.connect(self.choose)
        tree.clicked.connect(self._toggle)
        tree.expanded.connect(self._remember_shut)
        tree.collapsed.connect(self._remember_shut)
        tree.selectionModel().currentChanged.connect(self._say_current)
        tree.installEventFilter(self)
        tree.viewport().installEventFilter(self)


class TypeModel(QStandardItemModel):
    """The rows, which give the id of their type to whatever they are dragged on."""

    def mimeTypes(self) -> list[str]:
        """Return the one kind that is dragged."""
        return [NODE_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the id of the type that is dragged."""
        data = QMimeData()
        for spec in (_spec(index) for index in indexes):
            if spec is not None:
                data.setData(NODE_TYPE, spec.id.encode())
        return data


def _shelf_item(shelf: Shelf, starred: set[str]) -> QStandardItem:
    item = QStandardItem(shelf.title)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled)
    for spec in shelf.specs:
        row = QStandardItem(title(spec))
        row.setData(spec, SPEC)
        row.setData(spec.id in starred, STARRED)
        row.setToolTip(spec.summary)
        row.setData(spec.summary, Qt.ItemDataRole.AccessibleDescriptionRole)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        row.setFlags(flags | Qt.ItemFlag.ItemIsDragEnabled)
        item.appendRow(row)
    return item


def _spec(index: QModelIndex) -> NodeSpec | None:
    return cast("NodeSpec | None", index.data(SPEC)) if index.isValid() else None


def _ids(shelf: QStandardItem) -> list[str]:
    rows = (shelf.child(row) for row in range(shelf.rowCount()))
    return [cast("NodeSpec", row.data(SPEC)).id for row in rows]
