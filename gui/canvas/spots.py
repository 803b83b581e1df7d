"""What on a canvas can be focused from the keyboard, where it is, and what lies next to it.

What is focused is a ``Hit``: a node (its header), a socket, a parameter, a link, one of its bends
(``name`` says which), a frame or a note.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.beside import area_of, beside, next_area, node_spot
from gui.canvas.hits import Hit

if TYPE_CHECKING:
    from gui.canvas.beside import Way
    from gui.canvas.boxes import Box
    from gui.canvas.cards import Card
    from gui.canvas.scene import Scene
    from gui.canvas.wires import Wire
    from nodegraph.graph import Link

AROUND_SOCKET = 6.0


def bend_spot(link: Link, index: int) -> Hit:
    """Return the spot that is a bend of a link, counted from 0 at its output."""
    return Hit("bend", link=link, name=str(index))


def rows(card: Card) -> list[Hit]:
    """Return the spots on a node in the order of the Tab key: inputs, parameters, outputs."""
    layout, fields = card.layout, card.layout.fields
    inputs = [
        Hit("socket", card.id, name, param=one.param)
        for name, one in layout.inputs.items()
        if name not in fields
    ]
    params = [Hit("field", card.id, name, param=True) for name in fields]
    outputs = [Hit("socket", card.id, name, output=True) for name in layout.outputs]
    return [*inputs, *params, *outputs]


def exists(scene: Scene, spot: Hit) -> bool:
    """Tell whether a spot is there still."""
    area = area_of(spot)
    if area is not None:
        return area in scene.areas()
    if spot.link is not None:
        wire = scene.wires.get(spot.link)
        return wire is not None and (spot.part == "wire" or int(spot.name) < len(wire.bends))
    card = scene.cards.get(spot.id)
    return card is not None and (spot.part == "header" or spot in rows(card))


def box_of(scene: Scene, spot: Hit) -> Box | None:
    """Return the rectangle around a spot, in the scene."""
    area = area_of(spot)
    if area is not None:
        return scene.area_box(area) if exists(scene, spot) else None
    if spot.link is not None:
        wire = scene.wires.get(spot.link)
        if wire is None or not exists(scene, spot):
            return None
        return _around(*(wire.middle() if spot.part == "wire" else wire.bends[int(spot.name)]))
    card = scene.cards.get(spot.id)
    if card is None or spot.part == "header":
        return scene.box_of(spot.id)
    field = card.layout.fields.get(spot.name)
    if spot.part == "field" and field is not None:
        x, y = card.x + field.x, card.y + field.y
        return x, y, x + field.width, y + field.height
    return _around(*(card.output_at(spot.name) if spot.output else card.input_at(spot.name)))


def _around(x: float, y: float) -> Box:
    return x - AROUND_SOCKET, y - AROUND_SOCKET, x + AROUND_SOCKET, y + AROUND_SOCKET


def following(scene: Scene, spot: Hit, step: int) -> Hit:
    """Return the spot that Tab leads to: through a node, the bends of a link, or the frames and
    notes, and around again.
    """
    if spot.link is not None:
        return _along(scene, spot, step)
    if area_of(spot) is not None:
        return next_area(scene, spot, step) or spot
    ring = [node_spot(spot.id), *rows(scene.cards[spot.id])]
    at = ring.index(spot) if spot in ring else 0
    return ring[(at + step) % len(ring)]


def _along(scene: Scene, spot: Hit, step: int) -> Hit:
    """Return the next bend of a link, or the link as a whole; of one without bends an end."""
    link = spot.link
    bends = scene.wires[link].bends if link in scene.wires else ()
    if link is None or not bends:
        return _from_wire(scene, spot, "right" if step > 0 else "left")
    ring = [Hit("wire", link=link), *(bend_spot(link, index) for index in range(len(bends)))]
    return ring[(ring.index(spot) + step) % len(ring)]


def beyond(scene: Scene, spot: Hit, way: Way) -> Hit:
    """Return the spot that an arrow leads to; the same where there is nothing."""
    if spot.part == "bend" and spot.link is not None and way in ("left", "right"):
        index = int(spot.name) + (1 if way == "right" else -1)
        if 0 <= index < len(scene.wires[spot.link].bends):
            return bend_spot(spot.link, index)
    if spot.link is not None:
        return _from_wire(scene, spot, way)
    if area_of(spot) is not None:
        return beside(scene, spot, way) or spot
    if spot.part == "header":
        linked = _linked_node(scene, spot.id, way)
        return node_spot(linked) if linked else beside(scene, spot, way) or spot
    if way in ("up", "down"):
        return _above_or_below(scene, spot, way)
    return _sideways(scene, spot, way)


def _linked_node(scene: Scene, node_id: str, way: Way) -> str:
    """Return the node at the other end of a link on one side: the one most straight on."""
    if way in ("up", "down"):
        return ""
    wires = [w for w in scene.wires_of(node_id) if _leads(w, node_id, way)]
    if not wires:
        return ""
    wire = min(wires, key=lambda one: (abs(one.y2 - one.y1), str(one.link)))
    return wire.link.target if way == "right" else wire.link.source


def _leads(wire: Wire, node_id: str, way: Way) -> bool:
    return (wire.link.source if way == "right" else wire.link.target) == node_id


def _from_wire(scene: Scene, spot: Hit, way: Way) -> Hit:
    """Return an end of a link, or the next link at the same end."""
    link = spot.link
    if link is None:
        return spot
    if way == "left":
        return Hit("socket", link.source, link.output, output=True)
    if way == "right":
        return _target_spot(scene, link.target, link.input)
    source = Hit("socket", link.source, link.output, output=True)
    fellows = _wires_at(scene, source)
    at = [wire.link for wire in fellows].index(link) + (1 if way == "down" else -1)
    return Hit("wire", link=fellows[at % len(fellows)].link)


def _target_spot(scene: Scene, node_id: str, name: str) -> Hit:
    card = scene.cards[node_id]
    if name in card.layout.fields:
        return Hit("field", node_id, name, param=True)
    return Hit("socket", node_id, name)


def _wires_at(scene: Scene, spot: Hit) -> list[Wire]:
    """Return the links at a socket or a parameter from above to below."""
    if spot.output:
        found = [
            wire
            for wire in scene.wires_of(spot.id)
            if (wire.link.source, wire.link.output) == (spot.id, spot.name)
        ]
        return sorted(found, key=lambda wire: (wire.y2, str(wire.link)))
    found = [
        wire
        for wire in scene.wires_of(spot.id)
        if (wire.link.target, wire.link.input) == (spot.id, spot.name)
    ]
    return sorted(found, key=lambda wire: wire.link.index)


def _above_or_below(scene: Scene, spot: Hit, way: Way) -> Hit:
    """Return the next spot of the same side of a node, above all its header."""
    card = scene.cards[spot.id]
    side = [one for one in rows(card) if one.output == spot.output or one.part == "field"]
    side = sorted(side, key=lambda one: _middle(scene, one)[1])
    ring = [node_spot(spot.id), *side]
    at = ring.index(spot) + (1 if way == "down" else -1)
    if at < len(ring):
        return ring[at]
    return beside(scene, spot, "down") or spot


def _sideways(scene: Scene, spot: Hit, way: Way) -> Hit:
    """Return a link of a socket, the socket on the other side, or the node beside."""
    outward = "right" if spot.output else "left"
    if way == outward:
        wires = _wires_at(scene, spot)
        if wires:
            return Hit("wire", link=wires[0].link)
        return beside(scene, spot, way) or spot
    card = scene.cards[spot.id]
    across = [one for one in rows(card) if one.output != spot.output and one.part == "socket"]
    y = _middle(scene, spot)[1]
    return min(across, key=lambda one: abs(_middle(scene, one)[1] - y), default=node_spot(spot.id))


def _middle(scene: Scene, spot: Hit) -> tuple[float, float]:
    left, top, right, bottom = box_of(scene, spot) or (0.0, 0.0, 0.0, 0.0)
    return (left + right) / 2, (top + bottom) / 2


def spoken(scene: Scene, spot: Hit) -> str:
    """Return what a spot is called: ``steps of KSampler``."""
    card = scene.cards.get(spot.id)
    title = "" if card is None else card.title
    return title if spot.part == "header" else f"{spot.name} of {title}"
