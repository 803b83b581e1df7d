"""Saving: to the document's own file, to another, a copy, or a part of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gui.desk.asking import WORKFLOWS
from gui.document.clipboard import copy
from nodegraph import workflow
from nodegraph.storage import StorageError, write_atomic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from gui.desk.asking import Asking
    from gui.desk.desk import Desk
    from gui.document.document import Document
    from nodegraph.graph import Graph

UNTITLED = Path("untitled.json")


class Saving:
    """Saves documents, and asks where to if they have no file yet; what fails is a sentence."""

    def __init__(self, desk: Desk, asking: Asking) -> None:
        self._desk, self._asking = desk, asking

    def save(
        self,
        document: Document,
        then: Callable[[], object] | None = None,
        refused: Callable[[], object] | None = None,
    ) -> None:
        """Save a document.

        Args:
            document: Which one.
            then: Is called once it is on the disk.
            refused: Is called where it is not, because it failed or nobody said where to.
        """
        if document.path is None:
            self.save_as(document, then, refused)
        else:
            self._write(document, document.path, then, refused)

    def save_as(
        self,
        document: Document,
        then: Callable[[], object] | None = None,
        refused: Callable[[], object] | None = None,
    ) -> None:
        """Save a document to another file, which becomes its own."""
        self._desk.show(document)
        self._asking.save(
            "Save as",
            document.path or UNTITLED,
            [WORKFLOWS],
            lambda path: self._write(document, path, then, refused),
            refused,
        )

    def save_copy(self, document: Document) -> None:
        """Save a document to another file, and leave it with its own."""
        path = document.path or UNTITLED
        self._asking.save(
            "Save a copy",
            path.with_stem(f"{path.stem}_copy"),
            [WORKFLOWS],
            lambda path: self.write(path, workflow.dumps(document.graph).encode()),
        )

    def export_selection(self, graph: Graph, nodes: Collection[str]) -> None:
        """Save nodes, and the links between them, as a workflow of their own."""
        text = copy(graph, nodes)
        self._asking.save(
            "Export selection",
            Path("selection.json"),
            [WORKFLOWS],
            lambda path: self.write(path, without_clipboard(text, graph).encode()),
        )

    def write(self, path: Path, data: bytes) -> bool:
        """Write a file whole or not at all, unless it is open; tells whether it was."""
        open_there = self._desk.at(path)
        try:
            if open_there is not None:
                raise StorageError(_open_sentence(path))
            write_atomic(path, data)
        except StorageError as error:
            self._desk.failed.emit(self._desk.current, str(error))
            return False
        return True

    def _write(
        self,
        document: Document,
        path: Path,
        then: Callable[[], object] | None,
        refused: Callable[[], object] | None,
    ) -> None:
        try:
            if self._desk.at(path) not in (None, document):
                raise StorageError(_open_sentence(path))
            document.save(path)
        except StorageError as error:
            self._desk.not_saved.emit(document, str(error))
            if refused is not None:
                refused()
            return
        if then is not None:
            then()


def without_clipboard(text: str, graph: Graph) -> str:
    """Return copied text as a workflow that stands for itself: nothing said of what was around."""
    from gui.document.reading import loads

    part = loads(text, graph.catalogue)
    part.extra = {}
    return workflow.dumps(part)


def _open_sentence(path: Path) -> str:
    return f"cannot save {path}: it is open in another tab; choose another name, or close that tab"
