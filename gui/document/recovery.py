"""What was open when an editor was killed: found, rebuilt, and put away. Nothing here raises."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gui.document import wire
from gui.document.folders import journal_folder
from gui.document.journal import SUFFIX, VERSION, file_hash, lock_of, remove
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from filelock import FileLock

    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


@dataclass(frozen=True)
class Rebuilt:
    """A document out of a journal.

    Attributes:
        graph: As it was at the last edit that could be made again; ``None`` where the journal's
            beginning cannot be read.
        path: The file it was saved to, if any; it may be gone.
        dirty: It has, or had, what that file has not.
        notes: What the user should know, a sentence each.
    """

    graph: Graph | None
    path: Path | None
    dirty: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Left:
    """A journal whose editor lives no more; no other editor takes it while this one has it.

    Attributes:
        journal: Its file.
        path: The document's file, if it had one.
        edits: How many edits were made since the document was last saved.
        when: The time of the last, in seconds since 1970.
        kept: The editor was asked to end, and left this to the next start.
    """

    journal: Path
    path: Path | None
    edits: int
    when: float
    kept: bool
    _lock: FileLock

    def rebuild(self, catalogue: Mapping[str, NodeSpec]) -> Rebuilt:
        """Return the document, complete to the last edit, or as far as it can be had."""
        head, lines = _read(self.journal)
        notes: list[str] = []
        graph = _base(head, catalogue, notes)
        if graph is None:
            return Rebuilt(None, self.path, False, tuple(notes))
        lost = sum(not _replay(line, graph) for line in lines)
        if lost:
            notes.append(
                f"{lost} of {len(lines)} edits could not be made again; compare before you save"
            )
        if head.get("hash") and head["hash"] != file_hash(self.path):
            notes.append(f"{self.path} was changed or removed since; save under another name")
        return Rebuilt(graph, self.path, bool(lines or head.get("dirty")), tuple(notes))

    def discard(self) -> None:
        """Remove the journal; the document is open again with one of its own, or not wanted."""
        remove(self.journal, self._lock)

    def release(self) -> None:
        """Keep the journal for another time."""
        self._lock.release()


def left_over(folder: Path | None = None) -> list[Left]:
    """Return what editors that are gone had open, newest first, each locked for this one."""
    found = [take(path) for path in (folder or journal_folder()).glob(f"*{SUFFIX}")]
    return sorted((left for left in found if left is not None), key=lambda left: -left.when)


def take(path: Path) -> Left | None:
    """Take a journal unless its editor lives, or another one has taken it."""
    lock = lock_of(path)
    try:
        lock.acquire(blocking=False)
        when = path.stat().st_mtime
    except (OSError, NotImplementedError):  # taken, or gone meanwhile
        lock.release()
        return None
    head, lines = _read(path)
    file = head.get("path")
    place, kept = Path(file) if isinstance(file, str) else None, head.get("kept") is True
    return Left(path, place, len(lines), when, kept, lock)


def _read(path: Path) -> tuple[dict[str, Any], list[bytes]]:
    """Return the first line and the others; what follows the last newline was never whole."""
    try:
        head, *lines = path.read_bytes().split(b"\n")[:-1]
        data = json.loads(head)
    except (OSError, ValueError, RecursionError):
        return {}, []
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}, lines


def _base(
    head: dict[str, Any], catalogue: Mapping[str, NodeSpec], notes: list[str]
) -> Graph | None:
    version = head.get("journal")
    if isinstance(version, int) and version > VERSION:
        notes.append("a newer Nodegraph wrote this journal; open it there")
        return None
    try:
        return wire.unpack_graph(head.get("graph"), catalogue)
    except NodegraphError as error:
        notes.append(f"the journal's beginning cannot be read: {error}")
        return None


def _replay(line: bytes, graph: Graph) -> bool:
    """Make an edit again, and tell whether it could be made whole.

    Where an edit before it is missing, what it stands on may be missing too.
    """
    try:
        graph.apply(wire.unpack(json.loads(line), graph))
    except (NodegraphError, ValueError, RecursionError):
        return False
    except (AttributeError, LookupError, TypeError):  # it met a link that ends nowhere
        _cut_loose_ends(graph)
        return False
    return b'"Revive"' not in line or not _cut_loose_ends(graph)


def _cut_loose_ends(graph: Graph) -> bool:
    """Remove links that end at no node, and tell whether there were any."""
    found = False
    for one in (graph, *graph.subgraphs.values()):
        loose = [name for name, node in one.dag.nodes(data="node") if node is None]
        one.dag.remove_nodes_from(loose)
        found = found or bool(loose)
    return found
