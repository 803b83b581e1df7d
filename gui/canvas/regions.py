"""Zones and frames as regions of the scene: what stands inside, and the rectangle around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.canvas.boxes import around
from gui.canvas.outlines import floor_of
from nodegraph.execution.zones import zones_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.canvas.boxes import Box
    from gui.canvas.outlines import Floor
    from nodegraph.execution.zones import Zones
    from nodegraph.graph import Graph

MARGIN, LABEL = 20, 28
"""Around what a zone holds, and above it for its name."""


@dataclass(frozen=True, slots=True)
class Region:
    """A zone as it is drawn.

    Attributes:
        depth: How many zones are around it.
        nodes: Its two nodes, its body, and what the zones in it hold.
        floor: How far down its outline reaches, from left to right; empty for a rectangle.
    """

    id: str
    title: str
    depth: int
    box: Box
    nodes: frozenset[str]
    floor: Floor = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What a zone holds, wherever that stands."""

    id: str
    title: str
    depth: int
    own: tuple[str, ...]
    inner: tuple[str, ...]


def bodies_of(graph: Graph) -> list[Body]:
    """Return the zones of a graph, inner ones first; those that cannot run are left out."""
    zones = zones_of(graph)
    members: dict[str, list[str]] = {}
    for node_id, zone in zones.home.items():
        members.setdefault(zone, []).append(node_id)
    found = [_body(graph, zones, zone, tuple(members.get(zone, ()))) for zone in zones.all]
    return sorted(found, key=lambda body: -body.depth)


def _body(graph: Graph, zones: Zones, zone: str, own: tuple[str, ...]) -> Body:
    begin = graph[zones.all[zone].begin]
    title = begin.title or graph.spec_of(begin).title.removesuffix(" begin")
    inner = tuple(name for name, one in zones.all.items() if one.parent == zone)
    return Body(zone, title, len(zones.chain(zone)) - 2, own, inner)


def regions_of(
    bodies: list[Body],
    box_of: Callable[[str], Box | None],
    nodes_in: Callable[[Box], set[str]],
) -> dict[str, Region]:
    """Return the region around each zone, outer ones first, given where nodes stand.

    It is a rectangle, unless a node that is not in the zone would stand in it: then its outline
    is close to its body below.
    """
    regions: dict[str, Region] = {}
    for body in bodies:
        inner = [regions[name] for name in body.inner if name in regions]
        boxes = [box for node_id in body.own if (box := box_of(node_id)) is not None]
        whole = around([*boxes, *(region.box for region in inner)], MARGIN)
        if whole is None:
            continue
        left, top, right, bottom = whole
        nodes = frozenset(body.own).union(*(region.nodes for region in inner))
        box = (left, top - LABEL + 8, right, bottom)
        strange = not nodes_in(box) <= nodes
        floor = floor_of([*boxes, *(one.box for one in inner)], MARGIN) if strange else ()
        regions[body.id] = Region(body.id, body.title, body.depth, box, nodes, floor)
    return dict(reversed(regions.items()))
