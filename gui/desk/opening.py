"""Files that may be opened or dropped: what one is, and the document or the node it becomes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from gui.desk.settling import settle
from gui.desk.unstacking import unstack
from gui.document.journal import SUFFIX
from gui.document.placing import change
from gui.document.reading import load
from gui.document.recovery import take
from nodegraph import media
from nodegraph.comfy.importing import is_imported, is_ours, report
from nodegraph.edits import AddNode, Batch
from nodegraph.errors import NodegraphError, ProblemsError
from nodegraph.graph import Node
from nodegraph.jsontext import MAX_BYTES
from nodegraph.storage import StorageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec

Kind: TypeAlias = Literal["workflow", "picture", "image", "journal", ""]

LOADERS = {"mp4": "video.load", "matroska": "video.load"} | dict.fromkeys(
    ("wav", "flac", "mp3", "ogg"), "audio.load"
)
"""The nodes that load films and sounds; all else is a picture's."""

LOAD_IMAGE = "image.load"
MAX_PICTURE = 512 * 2**20
"""Bytes of a picture that is still looked into for a workflow."""


@dataclass(frozen=True)
class Opened:
    """What a file holds.

    Attributes:
        path: The file that saving replaces; ``None`` where it is a picture or one of another
            program's, or one came out of a journal and belongs to no file.
        recovered: No file has it yet.
        notes: What the user should know, a sentence each.
    """

    graph: Graph
    path: Path | None
    recovered: bool = False
    notes: tuple[str, ...] = ()


def what_is(path: Path) -> Kind:
    """Tell what a file is: ``picture`` with a workflow inside, ``image`` for one without.

    Films and sounds count as pictures: they carry workflows, and nodes load them.

    A file that is called a workflow may still turn out to be none when it is opened.
    """
    try:
        head = _head(path)
    except StorageError:
        return ""
    if path.suffix == SUFFIX:
        return "journal"
    if media.kind(head) and _carries_workflow(path):
        return "picture"
    return "image" if media.kind(head) in LOADERS or _is_image(path) else "workflow"


def read(path: Path, catalogue: Mapping[str, NodeSpec]) -> Opened:
    """Read a workflow file, a picture with one inside, or a journal; ComfyUI's, too.

    Raises:
        StorageError: It cannot be read, or is too large.
        WorkflowError: It is no workflow, or a wrong one.
    """
    head = _head(path)
    if path.suffix == SUFFIX:
        return _from_journal(path, catalogue)
    graph = load(path, catalogue)
    settle(graph)
    if is_imported(graph) and not is_ours(path.read_bytes()):
        unstack(graph)
        found = report(graph)
        return Opened(graph, None, notes=(found.sentence(), *found.notes))
    return Opened(graph, None if media.kind(head) else path)


def drop_edit(graph: Graph, path: Path, at: tuple[float, float]) -> Batch:
    """Return the edit that adds a node which loads a picture, a film or a sound.

    Args:
        graph: Where it is added.
        path: The picture, film or sound.
        at: The node's top left corner, in scene pixels.
    """
    node_id = graph.free_id("load")
    loader = LOADERS.get(media.kind(_head(path)), LOAD_IMAGE)
    node = Node(node_id, loader, params={"path": str(path.absolute())})
    place = change(graph, "nodes", node_id, pos=[round(at[0]), round(at[1])])
    return Batch((AddNode(node), place), f"Load {path.name}")


def sentence(path: Path, error: NodegraphError) -> str:
    """Return why a file cannot be opened, in one sentence however much is wrong with it."""
    if not isinstance(error, ProblemsError):
        return str(error)
    first, *others = error.problems
    where = "" if first.path == "$" else f" ({first.path})"
    more = f"; and {len(others)} more" if others else ""
    return f"cannot open {path}: {first.message}{where}{more}"


def _head(path: Path) -> bytes:
    """Return a file's first bytes.

    Raises:
        StorageError: There is none to read, or it is too large.
    """
    if not path.exists():
        raise StorageError(f"cannot open {path}: there is no such file; check the path")
    if not path.is_file():
        kind = "a folder; open a file in it" if path.is_dir() else "no file that can be read"
        raise StorageError(f"cannot open {path}: it is {kind}")
    try:
        with path.open("rb") as file:
            head = file.read(16)
        size = path.stat().st_size
    except OSError as error:
        from nodegraph.storage import explain

        raise explain("open", path, error) from error
    limit = MAX_PICTURE if media.kind(head) else MAX_BYTES
    if size > limit and path.suffix != SUFFIX:
        raise StorageError(
            f"cannot open {path}: it has {size // 2**20:,} MB, more than the {limit // 2**20} "
            "that are read; it is hardly a workflow"
        )
    return head


def _from_journal(path: Path, catalogue: Mapping[str, NodeSpec]) -> Opened:
    left = take(path)
    if left is None:
        raise StorageError(f"cannot open {path}: another editor that runs is writing it")
    found = left.rebuild(catalogue)
    left.release()
    if found.graph is None:
        raise StorageError(f"cannot open {path}: {' '.join(found.notes)}")
    return Opened(found.graph, None, recovered=True, notes=found.notes)


def _carries_workflow(path: Path) -> bool:
    from nodegraph.comfy.files.opening import find
    from nodegraph.record import read_record

    for look in (read_record, find):
        with suppress(NodegraphError, OSError):
            if look(path.read_bytes()):
                return True
    return False


def _is_image(path: Path) -> bool:
    from PySide6.QtGui import QImageReader

    return QImageReader(str(path)).canRead()
