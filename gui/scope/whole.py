"""Whether a selection can be taken out of a graph as one node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.errors import GraphError
from nodegraph.execution.zones import zones_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nodegraph.graph import Graph


def check_whole(graph: Graph, chosen: Collection[str]) -> None:
    """Refuse a selection that cuts a zone in half, or that leads out of itself and back in.

    Raises:
        GraphError: With the node that has to be selected too, or left out.
    """
    _check_pairs(graph, chosen)
    _check_bodies(graph, chosen)
    outside = _after(graph, chosen) & _before(graph, chosen)
    if outside:
        between = sorted(outside)[0]
        raise GraphError(
            f"{between} stands between the selected nodes, so that the subgraph would close a "
            f"loop; select {between} too"
        )


def _check_pairs(graph: Graph, chosen: Collection[str]) -> None:
    for node in graph:
        if node.zone and graph.spec_of(node).role != "node" and node.id not in chosen:
            for one in sorted(chosen):
                if graph[one].zone == node.zone and graph.spec(one).role != "node":
                    raise GraphError(
                        f"the selection cuts zone {node.zone!r} in half: it has {one} without "
                        f"{node.id}; select both, or neither"
                    )


def _check_bodies(graph: Graph, chosen: Collection[str]) -> None:
    zones = zones_of(graph)
    for node_id, home in zones.home.items():
        around = [name for name in zones.chain(home) if name and zones.all[name].begin in chosen]
        if around and node_id not in chosen:
            raise GraphError(
                f"{node_id} stands inside zone {around[0]!r}, which is selected; select {node_id} "
                "too, or leave the zone out"
            )


def _after(graph: Graph, chosen: Collection[str]) -> set[str]:
    return _reached(chosen, graph.dag.succ)


def _before(graph: Graph, chosen: Collection[str]) -> set[str]:
    return _reached(chosen, graph.dag.pred)


def _reached(chosen: Collection[str], step: dict[str, Iterable[str]]) -> set[str]:
    """Return the nodes outside of a selection that it leads to, in one direction."""
    stack, seen = list(chosen), set[str]()
    while stack:
        fresh = {one for one in step[stack.pop()] if one not in seen and one not in chosen}
        seen |= fresh
        stack += fresh
    return seen
