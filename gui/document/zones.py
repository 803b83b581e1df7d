"""Which nodes of a graph each zone holds, as the executor sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.execution.step import Scope, Step
from nodegraph.execution.zones import Zones, assign, pair
from nodegraph.linking import topological

if TYPE_CHECKING:
    from nodegraph.graph import Graph


def zones_of(graph: Graph) -> Zones:
    """Return the zones of one graph; its subgraphs have their own."""
    if not any(node.zone for node in graph):
        return Zones()
    steps = {
        node.id: Step(node.id, node, graph.spec_of(node), Scope(), graph.inputs(node.id))
        for node in graph
    }
    zones = pair(steps)
    assign(steps, topological(graph), zones)
    return zones


def partners(graph: Graph) -> dict[str, str]:
    """Return the other end of each zone's begin and end."""
    found = pair(
        {
            node.id: Step(node.id, node, graph.spec_of(node), Scope(), {})
            for node in graph
            if node.zone
        }
    )
    both = [(zone.begin, zone.end) for zone in found.all.values()]
    return dict([*both, *((end, begin) for begin, end in both)])
