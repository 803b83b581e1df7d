"""What is under a point of the scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gui.canvas.areas import edges_at
from gui.canvas.measure import HEADER

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.cards import Card
    from gui.canvas.measure import Socket
    from gui.canvas.scene import Scene
    from nodegraph.graph import Link

Part = Literal[
    "", "socket", "field", "header", "body", "corner", "wire", "bend", "region",
    "frame", "frame edge", "note", "note edge",
]  # fmt: skip

CORNER = 12
"""Side of the square at a node's lower right in which it is resized."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under a point.

    Attributes:
        part: What it is; nothing for the empty canvas.
        id: The node's, the zone's, the frame's or the note's.
        name: The socket's or the parameter's; which edges: ``right bottom``; which bend: ``0``.
        output: The socket is an output.
        param: The socket is a parameter's.
    """

    part: Part = ""
    id: str = ""
    name: str = ""
    output: bool = False
    param: bool = False
    link: Link | None = None


def hit(scene: Scene, x: float, y: float, reach: float, *, params: bool = False) -> Hit:
    """Return what is under a point: sockets before what they stand on, nodes before links.

    Args:
        scene: Where to look.
        x: As ``y`` in scene pixels.
        y: See ``x``.
        reach: How near is near enough, for sockets and links.
        params: The sockets of parameters count too, shown or not.
    """
    cards = scene.cards_in((x - reach, y - reach, x + reach, y + reach))[::-1]
    for card in cards:
        found = _socket(scene, card, x, y, reach, params=params)
        if found is not None:
            return found
        if inside(card.box, x, y):
            return _on_card(card, x - card.x, y - card.y)
    return _wire(scene, x, y, reach) or _ground(scene, x, y, reach)


def _socket(
    scene: Scene, card: Card, x: float, y: float, reach: float, *, params: bool
) -> Hit | None:
    """Return the nearest socket in reach; a parameter's only where it is seen."""
    best, found = reach, None
    for output, sockets in ((True, card.layout.outputs), (False, card.layout.inputs)):
        for socket in sockets.values():
            far = max(abs(x - card.x - socket.x), abs(y - card.y - socket.y))
            if far < best and (params or not _hidden(scene, card, socket)):
                best = far
                found = Hit("socket", card.id, socket.name, output, socket.param)
    return found


def _hidden(scene: Scene, card: Card, socket: Socket) -> bool:
    return socket.param and not scene.linked(card.id, socket.name, output=False)


def inside(box: Box, x: float, y: float) -> bool:
    """Tell whether a point is in a rectangle."""
    left, top, right, bottom = box
    return left <= x <= right and top <= y <= bottom


def _on_card(card: Card, x: float, y: float) -> Hit:
    layout = card.layout
    if y <= HEADER:
        return Hit("header", card.id)
    for name, field in layout.fields.items():
        if field.holds(x, y):
            return Hit("field", card.id, name)
    if x > layout.width - CORNER and y > layout.height - CORNER:
        return Hit("corner", card.id)
    return Hit("body", card.id)


def _wire(scene: Scene, x: float, y: float, reach: float) -> Hit | None:
    near = [(wire.distance(x, y), wire) for wire in scene.wires_in((x, y, x, y))]
    far, wire = min(near, key=lambda pair: pair[0], default=(reach, None))
    return Hit("wire", link=wire.link) if wire is not None and far < reach else None


def _ground(scene: Scene, x: float, y: float, reach: float) -> Hit:
    """Return the note under the point, the innermost zone or frame whose name is, or an edge."""
    for note in reversed(scene.notes.values()):
        edges = edges_at(note.box, x, y, reach * 0.6)
        if edges or inside(note.box, x, y):
            return Hit("note edge" if edges else "note", note.id, edges)
    for region in reversed(scene.regions.values()):
        left, top, right, _ = region.box
        if left <= x <= right and top <= y <= top + HEADER:
            return Hit("region", region.id)
    for frame in reversed(scene.frames.values()):
        left, top, right, _ = frame.box
        edges = edges_at(frame.box, x, y, reach * 0.6)
        if edges:
            return Hit("frame edge", frame.id, edges)
        if left <= x <= right and top <= y <= top + HEADER:
            return Hit("frame", frame.id)
    return Hit()
