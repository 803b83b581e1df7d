"""The inside of a subgraph, edited like a document; every edit goes through the document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from gui.scope.seen import seen
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from pathlib import Path

    from gui.document.document import Document
    from gui.document.gesture import Gesture
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


class Scope(QObject):
    """A definition of a document, to be shown and edited by whatever shows documents.

    Undo, saving and the journal are the document's: there is one history, whatever is shown.

    Attributes:
        changed: The edit that was just made, as one of this definition's graph.
        stepped: As the document's.
        renamed: The definition has another name now.
        gone: The definition was removed or replaced; show something else.
        document: What the definition belongs to.
        name: What it is called there.
        graph: Its nodes; change them through ``apply`` alone.
    """

    changed = Signal(object)
    stepped = Signal()
    saved = Signal()
    renamed = Signal(str)
    gone = Signal()

    def __init__(self, document: Document, name: str) -> None:
        super().__init__(document)
        self.document, self.name = document, name
        self.graph: Graph = document.graph.subgraphs[name]
        document.changed.connect(self._follow)
        document.stepped.connect(self.stepped)
        document.saved.connect(self.saved)

    # Reading: as the document

    @property
    def title(self) -> str:
        """What the definition is called for people."""
        return str(self.graph.extra.get("title") or self.name.replace("_", " "))

    @property
    def path(self) -> Path | None:
        """The document's file."""
        return self.document.path

    @property
    def dirty(self) -> bool:
        """Whether the document has anything that its file does not."""
        return self.document.dirty

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.document.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again."""
        return self.document.can_redo

    @property
    def undo_title(self) -> str:
        """What an undo would take back."""
        return self.document.undo_title

    @property
    def redo_title(self) -> str:
        """What a redo would make again."""
        return self.document.redo_title

    # Editing

    def apply(self, edit: Edit) -> None:
        """Make an edit inside the definition: every use of it changes.

        Raises:
            GraphError: It is impossible; nothing has changed.
        """
        self.document.apply(EditSubgraph(self.name, edit))

    def gesture(self, title: str, merge: str = "") -> Gesture:
        """Return a gesture of the document; ``merge`` joins steps of this definition alone."""
        return self.document.gesture(title, merge and f"{self.name}/{merge}")

    def undo(self) -> None:
        """Take the document's last step back."""
        self.document.undo()

    def redo(self) -> None:
        """Make the document's last undone step again."""
        self.document.redo()

    def save(self, path: Path | None = None) -> None:
        """Save the document.

        Raises:
            StorageError: It cannot be written, or nobody said where to.
        """
        self.document.save(path)

    def close(self) -> None:
        """Follow the document no more."""
        self.document.changed.disconnect(self._follow)
        self.document.stepped.disconnect(self.stepped)
        self.document.saved.disconnect(self.saved)
        self.setParent(None)

    def _follow(self, edit: Edit) -> None:
        definitions = self.document.graph.subgraphs
        if definitions.get(self.name) is not self.graph:
            name = next((name for name, one in definitions.items() if one is self.graph), "")
            if not name:
                self.gone.emit()
                return
            self.name = name
            self.renamed.emit(name)
        here = seen(edit, self.name)
        if here is not None:
            self.changed.emit(here)
