"""The desk joined to the window: tabs, bars, what was open before, closing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from gui.desk import renewing, session
from gui.desk.asking import Asking
from gui.desk.bars import Choice
from gui.desk.closing import Closing
from gui.desk.leftovers import Leftovers
from gui.desk.recents import Recents
from gui.desk.saving import Saving
from gui.desk.watching import Watcher, fate_sentence, reload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gui.desk.watching import Fate
    from gui.document.document import Document
    from gui.editor import Editor
    from gui.page import Page
    from gui.seat import Seat

FILE, SAFE, NOTE, SAVE, WAITS = "file", "safe", "note", "save", "waits"


class Documents:
    """What happens to documents, shown in the window.

    Attributes:
        asking: Asks for files.
        saving: Saves documents.
        closing: Closes them, after their owner has said what becomes of them.
        recents: The files that were open lately.
        leftovers: What was open when an editor was killed.
    """

    def __init__(self, editor: Editor) -> None:
        self._editor, self._desk = editor, editor.desk
        self.leftovers = Leftovers(editor.desk)
        self.asking = Asking(editor.window, editor.settings)
        self.saving = Saving(editor.desk, self.asking)
        self.closing = Closing(editor.desk, self.saving, editor.window)
        self.recents = Recents(editor.desk, editor.settings)
        self._watcher = Watcher(editor.desk)
        self._wanted: Sequence[Path] = ()
        self._begun = False
        self._watcher.changed.connect(self._tell_fate)
        editor.desk.failed.connect(editor.say_error)
        editor.desk.waits.connect(self._tell_waiting)
        editor.desk.noted.connect(self._note)
        editor.desk.not_saved.connect(self._tell_not_saved)
        editor.seated.connect(_follow_saves)
        editor.desk.kept_safe.connect(self._tell_safe)
        editor.desk.current_changed.connect(self._bring_front)
        editor.window.page_changed.connect(self._follow_tab)
        editor.window.close_wanted.connect(self._close_page)
        editor.window.quit_wanted.connect(lambda: self.closing.leave(self._leave))
        editor.window.tabs.tabBar().tabMoved.connect(self._follow_order)
        editor.engine.catalogue_changed.connect(self._renew)
        editor.engine.state_changed.connect(self._engine_changed)

    def begin(self, paths: Sequence[Path]) -> None:
        """Open what is wanted, once node types are known."""
        self._wanted = paths
        if editor_knows(self._editor):
            self._open_first()

    def ask_open(self) -> None:
        """Ask which files to open."""
        self.asking.open(lambda paths: [self._desk.open(path) for path in paths])

    def end(self) -> None:
        """Leave what was not restored to another start."""
        self.leftovers.later()

    def suspend(self) -> None:
        """Note what is open, leave the journals of what no file has, and close the window."""
        if self._begun:
            session.remember(self._desk, self._editor.settings)
            self._desk.suspend()
        self._editor.window.quit()

    def _leave(self) -> None:
        """Note what is open, put the journals away, and close the window."""
        session.remember(self._desk, self._editor.settings)
        for document in self._desk.documents:
            self._desk.close(document)
        self._editor.window.quit()

    # Beginning

    def _open_first(self) -> None:
        self._begun = True
        self.leftovers.find()
        self.leftovers.resume()
        session.reopen(self._desk, self._editor.settings)
        for path in self._wanted:
            self._desk.open(path)
        if not self._desk.documents:
            self._editor.welcome(known=len(self.leftovers) > 0)
        if len(self.leftovers):
            self.leftovers.offer(self._editor.bars)

    def _engine_changed(self) -> None:
        """Open files all the same where no engine comes to say what node types there are."""
        if not self._begun and self._editor.engine.state.phase == "failed":
            self._open_first()

    def _renew(self) -> None:
        if editor_knows(self._editor):
            self._editor.bars.drop(WAITS)
            self._desk.open_waiting()
        if not self._begun:
            self._open_first()
        for document in self._desk.documents:
            renewing.renew(document, self._editor.engine.catalogue)

    # Telling

    def _note(self, document: Document, sentence: str) -> None:
        self._editor.seats[document].bars.tell(NOTE, sentence)

    def _tell_waiting(self, _: Path, sentence: str) -> None:
        self._editor.bars.tell(WAITS, sentence)

    def _tell_not_saved(self, document: Document, sentence: str) -> None:
        self._editor.seats[document].bars.tell(SAVE, sentence, level="error")

    def _tell_safe(self) -> None:
        if self._desk.problem:
            self._editor.bars.tell(SAFE, self._desk.problem, level="error")
        else:
            self._editor.bars.drop(SAFE)

    def _tell_fate(self, document: Document, fate: Fate) -> None:
        choices = []
        if fate == "changed":
            choices = [
                Choice("Reload", partial(reload, self._desk, document), primary=not document.dirty),
                Choice("Keep mine", document.disown),
            ]
        self._editor.seats[document].bars.tell(FILE, fate_sentence(document, fate), choices)

    # Tabs

    def _close_page(self, page: Page) -> None:
        self.closing.close(page.document)

    def _bring_front(self) -> None:
        seat = self._editor.seats.get(cast("Document", self._desk.current))
        if seat is not None:
            self._editor.window.tabs.setCurrentWidget(seat.page)

    def _follow_tab(self) -> None:
        page: Page | None = self._editor.window.page
        if page is not None and page.document in self._desk.documents:
            self._desk.show(page.document)

    def _follow_order(self) -> None:
        self._desk.order([page.document for page in self._editor.window.pages])


def _follow_saves(seat: Seat) -> None:
    """Put away what was told of a file once the document is in one, as it is."""

    def drop() -> None:
        for key in (SAVE, FILE, NOTE):
            seat.bars.drop(key)

    seat.document.saved.connect(drop)


def editor_knows(editor: Editor) -> bool:
    """Tell whether more node types are known than those of the core."""
    return any(not name.startswith("graph.") for name in editor.engine.catalogue)
