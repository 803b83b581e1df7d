"""Automatic layout: parts that hang together one below the other, each zone a block of its own.

A zone is laid out by itself, its begin to the left and its end to the right of its body, and then
stands among the others as if it were one node: nothing that is not in it gets between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from gui.document.layers import ACROSS, DOWN, layered
from nodegraph.execution.zones import zones_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from gui.document.layers import Point, Size
    from nodegraph.execution.zones import Zones
    from nodegraph.graph import Graph

MARGIN, LABEL = 28.0, 28.0
"""Around what a zone holds, and above it for its name, in px."""

ROW = 1600.0
"""Width of the rows in which nodes without links stand, in px, unless the rest is wider."""

networkx: Any = nx


def arrange(
    graph: Graph,
    sizes: Mapping[str, Size],
    nodes: Collection[str] | None = None,
    at: Point = (0.0, 0.0),
) -> dict[str, Point]:
    """Return where nodes stand so that links run to the right and cross seldom.

    Args:
        graph: What is arranged; nothing is changed.
        sizes: Of each node, in px.
        nodes: Which ones; all by default.
        at: The top left corner of the whole.
    """
    chosen = networkx.Graph()
    chosen.add_nodes_from(sorted(node.id for node in graph) if nodes is None else sorted(nodes))
    chosen.add_edges_from(
        (one, two) for one, two in graph.dag.edges() if one in chosen and two in chosen
    )
    _tie(chosen, graph)
    parts = [sorted(part) for part in networkx.connected_components(chosen)]
    parts.sort(key=lambda part: (-len(part), part))
    zones = zones_of(graph)
    places: dict[str, Point] = {}
    left, top = at
    for part in (part for part in parts if len(part) > 1):
        found = _Part(graph, zones, sizes, part).places()
        places |= {name: (left + x, top + y) for name, (x, y) in found.items()}
        top += max(y + sizes[name][1] for name, (_, y) in found.items()) + 2 * DOWN
    width = max((x + sizes[name][0] - left for name, (x, _) in places.items()), default=0.0)
    single = [part[0] for part in parts if len(part) == 1]
    return places | _rows(single, sizes, (left, top), max(width, ROW))


def _tie(chosen: Any, graph: Graph) -> None:
    """Hold the two ends of a zone together, even where nothing leads from one to the other yet."""
    ends: dict[str, str] = {}
    for node_id in list(chosen):
        zone = graph[node_id].zone
        if zone:
            chosen.add_edge(ends.setdefault(zone, node_id), node_id)
    chosen.remove_edges_from(list(networkx.selfloop_edges(chosen)))


def _rows(names: list[str], sizes: Mapping[str, Size], at: Point, width: float) -> dict[str, Point]:
    """Return places side by side, in as many rows as that takes."""
    places: dict[str, Point] = {}
    (left, top), (x, height) = at, (0.0, 0.0)
    for name in names:
        if x and x + sizes[name][0] > width:
            top, x, height = top + height + DOWN, 0.0, 0.0
        places[name] = left + x, top
        x, height = x + sizes[name][0] + ACROSS / 2, max(height, sizes[name][1])
    return places


class _Part:
    """Nodes that hang together, and the zones among them."""

    def __init__(
        self, graph: Graph, zones: Zones, sizes: Mapping[str, Size], names: list[str]
    ) -> None:
        self.zones = zones
        self.sizes = dict(sizes)
        self.homes = {name: zones.home.get(name, "") for name in names}
        links = {(one, two) for one, two in graph.dag.subgraph(names).edges()}
        self.levels, self.links = self._levels(links)
        if not all(self._is_dag(zone) for zone in self.levels):
            self.homes = dict.fromkeys(names, "")  # crossing zones: each node stands for itself
            self.levels, self.links = self._levels(links)

    def places(self) -> dict[str, Point]:
        """Return the places of the nodes, the top left corner at (0, 0)."""
        return self._inside("")

    def _levels(
        self, links: set[tuple[str, str]]
    ) -> tuple[dict[str, set[str]], dict[str, set[tuple[str, str]]]]:
        """Return what stands in each zone, nodes and blocks, and what leads from one to another."""
        levels: dict[str, set[str]] = {"": set()}
        for name, home in self.homes.items():
            levels.setdefault(home, set()).add(name)
            for zone in self.zones.chain(home)[:-1]:
                levels.setdefault(self.zones.all[zone].parent, set()).add(_block(zone))
        found: dict[str, set[tuple[str, str]]] = {zone: set() for zone in levels}
        for one, two in links:
            ways = [self.zones.chain(self.homes[name]) for name in (one, two)]
            joint = next(zone for zone in ways[0] if zone in ways[1])
            found[joint].add((_at(one, ways[0], joint), _at(two, ways[1], joint)))
        return levels, found

    def _is_dag(self, zone: str) -> bool:
        return networkx.is_directed_acyclic_graph(networkx.DiGraph(list(self.links[zone])))

    def _inside(self, zone: str) -> dict[str, Point]:
        """Return the places of everything in a zone, however deep, from its top left corner."""
        inner = {
            name: self._inside(name[1:]) for name in sorted(self.levels[zone]) if name[0] == "\0"
        }
        sizes = {name: self.sizes[name] for name in self.levels[zone] if name not in inner}
        sizes |= {name: self._extent(places) for name, places in inner.items()}
        ends = self.zones.all.get(zone)
        first, last = ("", "") if ends is None else (ends.begin, ends.end)
        places: dict[str, Point] = {}
        for name, (x, y) in layered(sizes, self.links[zone], first, last).items():
            if name in inner:
                x, y = x + MARGIN, y + MARGIN + LABEL
                places |= {one: (x + dx, y + dy) for one, (dx, dy) in inner[name].items()}
            else:
                places[name] = x, y
        return places

    def _extent(self, places: Mapping[str, Point]) -> Size:
        """Return the size of a zone with its margin."""
        right = max(x + self.sizes[name][0] for name, (x, _) in places.items())
        bottom = max(y + self.sizes[name][1] for name, (_, y) in places.items())
        return right + 2 * MARGIN, bottom + 2 * MARGIN + LABEL


def _block(zone: str) -> str:
    """Return the name of a zone among nodes; no node's id begins like that."""
    return f"\0{zone}"


def _at(name: str, way: list[str], joint: str) -> str:
    """Return what stands for a node in one of the zones around it: itself, or a zone in that."""
    index = way.index(joint)
    return name if index == 0 else _block(way[index - 1])
