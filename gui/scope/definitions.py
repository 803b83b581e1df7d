"""Edits of definitions as a whole: renaming, duplicating, and removing those nobody uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.scope.making import free_name
from nodegraph.edits import Batch
from nodegraph.errors import GraphError
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph, UseSubgraph
from nodegraph.subgraphs import used_by

if TYPE_CHECKING:
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


def renamed(root: Graph, old: str, new: str) -> Batch:
    """Return the edit that gives a definition another name; all its uses follow.

    Args:
        root: The document's graph.
        old: Its name.
        new: Another one, which nothing has yet.

    Raises:
        GraphError: The name is taken.
    """
    if new in root.subgraphs:
        raise GraphError(f"there is a subgraph {new!r} already; choose another name")
    edits: list[Edit] = [SetSubgraph(new, root.subgraphs[old])]
    edits += [UseSubgraph(one.id, new) for one in root if one.type == SUBGRAPH + old]
    for name, definition in root.subgraphs.items():
        edits += [
            EditSubgraph(name, UseSubgraph(one.id, new))
            for one in definition
            if one.type == SUBGRAPH + old
        ]
    return Batch((*edits, SetSubgraph(old, None)), f"Rename {old}")


def made_unique(graph: Graph, node_id: str) -> Batch:
    """Return the edit that gives a use a definition of its own, a copy of the one it shares.

    Raises:
        GraphError: It is no use of a subgraph.
    """
    name = graph[node_id].type.removeprefix(SUBGRAPH)
    if not graph[node_id].type.startswith(SUBGRAPH) or name not in graph.subgraphs:
        raise GraphError(f"{node_id} is no subgraph that could be made unique; select one")
    twin = graph.subgraphs[name].twin(graph.subgraphs)
    own = free_name(graph, name)
    return Batch((SetSubgraph(own, twin), UseSubgraph(node_id, own)), f"Make {node_id} unique")


def unused(root: Graph) -> list[str]:
    """Return the definitions that nothing uses, nor anything that is used, outer ones first."""
    reached: set[str] = set()
    waiting = [*used_by(root)]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in root.subgraphs:
            reached.add(name)
            waiting += used_by(root.subgraphs[name])
    left = [name for name in root.subgraphs if name not in reached]
    order: list[str] = []
    while left:
        inner = {used for name in left for used in used_by(root.subgraphs[name])}
        outer = sorted(name for name in left if name not in inner)
        order += outer
        left = [name for name in left if name not in outer]
    return order


def without_unused(root: Graph) -> Batch:
    """Return the edit that removes the definitions nothing uses."""
    return Batch(tuple(SetSubgraph(name, None) for name in unused(root)), "Remove unused subgraphs")


def uses(root: Graph, name: str) -> int:
    """Count the nodes that use a definition, in the document and in other definitions."""
    scopes = [root, *root.subgraphs.values()]
    return sum(node.type == SUBGRAPH + name for scope in scopes for node in scope)
