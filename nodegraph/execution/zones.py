"""Which nodes a zone holds: what its begin leads to, up to its end.

There is no back edge. A node is inside when it needs a value of the begin; the end alone leads
out. Zones nest: the one that closes first is the inner one. One pass in topological order gives
each node its innermost zone; where two zones meet, the inner is put into the outer and the pass
is made again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph.errors import Problem
from nodegraph.execution.step import Scope, Step
from nodegraph.linking import topological

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.graph import Graph

MAX_DEPTH = 50


@dataclass
class Zone:
    """One zone: its two nodes by path, and the zone around it."""

    begin: str
    end: str
    parent: str = ""


@dataclass
class Zones:
    """All zones of a graph.

    Attributes:
        all: By zone id.
        home: The innermost zone of every node that is in one; begin and end count as inside.
        problems: By the node to blame.
    """

    all: dict[str, Zone] = field(default_factory=dict[str, Zone])
    home: dict[str, str] = field(default_factory=dict[str, str])
    problems: dict[str, Problem] = field(default_factory=dict[str, Problem])

    def chain(self, zone: str) -> list[str]:
        """Return a zone and those around it, innermost first, ending with ``""``."""
        way: list[str] = []
        while zone:
            way.append(zone)
            zone = self.all[zone].parent
        return [*way, ""]


def zones_of(graph: Graph) -> Zones:
    """Return the zones of one graph; its subgraphs, left closed, have their own."""
    if not any(graph.spec_of(node).role != "node" for node in graph):
        return Zones()
    steps = {
        node.id: Step(node.id, node, graph.spec_of(node), Scope(), graph.inputs(node.id))
        for node in graph
    }
    zones = pair(steps)
    assign(steps, topological(graph), zones)
    return zones


def assign(nodes: Mapping[str, Step], order: list[str], zones: Zones) -> None:
    """Find out which nodes each zone holds, given the paths in topological order."""
    for _ in range(len(zones.all) + 1):
        meeting = _Pass(nodes, order, zones).run() if zones.all else None
        if meeting is None or not _nest(nodes, zones, meeting):
            break
    for name, zone in zones.all.items():
        if len(zones.chain(name)) > MAX_DEPTH + 1:
            message = f"more than {MAX_DEPTH} zones stand inside each other; nest fewer"
            zones.problems[zone.begin] = Problem(
                f"{nodes[zone.begin].place}.zone", message, zone.begin
            )


def pair(nodes: Mapping[str, Step]) -> Zones:
    """Match each begin with its end, and blame those that have none."""
    zones = Zones()
    found: dict[str, list[Step]] = {}
    for node in nodes.values():
        if node.spec.role != "node":
            found.setdefault(node.zone or f"\0{node.path}", []).append(node)
    for zone, members in found.items():
        begins = [node for node in members if node.spec.role == "begin"]
        ends = [node for node in members if node.spec.role == "end"]
        if len(begins) == len(ends) == 1 and ends[0].spec.id == begins[0].spec.pair:
            zones.all[zone] = Zone(begins[0].path, ends[0].path)
            continue
        for node in members:
            message = _unpaired(node, begins, ends)
            zones.problems[node.path] = Problem(f"{node.place}.zone", message, node.path)
    return zones


def _unpaired(node: Step, begins: list[Step], ends: list[Step]) -> str:
    others = ends if node.spec.role == "begin" else begins
    own = begins if node.spec.role == "begin" else ends
    if not others:
        return (
            f"{node.path} has no {node.spec.pair} of the same zone; add one, and give both the "
            "same zone id"
        )
    if len(own) > 1 or len(others) > 1:
        return f"zone {node.zone!r} has more than one begin or end; give each pair its own zone id"
    return f"zone {node.zone!r} begins as {begins[0].spec.id} and ends as {ends[0].spec.id}"


class _Pass:
    """One walk in topological order."""

    def __init__(self, nodes: Mapping[str, Step], order: list[str], zones: Zones) -> None:
        self.nodes, self.order, self.zones = nodes, order, zones
        self.begins = {zone.begin: name for name, zone in zones.all.items()}
        self.ends = {zone.end: name for name, zone in zones.all.items()}
        self.bits = {name: 1 << index for index, name in enumerate(zones.all)}
        self.outward: dict[str, str] = {}
        self.closed: dict[str, int] = {}

    def run(self) -> tuple[str, str, str] | None:
        """Assign homes; return the node where two zones meet, with both, or nothing."""
        self.zones.home = {}
        for path in self.order:
            inner = self.ends.get(path, "")
            for source in self._sources(path):
                other = self.outward.get(source, "")
                if other in self.zones.chain(inner):
                    continue
                if inner not in self.zones.chain(other):
                    return path, inner, other
                inner = other
            self._settle(path, inner)
        return None

    def _sources(self, path: str) -> set[str]:
        return {source for found in self.nodes[path].inputs.values() for source, _ in found}

    def _settle(self, path: str, inner: str) -> None:
        """Put a node into its zone, and note which zones have closed before it."""
        closed = 0
        for source in self._sources(path):
            closed |= self.closed.get(source, 0)
        home = self.begins.get(path) or self.ends.get(path) or inner
        if path in self.begins:
            self._open(path, home, inner)
        elif path in self.ends and inner != home:
            self._crossing(path, inner, home)
        elif path in self.ends and not self._follows(path, home):
            self._loose(path, home)
        if any(closed & self.bits[zone] for zone in self.zones.chain(home)[:-1]):
            self._leak(path, home, closed)
        self.outward[path] = self.zones.all[home].parent if path in self.ends else home
        self.closed[path] = closed | (self.bits[home] if path in self.ends else 0)
        if home:
            self.zones.home[path] = home

    def _open(self, path: str, home: str, inner: str) -> None:
        """Let a zone begin where its begin's inputs are."""
        zone = self.zones.all[home]
        if home in self.zones.chain(inner):
            self._crossing(path, inner, home)
        elif inner and inner not in self.zones.chain(zone.parent):
            zone.parent = inner

    def _follows(self, path: str, home: str) -> bool:
        """Tell whether a zone's end takes anything that comes from its begin."""
        outward = (self.outward.get(source, "") for source in self._sources(path))
        return any(home in self.zones.chain(zone) for zone in outward)

    def _loose(self, path: str, home: str) -> None:
        begin = self.zones.all[home].begin
        self.zones.problems[path] = Problem(
            f"{self.nodes[path].place}.inputs",
            f"{path} takes nothing that comes from {begin}; link a value of the body to it, or "
            f"one of {begin} itself",
            path,
        )

    def _crossing(self, path: str, one: str, other: str) -> None:
        self.zones.problems[path] = crossing(self.nodes[path], self.zones, one, other)

    def _leak(self, path: str, home: str, closed: int) -> None:
        name = next(z for z in self.zones.chain(home)[:-1] if closed & self.bits[z])
        zone, node = self.zones.all[name], self.nodes[path]
        self.zones.problems[path] = Problem(
            f"{node.place}.inputs",
            f"{path} takes a value from inside the zone of {zone.begin} and one from after "
            f"{zone.end}; only {zone.end} leads out of the zone, so link the inner value to "
            f"{zone.end}.collect and take {zone.end}.collected",
            path,
        )


