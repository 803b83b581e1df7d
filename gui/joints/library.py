"""The library joined to the window: what may be placed, and what becomes of what is chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.docks.library import Library
from gui.docks.shelves import KEPT, Stock, saved, subgraphs
from gui.joints.canvases import add_type
from gui.scope.reusable import Kept, folder, forget, kept
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from gui.editor import Editor
    from gui.seat import Seat
    from nodegraph.edits import Edit


class Shelf:
    """The subgraphs kept for every document, read when their folder is another than before."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._found: dict[str, Kept] = {}
        self._read: tuple[int, int] | None = None

    @property
    def found(self) -> dict[str, Kept]:
        """They by the id that the library has for them."""
        catalogue, path = self._editor.engine.catalogue, folder()
        now = (path.stat().st_mtime_ns if path.is_dir() else 0, len(catalogue))
        if now != self._read:
            self._read = now
            read, problems = kept(catalogue)
            self._found = {KEPT + one.name: one for one in read}
            for problem in problems:
                self._editor.say(f"a saved subgraph cannot be read: {problem}")
        return self._found


def join_library(editor: Editor) -> Library:
    """Put the library into a dock."""
    shelf = Shelf(editor)

    def stock() -> Stock:
        here = subgraphs(editor.seat.document.graph if editor.seat else None)
        return Stock(editor.engine.catalogue, here, saved(shelf.found.values()))

    library = Library(stock, editor.settings, lambda: editor.appearance.looks)
    library.chosen.connect(partial(add_type, editor))
    library.remove_wanted.connect(partial(_remove, editor, shelf, library))
    editor.placed.connect(library.used)
    editor.engine.catalogue_changed.connect(library.refresh)
    editor.front_changed.connect(library.refresh)

    def refresh(edit: Edit) -> None:
        if edit.touches == "structure" and editor.seat and editor.seat.document.graph.subgraphs:
            library.refresh()

    def follow(seat: Seat) -> None:
        seat.document.changed.connect(refresh)

    editor.seated.connect(follow)
    editor.window.add_dock("library", "Library", library, "left", keys="Ctrl+1", shown=False)
    return library


def _remove(editor: Editor, shelf: Shelf, library: Library, type_id: str) -> None:
    one = shelf.found.get(type_id)
    if one is None:
        return
    try:
        forget(one)
    except NodegraphError as error:
        editor.say_error(None, str(error))
        return
    library.refresh()
    editor.say(f"{one.spec.title} is in the library no longer; workflows that use it keep it")
