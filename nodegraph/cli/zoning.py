"""The order to read a graph in: each node after what it needs, each zone in one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from nodegraph.execution.zones import Zones, zones_of
from nodegraph.linking import topological

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.graph import Graph, Node


def nested(graph: Graph) -> Iterator[tuple[int, Node]]:
    """Yield the nodes with how many zones each is in; a zone's own two nodes stand outside it.

    Zones that cross cannot run, and are then shown as if there were none.
    """
    zones = zones_of(graph)
    try:
        blocks = _blocks(graph, zones)
    except nx.NetworkXUnfeasible:
        zones, blocks = Zones(), {"": topological(graph)}
    pending = [(0, item) for item in reversed(blocks[""])]
    while pending:
        depth, item = pending.pop()
        if item in graph:
            yield depth, graph[item]
            continue
        zone = zones.all[item.removeprefix(ZONE)]
        pending.append((depth, zone.end))
        pending += [(depth + 1, inner) for inner in reversed(blocks.get(item, []))]
        pending.append((depth, zone.begin))


ZONE = "zone "
"""Stands before a zone's id where an item may also be a node."""


def _blocks(graph: Graph, zones: Zones) -> dict[str, list[str]]:
    """Return what is in each zone, in order, and at the top level under ``""``."""
    ends = {end for zone in zones.all.values() for end in (zone.begin, zone.end)}
    chains = {node.id: _chain(zones, node.id, node.id in ends) for node in graph}
    blocks: dict[str, nx.DiGraph[str]] = {"": nx.DiGraph()}
    for node_id in topological(graph):
        for block, item in chains[node_id]:
            blocks.setdefault(block, nx.DiGraph()).add_node(item)
    for link in graph.links():
        into = dict(chains[link.target])
        for block, item in chains[link.source]:
            if into.get(block, item) != item:
                blocks[block].add_edge(item, into[block])
    return {name: list(nx.topological_sort(block)) for name, block in blocks.items()}


def _chain(zones: Zones, node_id: str, is_end: bool) -> list[tuple[str, str]]:
    """Return each block around a node, with the item that holds the node in it."""
    around = [f"{ZONE}{zone}" for zone in zones.chain(zones.home.get(node_id, ""))[:-1]]
    items = around if is_end else [node_id, *around]
    return list(zip([*items[1:], ""] if is_end else [*around, ""], items, strict=True))