def _nest(nodes: Mapping[str, Step], zones: Zones, meeting: tuple[str, str, str]) -> bool:
    """Put the zone that closes first into the other; False when neither closes first."""
    path, one, other = meeting
    for inner, outer in ((one, other), (other, one)):
        ways = zones.chain(outer)
        root = next(zone for zone in zones.chain(inner) if zones.all[zone].parent in ways)
        joint = zones.all[root].parent
        top = next(zone for zone in ways if zone and zones.all[zone].parent == joint)
        if _leads_to(nodes, zones.all[root].end, zones.all[top].end):
            zones.all[root].parent = outer
            return True
    zones.problems[path] = crossing(nodes[path], zones, one, other)
    return False


def crossing(node: Step, zones: Zones, one: str, other: str) -> Problem:
    """Blame a node that takes values from two zones of which neither holds the other."""
    begins = " and ".join(zones.all[zone].begin for zone in (one, other))
    return Problem(
        f"{node.place}.inputs",
        f"{node.path} takes a value out of a zone past its end: the zones of {begins} cross; "
        "let one hold the other whole, or link from an end",
        node.path,
    )


def _leads_to(nodes: Mapping[str, Step], start: str, goal: str) -> bool:
    """Walk up from ``goal`` looking for ``start``."""
    stack, seen = [goal], {goal}
    while stack:
        path = stack.pop()
        if path == start:
            return True
        sources = {s for found in nodes[path].inputs.values() for s, _ in found} - seen
        seen |= sources
        stack += sources
    return False
