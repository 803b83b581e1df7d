"""Taking in what a run says of nodes and zones, and painting anew what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.measure import INSET
from gui.canvas.states import NodeState, ZoneState

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from gui.canvas.canvas import Canvas

HIGHEST = 240.0
"""Of a picture on a node, in scene pixels."""


def tell_node(canvas: Canvas, node_id: str, state: NodeState) -> None:
    """Show what a run says of a node."""
    before = canvas.states.nodes.get(node_id, NodeState())
    canvas.states.nodes[node_id] = state
    if node_id not in canvas.scene.cards:
        return
    if _resized(canvas, node_id):
        return
    if before.message or state.message:
        canvas.update()
    else:
        canvas.repaint_box(canvas.scene.boxes[node_id])


def tell_zone(canvas: Canvas, zone: str, state: ZoneState | None) -> None:
    """Show which turn a zone is in, or that it is in none."""
    if state is None:
        canvas.states.zones.pop(zone, None)
    else:
        canvas.states.zones[zone] = state
    _preview(canvas, zone, None if state is None else state.picture)
    if zone in canvas.scene.regions:
        canvas.repaint_box(canvas.scene.regions[zone].box)


def _preview(canvas: Canvas, zone: str, picture: QImage | None) -> None:
    """Show what a turn looks like on the zone's end."""
    region = canvas.scene.regions.get(zone)
    for node_id in () if region is None else region.nodes:
        card = canvas.scene.cards[node_id]
        if card.node.zone == zone and card.layout.spec.role == "end":
            if picture is None:
                canvas.states.previews.pop(node_id, None)
            else:
                canvas.states.previews[node_id] = picture
            _resized(canvas, node_id)


def _resized(canvas: Canvas, node_id: str) -> bool:
    """Make room on a node for its picture, and tell whether that changes anything."""
    width = canvas.scene.cards[node_id].layout.width - 2 * INSET
    height = _height(canvas.states.picture(node_id), width)
    if height == canvas.scene.thumbnails.get(node_id, 0.0):
        return False
    canvas.repaint_box(canvas.scene.show_thumbnail(node_id, height))
    return True


def _height(picture: QImage | None, width: float) -> float:
    """Return how high a picture of some width stands on a node, in scene pixels."""
    return 0.0 if picture is None else min(width * picture.height() / picture.width(), HIGHEST)
