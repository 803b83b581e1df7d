"""The journal of an open document: every edit is a line on the disk before it is made.

The first line holds the document as it was, each further line an edit; undo and redo are edits
too. What was open when the program was killed is rebuilt from that, see ``recovery``.

The first line has the whole graph, not only the hash of its file: the file may be changed, moved
or gone by the time it is wanted, and a journal that has become long can begin anew at any time.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from filelock import FileLock

from gui.document import wire
from gui.document.folders import journal_folder
from nodegraph.storage import StorageError, explain, write_atomic

if TYPE_CHECKING:
    from io import FileIO
    from pathlib import Path

    from gui.document.document import Document
    from nodegraph.edits import Edit

VERSION = 1
SUFFIX = ".journal"
LONG = 16 * 2**20
"""Bytes of edits after which a journal begins anew, unless the graph itself is longer."""


class Journal:
    """Writes the edits of one document; other editors leave it alone while this one lives.

    Each line is with the system before the edit is made, so that killing the program loses nothing.
    It is not on the disk by then: a power cut may cost what was edited since the last ``sync``,
    which a timer of the caller's calls every second or so.

    Attributes:
        problem: Why edits are not written at the moment, in a sentence; empty when they are. They
            are made all the same, and ``sync`` tries to begin the journal anew.
    """

    def __init__(self, document: Document, folder: Path | None = None) -> None:
        self.problem = ""
        self._document = document
        self._path = (folder or journal_folder()) / f"{uuid4().hex}{SUFFIX}"
        self._lock = lock_of(self._path)
        self._file: FileIO | None = None
        self._room, self._unsynced = 0, False
        self._kept = False
        self.restart()
        document.changing.connect(self.record)
        document.saved.connect(self.restart)

    @property
    def path(self) -> Path:
        """The journal's own file."""
        return self._path

    def record(self, edit: Edit) -> None:
        """Write down an edit that is about to be made."""
        if self._room < 0:
            self.restart()
        if self._file is None:
            return
        try:
            self._append(self._file, json_line(wire.pack(edit)))
        except (OSError, ValueError, TypeError) as error:
            self._fail(error)

    def restart(self) -> None:
        """Begin anew with the document as it is: after a save, and when the journal is long."""
        self._close_file()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._lock.is_locked:
                self._lock.acquire(blocking=False)
            head = json_line(self._head())
            write_atomic(self._path, head)
            self._file = self._path.open("ab", buffering=0)
        except (OSError, ValueError, TypeError, NotImplementedError, StorageError) as error:
            self._fail(error)
            return
        self.problem, self._room, self._unsynced = "", max(LONG, len(head)), False

    def sync(self) -> None:
        """Have on the disk what a power cut would take; try again where writing failed."""
        if self._file is None:
            self.restart()
        elif self._unsynced:
            try:
                os.fsync(self._file.fileno())
                self._unsynced = False
            except OSError as error:
                self._fail(error)

    def close(self) -> None:
        """Remove the journal: the document was closed, and nothing of it is to come back."""
        self._end()
        remove(self._path, self._lock)

    def keep(self) -> None:
        """Leave the journal to the next start, which opens the document without a question.

        Where that cannot be written, it comes back as after a crash.
        """
        self._kept = True
        self.restart()
        self.sync()
        self._end()
        self._lock.release()

    def _end(self) -> None:
        self._document.changing.disconnect(self.record)
        self._document.saved.disconnect(self.restart)
        self._close_file()

    def _append(self, file: FileIO, line: bytes) -> None:
        if file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._room -= len(line)
        self._unsynced = True

    def _head(self) -> dict[str, Any]:
        path = self._document.path
        return {
            "journal": VERSION,
            "path": None if path is None else str(path.absolute()),
            "hash": file_hash(path),
            "dirty": self._document.dirty,
            "kept": self._kept,
            "graph": wire.pack_graph(self._document.graph),
        }

    def _fail(self, error: Exception) -> None:
        """Stop writing: after half a line, nothing that follows could be read."""
        self._close_file()
        said = explain("write", self._path, error) if isinstance(error, OSError) else error
        self.problem = f"edits are not kept safe from a crash: {said}"

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def lock_of(path: Path) -> FileLock:
    """Return the lock of a journal: held while its editor lives, freed by the system after."""
    return FileLock(path.with_suffix(".lock"))


def remove(path: Path, lock: FileLock) -> None:
    """Remove a journal and its lock, which is held; what cannot be removed stays."""
    try:
        path.unlink(missing_ok=True)
        lock.release()
        path.with_suffix(".lock").unlink(missing_ok=True)
    except OSError:
        lock.release()


def file_hash(path: Path | None) -> str:
    """Return what a file's content is told apart by; empty where there is none to read."""
    if path is None:
        return ""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def json_line(data: Any) -> bytes:
    """Return JSON data as one line.

    Raises:
        ValueError, TypeError: It is no JSON.
    """
    return json.dumps(data, separators=(",", ":"), allow_nan=False).encode() + b"\n"
