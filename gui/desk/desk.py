"""The desk: the open documents in their order, the one in front, and a journal for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from gui.desk.opening import Opened, read, sentence
from gui.desk.renewing import renew
from gui.document.document import Document
from gui.document.journal import Journal
from nodegraph.comfy.importing import NotYetError
from nodegraph.errors import NodegraphError
from nodegraph.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nodegraph.spec import NodeSpec

SYNC = 1000
"""Milliseconds between two looks at the journals: what a power cut may cost."""

REOPENED = 20
"""How many closed files can be opened again, the last one first."""


WAITS = "{name} is ComfyUI's: it opens as soon as the engine tells what nodes there are."


@dataclass(frozen=True)
class _Open:
    document: Document
    journal: Journal


class Desk(QObject):
    """The open documents.

    Attributes:
        opened: A document is open; it is not in front yet.
        closed: A document is open no more; its journal is gone.
        current_changed: Another document is in front, or none.
        failed: Something could not be done, in a sentence, and what that is about: a document, or
            the file that was to be opened, or ``None``; nothing has changed.
        waits: A file opens once more node types are known; the file and a sentence.
        not_saved: A document could not be saved; the document and a sentence.
        noted: Something about a document should be known: the document and a sentence.
        kept_safe: Whether edits reach the journals has changed; ``problem`` says why not.
        closed_files: Files that were closed, the last one at the end.
    """

    opened = Signal(object)
    closed = Signal(object)
    current_changed = Signal()
    failed = Signal(object, str)
    waits = Signal(object, str)
    not_saved = Signal(object, str)
    noted = Signal(object, str)
    kept_safe = Signal()

    def __init__(
        self, catalogue: Callable[[], Mapping[str, NodeSpec]], journals: Path | None = None
    ) -> None:
        super().__init__()
        self.closed_files: list[Path] = []
        self.problem = ""
        self._catalogue, self._folder = catalogue, journals
        self._open: list[_Open] = []
        self._current: Document | None = None
        self._waiting: dict[Path, None] = {}
        self._timer = QTimer(self, interval=SYNC)
        self._timer.timeout.connect(self.sync)
        self._timer.start()

    # Reading

    @property
    def documents(self) -> list[Document]:
        """What is open, in the order of the tabs."""
        return [one.document for one in self._open]

    @property
    def current(self) -> Document | None:
        """The document in front."""
        return self._current

    @property
    def catalogue(self) -> Mapping[str, NodeSpec]:
        """The node types there are now."""
        return self._catalogue()

    @property
    def unsaved(self) -> list[Document]:
        """The documents that have what no file has."""
        return [document for document in self.documents if document.dirty]

    def at(self, path: Path) -> Document | None:
        """Return the open document of a file, whatever the file is called."""
        found = (one for one in self.documents if one.path and _same(one.path, path))
        return next(found, None)

    # Opening

    def new(self, graph: Graph | None = None) -> Document:
        """Open a document without a file: an empty one, or a copy of something."""
        return self._add(Opened(Graph(self._catalogue()) if graph is None else graph, None))

    def open(self, path: Path) -> Document | None:
        """Open a file and show it; one that is open already is only shown.

        Returns:
            The document; ``None`` where it cannot be opened, which ``failed`` tells, or not yet,
            which ``waits`` does: ``open_waiting`` opens it then.
        """
        document = self.at(path)
        if document is not None:
            self.show(document)
            return document
        try:
            return self._add(read(path.absolute(), self._catalogue()))
        except NotYetError:
            self._waiting[path.absolute()] = None
            self.waits.emit(path, WAITS.format(name=path.name))
        except NodegraphError as error:
            self.failed.emit(path, sentence(path, error))
        return None

    def open_waiting(self) -> None:
        """Open what waits for node types, now that there are some."""
        waiting, self._waiting = self._waiting, {}
        for path in waiting:
            self.open(path)

    def adopt(self, graph: Graph, path: Path | None, *, recovered: bool) -> Document:
        """Open what came out of a journal; from here on it has a journal of its own."""
        return self._add(Opened(graph, path, recovered))

    def renew(self) -> None:
        """Take over the node types there are now: of what was opened before the engine told."""
        for document in self.documents:
            renew(document, self._catalogue())

    def show(self, document: Document) -> None:
        """Bring a document to the front."""
        if document is not self._current:
            self._current = document
            self.current_changed.emit()

    def step(self, by: int) -> None:
        """Show the document some tabs further to the right, round the end."""
        if self._current is not None:
            documents = self.documents
            self.show(documents[(documents.index(self._current) + by) % len(documents)])

    def order(self, documents: list[Document]) -> None:
        """Note the order that the tabs were dragged into."""
        self._open.sort(key=lambda one: documents.index(one.document))

    # Closing

    def close(self, document: Document) -> None:
        """Close a document, saved or not; nobody is asked. Its neighbor comes to the front."""
        index = self.documents.index(document)
        one = self._open.pop(index)
        one.journal.close()
        if document.path is not None:
            self.closed_files = [*self.closed_files, document.path][-REOPENED:]
        if document is self._current:
            left = self.documents
            self._current = left[min(index, len(left) - 1)] if left else None
            self.current_changed.emit()
        self.closed.emit(document)

    def suspend(self) -> None:
        """Leave what no file has to the next start, in its order, what is in front last.

        The program ends with this: nothing is written down any more.
        """
        self._timer.stop()
        for one in sorted(self._open, key=lambda one: one.document is self._current):
            if one.document.dirty or one.document.path is None:
                one.journal.keep()
            else:
                one.journal.close()

    def reopen(self) -> None:
        """Open the file that was closed last and is not open."""
        while self.closed_files:
            path = self.closed_files.pop()
            if self.at(path) is None:
                self.open(path)
                return

    def sync(self) -> None:
        """Have on the disk what was edited; tell when that fails, and when it works again."""
        for one in self._open:
            one.journal.sync()
        found = next((one.journal.problem for one in self._open if one.journal.problem), "")
        if found != self.problem:
            self.problem = found
            self.kept_safe.emit()

    def _add(self, found: Opened) -> Document:
        document = Document(found.graph, found.path)
        document.recovered = found.recovered
        self._open.append(_Open(document, Journal(document, self._folder)))
        self.opened.emit(document)
        self.show(document)
        for note in found.notes:
            self.noted.emit(document, note)
        return document


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to one file, through links too."""
    try:
        return one.samefile(other)
    except OSError:
        return one.absolute() == other.absolute()
