"""The document: a graph, where it is saved, and its history. Only here edits are applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.document.gesture import Gesture
from gui.document.history import History
from gui.document.straightening import straightened
from gui.document.titles import title_of
from nodegraph import workflow
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


class Document(QObject):
    """One open workflow.

    Attributes:
        changing: The edit that is about to be made, and surely can be: for the journal.
        changed: The edit that was just made, a batch, an undo or a redo included: for whoever
            draws. The history knows of it already.
        stepped: ``dirty``, ``path`` or what can be undone may have changed: for menus and titles.
        saved: The document was just saved.
        graph: What is edited; change it through ``apply`` alone.
        path: The file it is saved to; ``None`` for one that was never saved.
        recovered: No file has it: it came out of a journal, or its own is another one by now.
    """

    changing = Signal(object)
    changed = Signal(object)
    stepped = Signal()
    saved = Signal()

    def __init__(self, graph: Graph, path: Path | None = None) -> None:
        super().__init__()
        self.graph, self.path = graph, path
        self.recovered = False
        self._history = History()

    # Reading

    @property
    def dirty(self) -> bool:
        """Whether there is anything that the file does not have."""
        return self.recovered or self._history.dirty

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back, and no gesture under way."""
        return self._history.next_undo is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again, and no gesture under way."""
        return self._history.next_redo is not None

    @property
    def undo_title(self) -> str:
        """What an undo would take back; empty when there is nothing."""
        step = self._history.next_undo
        return "" if step is None else step.title

    @property
    def redo_title(self) -> str:
        """What a redo would make again; empty when there is nothing."""
        step = self._history.next_redo
        return "" if step is None else step.title

    # Editing

    def apply(self, edit: Edit) -> None:
        """Make an edit: a step by itself, or part of the open gesture.

        Raises:
            GraphError: It is impossible; nothing has changed.
        """
        self.graph.check(edit)
        edit = straightened(self.graph, edit)
        self._make(edit, lambda inverse: self._history.add(inverse, title_of(edit)))

    def gesture(self, title: str, merge: str = "") -> Gesture:
        """Return a gesture: ``with document.gesture("Move 3 nodes"):`` makes one undo step.

        Args:
            title: What the user does, in the words of the Undo menu.
            merge: Joins the step before, when that has the same key and was neither undone nor
                saved: for typing into one field, or scrubbing it.
        """
        return Gesture(self, title, merge)

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        step = self._history.next_undo
        if step is not None:
            self._make(step.edit, self._history.undone)

    def redo(self) -> None:
        """Make the step that was taken back last again, if there is one."""
        step = self._history.next_redo
        if step is not None:
            self._make(step.edit, self._history.redone)

    def save(self, path: Path | None = None) -> None:
        """Save it atomically, to its own file or to another one, which becomes its own.

        Raises:
            StorageError: It cannot be written, or nobody said where to.
        """
        target = path or self.path
        if target is None:
            raise StorageError("cannot save: the workflow has no file yet; say where to save it")
        workflow.save(self.graph, target)
        self.agree(target)

    def agree(self, path: Path) -> None:
        """Note that a file has just what the document has, and is its own."""
        self.path, self.recovered = path, False
        self._history.saved()
        self.saved.emit()
        self.stepped.emit()

    def disown(self) -> None:
        """Note that no file has it any more: another program changed or removed its own."""
        self.recovered = True
        self.stepped.emit()

    # For gestures

    def begin(self) -> None:
        """Open a gesture."""
        self._history.begin()
        self.stepped.emit()

    def end(self, title: str, merge: str) -> None:
        """Close the innermost gesture and keep it."""
        self._history.end(title, merge)
        self.stepped.emit()

    def cancel(self) -> None:
        """Close the innermost gesture and take it back."""
        for inverse in self._history.abandon():
            self._make(inverse, _forget)
        self.stepped.emit()

    def _make(self, edit: Edit, keep: Callable[[Edit], None]) -> None:
        self.changing.emit(edit)
        keep(edit.enact(self.graph))
        self.graph.announce(edit)
        self.changed.emit(edit)
        if not self._history.is_open:
            self.stepped.emit()


def _forget(inverse: Edit) -> None:
    """Keep nothing: what takes a cancelled gesture back is no part of the history."""
