"""What stands in the window where no workflow is open, and what a newcomer sees first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from gui.desk.cards import TemplateCards
from gui.desk.first_start import is_first, open_example
from gui.desk.start_page import StartPage
from gui.desk.templates import open_copy, templates
from gui.joints.files import show_tour

if TYPE_CHECKING:
    from pathlib import Path

    from gui.editor import Editor
    from gui.joints.documents import Documents

AFTER = 600
"""Milliseconds until the tour begins: the example is seen first."""

STARTED = "started"
"""In the settings once the editor has been started."""


class Start:
    """The start page; at the very first start the example instead."""

    def __init__(self, editor: Editor, documents: Documents) -> None:
        self._editor, self._documents = editor, documents
        self._page: StartPage | None = None

        editor.desk.closed.connect(self._closed)

    def begin(self, *, known: bool) -> None:
        """Show a newcomer the example, anybody else the start page.

        Args:
            known: It is somebody else in any case, whose work waits to be restored.
        """
        settings = self._editor.settings
        if known or settings.get(STARTED, False):
            self.show()
        elif open_example(self._editor.desk) is not None and is_first(settings):
            QTimer.singleShot(AFTER, self._editor.window, lambda: show_tour(self._editor))
        settings.set(STARTED, True)

    def show(self) -> None:
        """Show the start page, made when it is first wanted."""
        if self._page is None:
            self._page = self.make_page()
            self._editor.window.put_empty(self._page)

    def make_page(self) -> StartPage:
        """Return a start page, which opens what is chosen."""
        editor, files = self._editor, self._documents
        cards = TemplateCards(templates(), editor.appearance.looks, lambda: editor.engine.catalogue)
        page = StartPage(cards, files.recents)
        page.new_wanted.connect(editor.desk.new)
        page.open_wanted.connect(files.ask_open)
        page.file_wanted.connect(editor.desk.open)
        page.copy_wanted.connect(self._open_copy)
        editor.appearance.changed.connect(self._restyle)
        return page

    def _open_copy(self, path: Path) -> None:
        open_copy(self._editor.desk, path)

    def _closed(self) -> None:
        if not self._editor.desk.documents:
            self.show()

    def _restyle(self) -> None:
        if self._page is not None:
            self._page.cards.restyle(self._editor.appearance.looks)
