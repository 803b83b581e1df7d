"""Seeds: drawing new ones, and locking those that shall stay."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, Any, cast

from gui.document.placing import change, entry
from nodegraph.edits import Batch, SetParam
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit, SetView
    from nodegraph.graph import Graph, Node

LOCKED = "locked"
DRAWN = 2**32
"""Drawn seeds are below it: as many as one wants, and short enough to read out."""


def locked(graph: Graph, node_id: str) -> frozenset[str]:
    """Return the parameters of a node that new seeds leave as they are."""
    found: Any = entry(graph, "nodes", node_id).get(LOCKED)
    names = cast("list[Any]", found) if isinstance(found, list) else []
    return frozenset(name for name in names if isinstance(name, str))


def lock(graph: Graph, node_id: str, name: str, *, on: bool) -> SetView:
    """Return the edit that locks a seed, or lets it be drawn anew again."""
    names = locked(graph, node_id) | {name} if on else locked(graph, node_id) - {name}
    return change(graph, "nodes", node_id, **{LOCKED: sorted(names) or None})


def free(graph: Graph) -> Iterator[tuple[str, Node, str]]:
    """Yield all seeds that are neither locked nor driven by a link: the definition that each is
    in, or nothing, its node and its name. The uses of a definition share its seeds.
    """
    for definition, scope in [("", graph), *graph.subgraphs.items()]:
        for node in scope:
            kept = locked(scope, node.id) | scope.inputs(node.id).keys()
            for param in scope.spec_of(node).params.values():
                if param.widget == "seed" and param.name not in kept:
                    yield definition, node, param.name


def draw(graph: Graph) -> Batch | None:
    """Return the edit that draws all free seeds anew; nothing where there are none."""
    edits: list[Edit] = []
    for definition, node, name in free(graph):
        edit = SetParam(node.id, name, randbelow(DRAWN))
        edits.append(EditSubgraph(definition, edit) if definition else edit)
    return Batch(tuple(edits), "Draw new seeds") if edits else None


def drawn(graph: Graph) -> dict[str, Any]:
    """Return the free seeds as they are, by the places that a submission sets them at."""
    return {
        f"{definition}/{node.id}.{name}".removeprefix("/"): node.params[name]
        for definition, node, name in free(graph)
    }
