"""The editor put together: which room is told of what. Nothing is done here that a room can do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui import tool_bar
from gui.bridge.engine import Engine
from gui.bridge.where import Where
from gui.desk.desk import Desk
from gui.page import Page
from gui.status_bar import StatusBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.appearance import Appearance
    from gui.canvas.canvas import Canvas
    from gui.document.document import Document
    from gui.settings import Settings
    from gui.window import Window


class Editor(QObject):
    """Everything behind a window.

    Attributes:
        engine: What runs workflows.
        desk: The open documents.
    """

    def __init__(self, window: Window, settings: Settings, appearance: Appearance) -> None:
        super().__init__(window)
        self.window, self.settings, self.appearance = window, settings, appearance
        self.engine = Engine(_where(settings), parent=self)
        self.desk = Desk(lambda: self.engine.catalogue)
        self.status = StatusBar(appearance.looks.theme)
        self._pages: dict[Document, Page] = {}
        self._place()
        self._follow()

    def begin(self, paths: Sequence[Path]) -> None:
        """Open what is wanted, and start the engine."""
        self.engine.start()
        for path in paths:
            self.desk.open(path)
        if not self.desk.documents:
            self.desk.new()

    @property
    def canvas(self) -> Canvas | None:
        """The canvas in front."""
        page = self.window.page
        return None if page is None else page.canvas

    def end(self) -> None:
        """Stop what runs beside."""
        self.engine.stop()

    # Putting together

    def _place(self) -> None:
        self.window.setStatusBar(self.status)
        self.window.restore_layout()
        self.window.fill_menus()
        tool_bar.fill(self.window.bar, self.window.commands, self.appearance.theme)
        self.status.show_engine(self.engine.state)

    def _follow(self) -> None:
        self.desk.opened.connect(self._show)
        self.desk.closed.connect(self._forget)
        self.desk.current_changed.connect(self._front)
        self.desk.failed.connect(self.status.say)
        self.engine.state_changed.connect(lambda: self.status.show_engine(self.engine.state))
        self.appearance.changed.connect(self._restyle)

    def _show(self, document: Document) -> None:
        page = Page(document, self.appearance.looks)
        page.made.connect(self._prepare)
        page.show_whole()
        self._pages[document] = page
        self.window.open(page)
        page.canvas.fit()

    def _prepare(self, canvas: Canvas) -> None:
        canvas.moved.connect(lambda: self.status.show_zoom(canvas.camera.scale))
        self.window.commands.host(canvas)

    def _forget(self, document: Document) -> None:
        del self._pages[document]
        self.window.close_page(document)

    def _front(self) -> None:
        if self.desk.current is not None and self.desk.current in self._pages:
            self.window.tabs.setCurrentWidget(self._pages[self.desk.current])

    def _restyle(self) -> None:
        self.status.restyle(self.appearance.theme, self.engine.state)
        tool_bar.fill(self.window.bar, self.window.commands, self.appearance.theme)


def _where(settings: Settings) -> Where:
    """Return which engine a person chose: an own one unless there is an address."""
    data = settings.get("engine.data", "")
    return Where(
        url=settings.get("engine.url", ""),
        token=settings.get("engine.token", ""),
        data=Path(data) if data else None,
    )
