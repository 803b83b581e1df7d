"""The zones of a whole document, those inside its subgraphs too, by path."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph.execution.zones import zones_of
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.graph import Graph

DEEPEST = 20
"""Subgraphs in each other that are looked into."""


@dataclass(frozen=True, slots=True)
class ZonePlace:
    """A zone.

    Attributes:
        path: ``use/zone`` inside of subgraphs.
        chain: The paths of the zones around it and its own, outermost first.
        end: The path of the node that gives what comes out of it.
        body: The paths of the nodes that give a value each turn, its begin first.
    """

    path: str
    title: str
    begin: str
    end: str
    chain: tuple[str, ...]
    body: tuple[str, ...]


@dataclass
class Zoning:
    """What is in which zone, found anew when the graph has changed."""

    graph: Graph
    _revision: object = None
    _zones: dict[str, ZonePlace] = field(default_factory=dict[str, ZonePlace])
    _chains: dict[str, tuple[str, ...]] = field(default_factory=dict[str, "tuple[str, ...]"])

    def zones(self) -> list[ZonePlace]:
        """Return all zones, outer ones before those inside."""
        self._read()
        return sorted(self._zones.values(), key=lambda zone: len(zone.chain))

    def chain(self, node: str) -> tuple[str, ...]:
        """Return the zones whose turns give a node's values, outermost first."""
        self._read()
        return self._chains.get(node, ())

    def _read(self) -> None:
        inside = tuple(one.revision for one in self.graph.subgraphs.values())
        revision = (self.graph.revision, inside)
        if revision != self._revision:
            self._revision = revision
            self._zones, self._chains = {}, {}
            for prefix, graph, around in _scopes(self.graph):
                self._take(prefix, graph, around)

    def _take(self, prefix: str, graph: Graph, around: tuple[str, ...]) -> None:
        zones = zones_of(graph)
        ends = {zone.end for zone in zones.all.values()}
        chains = {name: _chain(zones.chain(name), prefix, around) for name in zones.all}
        bodies: dict[str, list[str]] = {name: [zone.begin] for name, zone in zones.all.items()}
        for node in graph:
            home = zones.home.get(node.id, "")
            if node.id in ends:
                home = zones.all[home].parent
            self._chains[prefix + node.id] = chains.get(home, around)
            if home and node.id != zones.all[home].begin:
                bodies[home].append(node.id)
        for name, zone in zones.all.items():
            begin = graph[zone.begin]
            title = begin.title or graph.spec_of(begin).title.removesuffix(" begin")
            body = tuple(prefix + one for one in bodies[name])
            self._zones[prefix + name] = ZonePlace(
                prefix + name, title, prefix + zone.begin, prefix + zone.end, chains[name], body
            )


def _chain(names: list[str], prefix: str, around: tuple[str, ...]) -> tuple[str, ...]:
    """Return paths, outermost first, of zone ids that come innermost first and end with nothing."""
    return (*around, *(prefix + name for name in reversed(names[:-1])))


def _scopes(graph: Graph) -> Iterator[tuple[str, Graph, tuple[str, ...]]]:
    """Yield each graph with the prefix of its paths and the zones around it."""
    waiting: list[tuple[str, Graph, tuple[str, ...]]] = [("", graph, ())]
    while waiting:
        prefix, scope, around = waiting.pop()
        yield prefix, scope, around
        uses = [node for node in scope if node.type.startswith(SUBGRAPH)]
        if not uses or prefix.count("/") >= DEEPEST:
            continue
        zones = zones_of(scope)
        for use in uses:
            inner = graph.subgraphs.get(use.type.removeprefix(SUBGRAPH))
            if inner is not None:
                chain = _chain(zones.chain(zones.home.get(use.id, "")), prefix, around)
                waiting.append((f"{prefix}{use.id}/", inner, chain))
