"""Files of open documents that other programs change: noticed, told, and taken over if wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from gui.desk.comparing import difference
from gui.desk.opening import read, sentence
from gui.document.journal import file_hash
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from pathlib import Path

    from gui.desk.desk import Desk
    from gui.document.document import Document

Fate: TypeAlias = Literal["changed", "deleted"]

SETTLES = 150
"""Milliseconds in which a file's changes count as one: programs write in several steps."""


class Watcher(QObject):
    """Watches the files of open documents by what is in them, so that own saves do not count.

    The folders are watched too: a file that is replaced whole is another file by the same name.

    Attributes:
        changed: A document's file was ``changed`` or ``deleted`` by another program.
    """

    changed = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._hashes: dict[Document, tuple[Path | None, str]] = {}
        self._files = QFileSystemWatcher(self)
        self._timer = QTimer(self, singleShot=True, interval=SETTLES)
        self._timer.timeout.connect(self.look)
        self._files.fileChanged.connect(self._look_soon)
        self._files.directoryChanged.connect(self._look_soon)
        desk.opened.connect(self._take)
        desk.closed.connect(self._drop)
        for document in desk.documents:
            self._take(document)

    def look(self) -> None:
        """Compare every file with what was last known of it."""
        for document, (path, known) in [*self._hashes.items()]:
            found = file_hash(path)
            if path is not None and found != known:
                self._hashes[document] = path, found
                if not found:
                    document.disown()
                self.changed.emit(document, "changed" if found else "deleted")
        self._watch()

    def _look_soon(self) -> None:
        """Look in a moment, also where something changes all the time."""
        if not self._timer.isActive():
            self._timer.start()

    def _take(self, document: Document) -> None:
        document.saved.connect(lambda: self._know(document))
        self._know(document)

    def _drop(self, document: Document) -> None:
        self._hashes.pop(document, None)
        self._watch()

    def _know(self, document: Document) -> None:
        if document in self._desk.documents:
            self._hashes[document] = document.path, file_hash(document.path)
            self._watch()

    def _watch(self) -> None:
        paths = {path for path, _ in self._hashes.values() if path is not None}
        wanted = {str(path) for path in paths if path.exists()}
        wanted |= {str(path.parent) for path in paths if path.parent.exists()}
        watched = {*self._files.files(), *self._files.directories()}
        if watched - wanted:
            self._files.removePaths([*watched - wanted])
        if wanted - watched:
            self._files.addPaths([*wanted - watched])


def fate_sentence(document: Document, fate: Fate) -> str:
    """Return what another program did to a document's file, and what that means."""
    name = document.path.name if document.path else "The file"
    if fate == "deleted":
        return f"{name} was deleted or moved by another program; save to have it again."
    if document.dirty:
        return f"{name} was changed by another program, and you have changed it too."
    return f"{name} was changed by another program."


def reload(desk: Desk, document: Document) -> bool:
    """Take over what the file holds now, as one step that can be undone; tells whether it was."""
    path = document.path
    if path is None:
        return False
    try:
        fresh = read(path, desk.catalogue).graph
        document.apply(difference(document.graph, fresh, "Reload from disk"))
    except NodegraphError as error:
        desk.failed.emit(document, sentence(path, error))
        return False
    document.graph.extra = fresh.extra
    document.agree(path)
    return True
