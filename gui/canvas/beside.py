"""What stands beside something on a canvas: nodes, notes, and frames by their title."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from gui.canvas.hits import Hit
from gui.canvas.measure import HEADER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gui.canvas.areas import Area
    from gui.canvas.boxes import Box
    from gui.canvas.scene import Scene

Way = Literal["left", "right", "up", "down"]

ASIDE = 2.0
"""What a pixel to the side weighs against one straight on, when the next thing is looked for."""


class _Stand(NamedTuple):
    """Where something is: its middle, and how far to the side of that it still is straight on."""

    x: float
    y: float
    wide: float = 0.0
    high: float = 0.0


def node_spot(node_id: str) -> Hit:
    """Return the spot that is a node as a whole."""
    return Hit("header", node_id)


def area_spot(area: Area) -> Hit:
    """Return the spot that is a frame or a note."""
    return Hit("frame" if area[0] == "frames" else "note", area[1])


def area_of(spot: Hit) -> Area | None:
    """Return the frame or the note that a spot is; nothing for another."""
    if spot.part in ("frame", "frame edge"):
        return ("frames", spot.id)
    return ("notes", spot.id) if spot.part in ("note", "note edge") else None


def beside(scene: Scene, spot: Hit, way: Way) -> Hit | None:
    """Return what stands nearest to one side of a node, a frame or a note."""
    area, best, found = area_of(spot), float("inf"), None
    own = _node(scene.boxes[spot.id]) if area is None else _area(scene, area)
    me = node_spot(spot.id) if area is None else area_spot(area)
    for other, stand in _stands(scene):
        far = _distance(own, stand, way)
        if other != me and far is not None and far < best:
            best, found = far, other
    return found


def nearest(scene: Scene, x: float, y: float) -> Hit | None:
    """Return the node nearest to a point; where there is none, the frame or the note."""

    def far(box: Box) -> float:
        left, top, right, bottom = box
        dx, dy = max(left - x, 0.0, x - right), max(top - y, 0.0, y - bottom)
        return dx * dx + dy * dy

    card = min(scene.cards.values(), key=lambda card: far(card.box), default=None)
    if card is not None:
        return node_spot(card.id)
    area = min(scene.areas(), key=lambda area: far(scene.area_box(area)), default=None)
    return None if area is None else area_spot(area)


def next_area(scene: Scene, spot: Hit | None, step: int = 1) -> Hit | None:
    """Return the next frame or note in the order of reading; around again after the last."""
    ring = sorted(scene.areas(), key=lambda area: (*scene.area_box(area)[1::-1], area))
    if not ring:
        return None
    area = None if spot is None else area_of(spot)
    if area not in ring:
        return area_spot(ring[0 if step > 0 else -1])
    return area_spot(ring[(ring.index(area) + step) % len(ring)])


def _stands(scene: Scene) -> Iterator[tuple[Hit, _Stand]]:
    for node_id in scene.cards:
        yield node_spot(node_id), _node(scene.boxes[node_id])
    for area in scene.areas():
        yield area_spot(area), _area(scene, area)


def _node(box: Box) -> _Stand:
    return _Stand((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def _area(scene: Scene, area: Area) -> _Stand:
    """Return where a note is; of a frame its title, since nodes stand in the rest of it."""
    left, top, right, bottom = scene.area_box(area)
    bottom = top + HEADER if area[0] == "frames" else bottom
    return _Stand((left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2)


def _distance(one: _Stand, other: _Stand, way: Way) -> float | None:
    """Return how far something is on one side of another; ``None`` where it is on none."""
    across = way in ("left", "right")
    dx, dy = other.x - one.x, other.y - one.y
    ahead, aside = (dx, dy) if across else (dy, dx)
    ahead = -ahead if way in ("left", "up") else ahead
    slack = one.high + other.high if across else one.wide + other.wide
    aside = max(abs(aside) - slack, 0.0)
    return None if ahead <= 1.0 or ahead < aside * 0.5 else ahead + ASIDE * aside
