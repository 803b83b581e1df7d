"""Nodes of another program's file are lower there: here they make room for those above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from gui.canvas.cards import card_of
from gui.document.placing import Point, Section, move, place, resize

if TYPE_CHECKING:
    from nodegraph.graph import Graph

Box: TypeAlias = "tuple[float, float, float, float]"
Thing: TypeAlias = "tuple[Section, str]"

GAP = 14
"""Pixels between nodes that were moved."""


def unstack(graph: Graph) -> None:
    """Move nodes down that would lie on others, and let frames hold what they held.

    It is no step of a document: a file that is only looked at has not changed.
    """
    for one in (graph, *graph.subgraphs.values()):
        before = _boxes(one)
        moved = _moved(before)
        for section in ("nodes", "notes"):
            places = {key: pos for (part, key), pos in moved.items() if part == section}
            if places:
                one.apply(move(one, places, section))
        if moved:
            _grow_frames(one, before)


def _boxes(graph: Graph) -> dict[Thing, Box]:
    """Return where nodes and notes are: left, top, right, bottom."""
    found: dict[Thing, Box] = {}
    for key in graph.view.get("notes", {}):
        stands = place(graph, key, "notes")
        if stands.pos is not None and stands.size is not None:
            (left, top), (width, height) = stands.pos, stands.size
            found["notes", key] = (left, top, left + width, top + height)
    for node in graph:
        pos = place(graph, node.id).pos
        if pos is not None:
            layout = card_of(graph, node.id, 0.0).layout
            found["nodes", node.id] = (*pos, pos[0] + layout.width, pos[1] + layout.height)
    return found


def _moved(boxes: dict[Thing, Box]) -> dict[Thing, Point]:
    """Return new places, from the top down; what is clear of all others stays."""
    placed: list[Box] = []
    found: dict[Thing, Point] = {}
    for name, (left, top, right, bottom) in sorted(boxes.items(), key=lambda one: one[1][1]):
        height, y = bottom - top, top
        for other in sorted(placed, key=lambda box: box[1]):
            beside = other[0] >= right or other[2] <= left
            if not beside and other[1] < y + height and other[3] > y:
                y = other[3] + GAP
        placed.append((left, y, right, y + height))
        if y != top:
            found[name] = (left, y)
    return found


def _grow_frames(graph: Graph, before: dict[Thing, Box]) -> None:
    now = _boxes(graph)
    for key in graph.view.get("frames", {}):
        stands = place(graph, key, "frames")
        if stands.pos is None or stands.size is None:
            continue
        (left, top), (width, height) = stands.pos, stands.size
        held = [
            now[name][3]
            for name, box in before.items()
            if left <= box[0] < left + width and top <= box[1] < top + height
        ]
        lowest = max(held, default=0.0) + GAP
        if held and lowest > top + height:
            graph.apply(resize(graph, key, (width, lowest - top), "frames"))
