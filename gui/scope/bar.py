"""The breadcrumb of a page: it follows what the page shows, and leads back out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.scope.breadcrumb import Breadcrumb
from gui.scope.way import titles

if TYPE_CHECKING:
    from gui.page import Page
    from nodegraph.edits import Edit


class ScopeBar(QObject):
    """Puts a breadcrumb above a page's canvas; it lives as long as the page.

    Attributes:
        breadcrumb: The widget.
    """

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page = page
        self.breadcrumb = Breadcrumb(page)
        page.above.addWidget(self.breadcrumb)
        self.breadcrumb.chosen.connect(self._go)
        page.canvas_changed.connect(self.refresh)
        page.document.changed.connect(self._follow)
        page.document.saved.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show where the page is."""
        path = self._page.document.path
        name = "Untitled" if path is None else path.stem
        self.breadcrumb.show_way(titles(self._page.document.graph, self._page.uses, name))

    def _follow(self, edit: Edit) -> None:
        if self._page.uses and edit.touches != "params":
            self.refresh()

    def _go(self, level: int) -> None:
        self._page.show_inside(self._page.uses[:level])
