"""Seeds: drawing new ones, and locking those that shall stay."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, Any, cast

from gui.document.placing import change, entry
from nodegraph.edits import Batch, SetParam

if TYPE_CHECKING:
    from nodegraph.edits import SetView
    from nodegraph.graph import Graph

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


def draw(graph: Graph) -> Batch | None:
    """Return the edit that draws all seeds anew that are neither locked nor driven by a link;
    nothing where there are none.
    """
    edits = [
        SetParam(node.id, param.name, randbelow(DRAWN))
        for node in graph
        for param in graph.spec_of(node).params.values()
        if param.widget == "seed"
        and param.name not in locked(graph, node.id)
        and param.name not in graph.inputs(node.id)
    ]
    return Batch(tuple(edits), "Draw new seeds") if edits else None
