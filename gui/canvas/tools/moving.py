"""What moves together: nodes, frames with what stands in them, notes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gui.canvas.boxes import within
from gui.document.placing import counted, move
from nodegraph.edits import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.canvas.areas import Area
    from gui.canvas.scene import Scene
    from gui.document.placing import Point
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


@dataclass(frozen=True, slots=True)
class Moving:
    """Where everything stood before it was moved.

    Attributes:
        title: What it is called in the Undo menu.
    """

    nodes: dict[str, Point]
    areas: dict[Area, Point]
    title: str

    def edit(self, graph: Graph, dx: float, dy: float) -> Batch:
        """Return the edit that puts all of it a distance from where it stood."""
        places = {key: (x + dx, y + dy) for key, (x, y) in self.nodes.items()}
        edits: list[Edit] = [*move(graph, places).edits]
        for (kind, key), (x, y) in self.areas.items():
            edits += move(graph, {key: (x + dx, y + dy)}, kind).edits
        return Batch(tuple(edits), self.title)

    def again(self, scene: Scene) -> Moving:
        """Return the same things from where they stand now, but for those that are gone."""
        nodes = {key: scene.boxes[key][:2] for key in self.nodes if key in scene.cards}
        there = {*scene.areas()}
        areas = {area: scene.area_box(area)[:2] for area in self.areas if area in there}
        return replace(self, nodes=nodes, areas=areas)


def moving(scene: Scene, nodes: Iterable[str], areas: Iterable[Area]) -> Moving:
    """Return what moves with some nodes, frames and notes: what stands wholly in the frames too."""
    ids, chosen = set(nodes), set(areas)
    named = _title(len(ids), chosen)
    for kind, key in areas:
        if kind == "frames":
            box = scene.area_box((kind, key))
            ids |= {card.id for card in scene.cards_in(box) if within(card.box, box)}
            chosen |= {other for other in scene.areas() if within(scene.area_box(other), box)}
    places = {key: scene.boxes[key][:2] for key in ids}
    return Moving(places, {area: scene.area_box(area)[:2] for area in chosen}, f"Move {named}")


def _title(nodes: int, areas: set[Area]) -> str:
    if not areas:
        return counted(nodes, "node")
    if nodes or len(areas) > 1:
        return counted(nodes + len(areas), "thing")
    return "a frame" if next(iter(areas))[0] == "frames" else "a note"
