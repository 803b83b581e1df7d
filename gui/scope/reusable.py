"""Subgraphs kept for other documents: a folder of workflow files that define one each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.document.folders import data_folder
from gui.document.importing import imported
from gui.document.placing import change
from gui.document.reading import load
from nodegraph.edits import AddNode, Batch, Edit
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH, Graph, Node
from nodegraph.storage import explain
from nodegraph.subgraphs import interface, used_by
from nodegraph.workflow import save

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nodegraph.spec import NodeSpec


@dataclass(frozen=True, slots=True)
class Kept:
    """A subgraph in the library.

    Attributes:
        path: Its file: a workflow that uses it once.
        name: The definition in that.
    """

    path: Path
    name: str
    spec: NodeSpec
    graph: Graph


def folder() -> Path:
    """Return where the user's subgraphs are."""
    return data_folder() / "subgraphs"


def keep(graph: Graph, name: str, into: Path | None = None) -> Path:
    """Save a definition, with those it uses, under its own name; one of that name is replaced.

    Raises:
        StorageError: It cannot be written.
    """
    where = into or folder()
    whole = Graph(graph.catalogue)
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in graph.subgraphs and one not in whole.subgraphs:
            whole.subgraphs[one] = graph.subgraphs[one].twin(whole.subgraphs)
            waiting += used_by(graph.subgraphs[one])
    whole.put(Node(name, SUBGRAPH + name))
    whole.view = {"nodes": {name: {"pos": [0, 0]}}}
    path = where / f"{name}.json"
    try:
        where.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise explain("write", path, error) from error
    save(whole, path)
    return path


def kept(
    catalogue: Mapping[str, NodeSpec], among: Path | None = None
) -> tuple[list[Kept], list[str]]:
    """Return the library, by name, and in sentences what of it cannot be read."""
    found: list[Kept] = []
    problems: list[str] = []
    for path in sorted((among or folder()).glob("*.json")):
        try:
            graph = load(path, catalogue)
        except NodegraphError as error:
            problems.append(f"{path.name}: {error}")
            continue
        found += _defined(path, graph)
    return found, problems


def _defined(path: Path, graph: Graph) -> Iterator[Kept]:
    """Yield what the file is about: the one definition that it uses itself."""
    for name in sorted(set(used_by(graph))):
        if name in graph.subgraphs:
            spec = interface(SUBGRAPH + name, graph.subgraphs[name])
            yield Kept(path, name, spec, graph)
            return


def inserted(graph: Graph, one: Kept, at: tuple[float, float]) -> tuple[Batch, str]:
    """Return the edit that uses a kept subgraph in a graph, and the new node's id.

    A definition that is here already is shared; another one of its name gets a name of its own.
    """
    definitions, names = imported(one.graph, graph)
    name = names[one.name]
    node_id = graph.free_id(name)
    edits: tuple[Edit, ...] = (
        *definitions,
        AddNode(Node(node_id, SUBGRAPH + name)),
        change(graph, "nodes", node_id, pos=[round(at[0]), round(at[1])]),
    )
    return Batch(edits, f"Add {one.spec.title}"), node_id


def forget(one: Kept) -> None:
    """Remove a subgraph from the library; documents that use it have their own copy.

    Raises:
        StorageError: The file cannot be removed.
    """
    try:
        one.path.unlink(missing_ok=True)
    except OSError as error:
        raise explain("remove", one.path, error) from error
