"""Nodes of a whole document by path, those inside of subgraphs too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from nodegraph.graph import Graph
    from nodegraph.spec import NodeSpec


def spec_at(graph: Graph, path: str) -> NodeSpec | None:
    """Return what a node is, or nothing where there is none any more."""
    found = _scope(graph, path)
    return None if found is None else found[0].spec_of(found[0][found[1]])


def title_at(graph: Graph, path: str) -> str:
    """Return what a node is called; its path where there is none any more."""
    found = _scope(graph, path)
    if found is None:
        return path
    scope, name = found
    return scope[name].title or scope.spec_of(scope[name]).title


def sources_at(graph: Graph, path: str) -> list[tuple[str, str]]:
    """Return the outputs that are linked to a node, by the path of their node, as it takes them."""
    found = _scope(graph, path)
    if found is None:
        return []
    prefix = path[: len(path) - len(found[1])]
    inputs = found[0].inputs(found[1])
    names = [name for name in found[0].spec(found[1]).targets if name in inputs]
    return [(prefix + source, output) for name in names for source, output in inputs[name]]


def _scope(graph: Graph, path: str) -> tuple[Graph, str] | None:
    """Return the graph that a node stands in, and its id there."""
    *uses, name = path.split("/")
    scope = graph
    for use in uses:
        if use not in scope or not scope[use].type.startswith(SUBGRAPH):
            return None
        inner = graph.subgraphs.get(scope[use].type.removeprefix(SUBGRAPH))
        if inner is None:
            return None
        scope = inner
    return (scope, name) if name in scope else None
