"""The geometry of a graph for painting and pointing; follows the document's announcements."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from gui.canvas.boxes import Boxes, around, touch
from gui.canvas.cards import Card, Frame, Note, card_of, frames_of, notes_of
from gui.canvas.regions import bodies_of, regions_of
from gui.canvas.touched import Touched, touched
from gui.canvas.wires import Wire
from gui.document.placing import bends
from nodegraph.collecting import no_collecting
from nodegraph.graph import SUBGRAPH
from nodegraph.linking import infer, wired
from nodegraph.sockets import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.canvas.areas import Area
    from gui.canvas.boxes import Box
    from gui.canvas.courses import Course
    from gui.canvas.regions import Body, Region
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph, Link, Source

SPILL = 8.0
"""How far a node's outline, its sockets or a link's width reach beyond their rectangle."""


class Scene:
    """Cards, wires, regions and frames, each with its rectangle.

    Attributes:
        thumbnails: Height of the picture area by node; set through ``show_thumbnail``.
        changes: Grows with every edit that was followed.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.thumbnails: dict[str, float] = {}
        self.changes = 0
        self.course: Course = "curved"
        self._build()

    def _build(self) -> None:
        with no_collecting():
            self._read_all()

    def _read_all(self) -> None:
        self.cards: dict[str, Card] = {}
        self.boxes = Boxes[str, Card]()
        self.wires: dict[Link, Wire] = {}
        self.wire_boxes = Boxes["Link", Wire]()
        self.frames: dict[str, Frame] = frames_of(self.graph)
        self.notes: dict[str, Note] = notes_of(self.graph)
        self._wires_of: dict[str, set[Link]] = {}
        self._unknown: set[str] = set()
        self._types: dict[Source, str] | None = None
        self._bodies: list[Body] | None = None
        self._regions: dict[str, Region] | None = None
        self._depths = count(1)
        for node in self.graph:
            self._put_card(node.id)
        for link in self.graph.links():
            self._put_wire(link)

    # Reading

    @property
    def regions(self) -> dict[str, Region]:
        """Zones by id, outer ones first; found when they are first asked for after a change."""
        if self._bodies is None:
            self._bodies = bodies_of(self.graph)
        if self._regions is None:
            self._regions = regions_of(self._bodies, self.box_of, self._ids_in)
        return self._regions

    def box_of(self, node_id: str) -> Box | None:
        """Return where a node stands."""
        return self.boxes[node_id] if node_id in self.cards else None

    def _ids_in(self, box: Box) -> set[str]:
        return {card.id for card in self.boxes.within(box)}

    def areas(self) -> list[Area]:
        """Return the frames and the notes, by kind and key."""
        frames: list[Area] = [("frames", key) for key in self.frames]
        return [*frames, *(("notes", key) for key in self.notes)]

    def area_box(self, area: Area) -> Box:
        """Return where a frame or a note stands."""
        kind, key = area
        return self.frames[key].box if kind == "frames" else self.notes[key].box

    def bounds(self, node_ids: Iterable[str] = ()) -> Box | None:
        """Return the rectangle around some nodes, or around everything."""
        boxes = [self.boxes[node_id] for node_id in node_ids if node_id in self.cards]
        if boxes:
            return around(boxes)
        whole = [region.box for region in self.regions.values()]
        whole += [self.area_box(area) for area in self.areas()]
        nodes = self.boxes.bounds()
        return around(whole if nodes is None else [*whole, nodes])

    def cards_in(self, area: Box) -> list[Card]:
        """Return the nodes that show in an area, those on top last."""
        return sorted(self.boxes.within(_wider(area)), key=_by_depth)

    def wires_in(self, area: Box) -> list[Wire]:
        """Return the links that show in an area."""
        return self.wire_boxes.within(_wider(area))

    def wires_of(self, node_id: str) -> list[Wire]:
        """Return the links into and out of a node."""
        return [self.wires[link] for link in self._wires_of.get(node_id, ())]

    def carried(self, wire: Wire) -> str:
        """Return the type that a link really carries, where its output takes it from upstream."""
        if "~" not in wire.type:
            return wire.type
        if self._types is None:
            self._types, _ = infer(wired(self.graph))
        return self._types.get((wire.link.source, wire.link.output), ANY)

    def linked(self, node_id: str, name: str, *, output: bool) -> bool:
        """Tell whether a socket has a link."""
        return any(
            (link.source == node_id and link.output == name)
            if output
            else (link.target == node_id and link.input == name)
            for link in self._wires_of.get(node_id, ())
        )

    # Changing

    def follow(self, edit: Edit) -> Box | None:
        """Take in an edit that was made.

        Returns:
            What has to be painted anew; ``None`` for all of it.
        """
        self.changes += 1
        change = touched(edit)
        if change.everything or (change.uses and self._uses_changed()):
            self._build()
            return None
        return self._refresh(change)

    def show_thumbnail(self, node_id: str, height: float) -> Box | None:
        """Give a node a picture area of some height, or with 0 none."""
        self.thumbnails[node_id] = height
        return self._refresh(Touched(nodes={node_id}))

    def draw_links(self, course: Course) -> None:
        """Draw all links another way."""
        self.course = course
        for link in tuple(self.wires):
            self._put_wire(link)

    def raise_card(self, node_id: str) -> None:
        """Put a node on top of the others."""
        self.cards[node_id].depth = next(self._depths)

    def _uses_changed(self) -> bool:
        """Tell whether any subgraph looks different from outside now; links may be gone then."""
        return any(
            self.graph.spec_of(card.node) != card.layout.spec
            for card in self.cards.values()
            if card.node.type.startswith(SUBGRAPH)
        )

    def _refresh(self, change: Touched) -> Box | None:
        """Read the graph anew where it may have changed."""
        if change.linked:
            change.nodes |= self._unknown
        places = self._stains(change.nodes, set())
        before = self._stains(change.nodes, self._wires_at(change.nodes))
        for node_id in change.linked:
            for link in tuple(self._wires_of.get(node_id, ())):
                self._drop_wire(link)
        moved = {node_id for node_id in change.nodes if self._read_card(node_id)}
        links = self._wires_at(moved | change.bent)
        for node_id in change.linked & self.cards.keys():
            links.update(self.graph.links_of(node_id))
        for link in links:
            self._put_wire(link)
        if change.frames:
            self.frames, self.notes = frames_of(self.graph), notes_of(self.graph)
        if any(self.cards[one].node.zone for one in change.titled if one in self.cards):
            self._bodies = self._regions = None
            return None
        if not (moved or links or change.linked or change.frames):
            return around(self._stains(change.nodes, set()), SPILL)
        places = [*places, *self._stains(moved, set())] if moved else []
        return self._settle(change, places, before)

    def _settle(self, change: Touched, places: list[Box], before: list[Box]) -> Box | None:
        """Forget the regions that are no longer right, and say what has to be painted anew."""
        whole = change.frames or bool(change.linked and self.regions)
        if change.linked:
            self._bodies = self._regions = self._types = None
            whole = whole or bool(self.regions)
        elif any(touch(box, region.box) for region in self.regions.values() for box in places):
            self._regions, whole = None, True
        if whole:
            return None
        after = self._stains(change.nodes, self._wires_at(change.nodes))
        return around([*before, *after], SPILL)

    def _read_card(self, node_id: str) -> bool:
        """Read a node anew; tells whether its sockets may stand elsewhere now."""
        if node_id not in self.graph:
            self._drop_card(node_id)
            return False
        before = self.cards.get(node_id)
        self._put_card(node_id)
        card = self.cards[node_id]
        return before is None or (before.box, before.layout) != (card.box, card.layout)

    def _wires_at(self, node_ids: set[str]) -> set[Link]:
        return {link for node_id in node_ids for link in self._wires_of.get(node_id, ())}

    def _stains(self, node_ids: set[str], links: set[Link]) -> list[Box]:
        boxes = [self.boxes[node_id] for node_id in node_ids if node_id in self.cards]
        return boxes + [self.wire_boxes[link] for link in links]

    def _put_card(self, node_id: str) -> None:
        card = card_of(self.graph, node_id, self.thumbnails.get(node_id, 0.0))
        before = self.cards.get(node_id)
        card.depth = next(self._depths) if before is None else before.depth
        self.cards[node_id] = card
        self.boxes.put(node_id, card, card.box)
        if not card.layout.spec.known:
            self._unknown.add(node_id)

    def _drop_card(self, node_id: str) -> None:
        self.cards.pop(node_id, None)
        self.boxes.drop(node_id)
        self._wires_of.pop(node_id, None)
        self._unknown.discard(node_id)

    def _put_wire(self, link: Link) -> None:
        source, target = self.cards[link.source], self.cards[link.target]
        socket = source.layout.outputs.get(link.output)
        kind = ANY if socket is None else socket.type
        start, end = source.output_at(link.output), target.input_at(link.input)
        led = tuple(bends(self.graph, link)) if "links" in self.graph.view else ()
        wire = Wire(link, start, end, kind, led, self.course)
        self.wires[link] = wire
        self.wire_boxes.put(link, wire, wire.box)
        self._wires_of.setdefault(link.source, set()).add(link)
        self._wires_of.setdefault(link.target, set()).add(link)

    def _drop_wire(self, link: Link) -> None:
        self.wires.pop(link, None)
        self.wire_boxes.drop(link)
        for node_id in (link.source, link.target):
            self._wires_of.get(node_id, set()).discard(link)


def _by_depth(card: Card) -> int:
    return card.depth


def _wider(area: Box) -> Box:
    left, top, right, bottom = area
    return left - SPILL, top - SPILL, right + SPILL, bottom + SPILL
