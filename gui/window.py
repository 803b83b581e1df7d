"""The window: tabs of documents, docks around them, menus and shortcuts from the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QTabBar,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.commands.command import Command
from gui.commands.commands import Commands
from gui.commands.menus import fill
from gui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent

    from gui.appearance import Appearance
    from gui.document.document import Document
    from gui.page import Page
    from gui.settings import Settings

AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
SIZE = QSize(1440, 900)
LAYOUT = 1
"""Of docks and bars: kept layouts of another number are forgotten."""


class Window(QMainWindow):
    """What a person sees.

    Attributes:
        settings, appearance: A person's choices, and how everything looks by them.
        editor: What fills the window.
        shown: The window has been painted for the first time.
        page_changed: Another tab is in front, or none.
        close_wanted: A tab is to be closed.
        quit_wanted: The window is to be closed; ``quit`` does it.
        dropped: Files were dropped on the window, as a list of paths.
    """

    shown = Signal()
    page_changed = Signal()
    close_wanted = Signal(object)
    quit_wanted = Signal()
    dropped = Signal(list)

    def __init__(self, settings: Settings, appearance: Appearance) -> None:
        super().__init__()
        self.settings, self.appearance = settings, appearance
        self._leaving = self._was_shown = False
        self.editor: QObject | None = None
        self._empty: QWidget | None = None
        self.docks: dict[str, QDockWidget] = {}
        self.commands = Commands(self, settings.get("shortcuts", {}))
        self.commands.changed.connect(self._remember_shortcuts)
        self.tabs = self._make_tabs()
        self.bar = self._make_bar()
        self.setWindowTitle("Nodegraph")
        self.setAcceptDrops(True)
        self.setDockOptions(self.DockOption.AllowTabbedDocks | self.DockOption.AllowNestedDocks)
        self.resize(SIZE.boundedTo(self.screen().availableSize()))
        appearance.changed.connect(self._restyle)

    # Pages

    @property
    def page(self) -> Page | None:
        """The tab in front."""
        return cast("Page | None", self.tabs.currentWidget())

    @property
    def pages(self) -> list[Page]:
        """All tabs from the left."""
        return [cast("Page", self.tabs.widget(index)) for index in range(self.tabs.count())]

    def open(self, page: Page) -> None:
        """Show a page in a tab of its own, in front."""
        page.document.stepped.connect(self._retitle)
        index = self.tabs.addTab(page, "")
        cross = QToolButton()
        cross.clicked.connect(lambda: self.close_wanted.emit(page))
        self._dress(cross)
        self.tabs.tabBar().setTabButton(index, QTabBar.ButtonPosition.RightSide, cross)
        self._retitle()
        self.tabs.setCurrentWidget(page)
        page.canvas.setFocus()

    def close_page(self, document: Document) -> None:
        """Take a document's tab away; nobody is asked."""
        for page in self.pages:
            if page.document is document:
                document.stepped.disconnect(self._retitle)
                self.tabs.removeTab(self.tabs.indexOf(page))
                page.deleteLater()

    def put_above(self, widget: QWidget) -> None:
        """Put a widget above the tabs."""
        self._middle.insertWidget(self._middle.indexOf(self.tabs), widget)

    def put_empty(self, widget: QWidget) -> None:
        """Show a widget where no tab is open."""
        self._empty = widget
        self._middle.addWidget(widget, 1)
        self._show_tabs()

    # Docks

    def add_dock(
        self, id: str, title: str, widget: QWidget, area: str, *, keys: str = "", shown: bool = True
    ) -> None:
        """Put a widget into a dock, beside those that are in the same place.

        Args:
            shown: Whether it is there until a person hides it; else the other way round.
        """
        dock = QDockWidget(title, self)
        dock.setObjectName(id)
        dock.setWidget(widget)
        if not shown:
            dock.hide()  # now: one that is hidden in a row of tabs leaves its tabs behind
        beside = [one for one in self.docks.values() if self.dockWidgetArea(one) == AREAS[area]]
        self.addDockWidget(AREAS[area], dock)
        if beside:
            self.tabifyDockWidget(beside[-1], dock)
            beside[0].raise_()
        self.docks[id] = dock
        self.commands.add(
            Command(
                f"view.{id}",
                title,
                lambda: self.toggle_dock(id),
                menu="View/Panels",
                keys=(keys,) if keys else (),
                checked=lambda: not dock.isHidden(),
                help=f"Show or hide the panel {title}",
            )
        )

    def show_dock(self, id: str) -> None:
        """Bring a dock to the front."""
        self.docks[id].show()
        self.docks[id].raise_()

    def toggle_dock(self, id: str) -> None:
        """Hide a dock, or bring it to the front where it was hidden or behind another."""
        dock = self.docks[id]
        if dock.isHidden() or dock.visibleRegion().isEmpty():
            self.show_dock(id)
            dock.widget().setFocus()
        else:
            dock.hide()

    def restore_layout(self) -> None:
        """Give docks and window the places they had."""
        geometry, state = self.settings.get("window", ""), self.settings.get("docks", "")
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if state:
            self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT)

    def fill_menus(self) -> None:
        """Make the menu bar from the commands there are now."""
        fill(self.menuBar(), self.commands)

    # Leaving

    def quit(self) -> None:
        """Close the window; nobody is asked."""
        self._leaving = True
        self.settings.set("window", self.saveGeometry().toBase64().toStdString())
        self.settings.set("docks", self.saveState(LAYOUT).toBase64().toStdString())
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Have whoever knows what is unsaved decide."""
        if self._leaving:
            event.accept()
        else:
            event.ignore()
            QTimer.singleShot(0, self.quit_wanted.emit)  # a window cannot close while it closes

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell, once, when the window has been painted."""
        super().paintEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self.shown.emit)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which files were dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    # Inside

    def _make_tabs(self) -> QTabWidget:
        tabs = QTabWidget(self)
        tabs.setDocumentMode(True)
        tabs.setMovable(True)
        tabs.setAccessibleName("Open workflows")
        tabs.currentChanged.connect(self.page_changed)
        tabs.currentChanged.connect(self._retitle)
        tabs.currentChanged.connect(self._show_tabs)
        middle = QWidget()
        self._middle = QVBoxLayout(middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        self._middle.addWidget(tabs, 1)
        self.setCentralWidget(middle)
        return tabs

    def _make_bar(self) -> QToolBar:
        bar = QToolBar("Tools", self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setIconSize(QSize(16, 16))
        self.addToolBar(bar)
        return bar

    def _show_tabs(self) -> None:
        if self._empty is not None:
            self.tabs.setVisible(self.tabs.count() > 0)
            self._empty.setVisible(self.tabs.count() == 0)

    def _dress(self, cross: QToolButton) -> None:
        cross.setProperty("flat", True)
        cross.setIcon(icon("close", self.appearance.theme.weak))
        cross.setIconSize(QSize(12, 12))
        cross.setToolTip("Close this workflow")
        cross.setAccessibleName("Close this workflow")
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _retitle(self) -> None:
        for index, page in enumerate(self.pages):
            mark = " •" if page.document.dirty else ""
            self.tabs.setTabText(index, _name(page.document) + mark)
            path = page.document.path
            self.tabs.setTabToolTip(index, str(path) if path else "Not saved to a file yet")
        page = self.page
        self.setWindowTitle(f"{_name(page.document)}[*] · Nodegraph" if page else "Nodegraph")
        self.setWindowModified(page is not None and page.document.dirty)

    def _restyle(self) -> None:
        side = QTabBar.ButtonPosition.RightSide
        for index, page in enumerate(self.pages):
            page.restyle(self.appearance.looks)
            self._dress(cast("QToolButton", self.tabs.tabBar().tabButton(index, side)))

    def _remember_shortcuts(self) -> None:
        self.settings.set("shortcuts", {id: list(keys) for id, keys in self.commands.bound.items()})


def _name(document: Document) -> str:
    return document.path.stem.replace("_", " ") if document.path else "Untitled"
