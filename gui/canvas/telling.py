"""Taking in what a run says of nodes and zones, and painting anew what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.states import NodeState, ZoneState

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas

HIGHEST = 240.0
"""Of a picture on a node, in scene pixels."""


def tell_node(canvas: Canvas, node_id: str, state: NodeState) -> None:
    """Show what a run says of a node."""
    before = canvas.states.nodes.get(node_id, NodeState())
    canvas.states.nodes[node_id] = state
    if node_id not in canvas.scene.cards:
        return
    height = _height(state)
    if height != canvas.scene.thumbnails.get(node_id, 0.0):
        canvas.repaint_box(canvas.scene.show_thumbnail(node_id, height))
    elif before.message or state.message:
        canvas.update()
    else:
        canvas.repaint_box(canvas.scene.boxes[node_id])


def tell_zone(canvas: Canvas, zone: str, state: ZoneState | None) -> None:
    """Show which turn a zone is in, or that it is in none."""
    if state is None:
        canvas.states.zones.pop(zone, None)
    else:
        canvas.states.zones[zone] = state
    if zone in canvas.scene.regions:
        canvas.repaint_box(canvas.scene.regions[zone].box)


def _height(state: NodeState) -> float:
    """Return how high a picture stands on a node, in scene pixels."""
    if state.picture is None or state.picture.isNull():
        return 0.0
    return min(200.0 * state.picture.height() / state.picture.width(), HIGHEST)
