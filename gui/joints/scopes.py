"""Subgraphs joined to the pages: a breadcrumb, entering and leaving, their commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.docks.library import Library
from gui.scope.bar import ScopeBar
from gui.scope.commands import commands

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.document.document import Document
    from gui.editor import Editor
    from gui.seat import Seat


class Inside:
    """What the commands for subgraphs need of the window."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that is shown."""
        return self._editor.canvas

    @property
    def document(self) -> Document | None:
        """The document in front."""
        return self._editor.seat.document if self._editor.seat else None

    @property
    def inside(self) -> bool:
        """Whether a subgraph's inside is shown."""
        return self._editor.seat is not None and bool(self._editor.seat.page.uses)

    def enter(self, use: str) -> None:
        """Show the inside of a use."""
        if self._editor.seat is not None:
            self._editor.seat.page.enter(use)

    def leave(self) -> None:
        """Show what is around."""
        if self._editor.seat is not None:
            self._editor.seat.page.leave()

    def say(self, sentence: str) -> None:
        """Tell the person something."""
        self._editor.say(sentence)

    def kept(self) -> None:
        """List the library anew."""
        for library in self._editor.window.findChildren(Library):
            library.refresh()


def join(editor: Editor) -> None:
    """Add the commands; give every page a breadcrumb."""
    editor.window.commands.add(*commands(Inside(editor)))
    editor.seated.connect(partial(_add_breadcrumb, editor))


def _add_breadcrumb(editor: Editor, seat: Seat) -> None:
    bar = ScopeBar(seat.page)
    bar.breadcrumb.rename_wanted.connect(partial(_rename, editor, seat))
    seat.page.canvas_changed.connect(bar.refresh)


def _rename(editor: Editor, seat: Seat) -> None:
    """Have the name typed of what the breadcrumb says one is in, whatever is selected there."""
    seat.canvas.select(set())
    editor.window.commands.run("scope.title")
