"""What the mouse does by dragging, done by keys: moving, resizing, bending, turning a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.measure import NARROWEST
from gui.canvas.tools.area_resize import SMALLEST
from gui.canvas.tools.moving import moving
from gui.document.placing import bend, bends, counted, resize
from gui.theme import GRID
from nodegraph.edits import Batch, SetParam
from nodegraph.errors import GraphError

if TYPE_CHECKING:
    from gui.canvas.beside import Way
    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.moving import Moving
    from nodegraph.params import Param

STEPS: dict[Way, tuple[int, int]] = {
    "left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1),
}  # fmt: skip

FINE, COARSE = 1, 10


def nudge(canvas: Canvas, way: Way, before: Moving | None = None) -> Moving | None:
    """Move what is selected by the grid, or by a pixel where nothing snaps to it; pressed again it
    is the same step.

    Args:
        canvas: Where it stands.
        way: Where to.
        before: What the last step moved; frames that came over other things leave those there.

    Returns:
        What was moved.
    """
    names, areas = sorted(canvas.selected), sorted(canvas.marks.areas)
    if not (names or areas):
        return None
    taken = before or moving(canvas.scene, names, areas)
    taken, (dx, dy) = taken.again(canvas.scene), STEPS[way]
    far = GRID if canvas.options.snap else 1
    with canvas.document.gesture(taken.title, merge=f"nudge {names} {areas}"):
        canvas.document.apply(taken.edit(canvas.document.graph, dx * far, dy * far))
    return taken


def stretch(canvas: Canvas, way: Way) -> None:
    """Make what is selected wider, narrower, higher or lower by the grid."""
    graph, scene = canvas.document.graph, canvas.scene
    names, areas = sorted(canvas.selected), sorted(canvas.marks.areas)
    least = (NARROWEST, 2 * GRID)
    edits = [resize(graph, name, _grown(scene.boxes[name], way, least)) for name in names]
    for kind, key in areas:
        size = _grown(scene.area_box((kind, key)), way, (SMALLEST, SMALLEST))
        edits.append(resize(graph, key, size, kind))
    if edits:
        title = f"Resize {counted(len(edits), 'thing' if areas else 'node')}"
        with canvas.document.gesture(title, merge=f"stretch {names} {areas}"):
            canvas.document.apply(Batch(tuple(edits), title))


def shift_bend(canvas: Canvas, spot: Hit, way: Way) -> None:
    """Move a bend, or the middle one of a link; one that has none is bent in its middle."""
    link = spot.link
    if link is None:
        return
    graph, (dx, dy) = canvas.document.graph, STEPS[way]
    points = bends(graph, link) or [canvas.scene.wires[link].middle()]
    index = int(spot.name) if spot.part == "bend" else len(points) // 2
    x, y = points[index]
    points[index] = (x + dx * GRID, y + dy * GRID)
    with canvas.document.gesture("Bend a link", merge=f"bend {link} {index}"):
        canvas.document.apply(bend(graph, link, points))


def turn(canvas: Canvas, node_id: str, name: str, steps: int) -> None:
    """Raise or lower a number by its steps, or choose what is further down or up in the list."""
    field = canvas.scene.cards[node_id].layout.fields[name]
    if canvas.scene.linked(node_id, name, output=False):
        raise GraphError(f"a link drives {name}; cut it to set a value here")
    before = canvas.document.graph[node_id].params.get(name, field.param.default)
    value = _turned(field.param, before, steps)
    if value is not None and value != before:
        with canvas.document.gesture(f"Set {name}", merge=f"turn {node_id}.{name}"):
            canvas.document.apply(SetParam(node_id, name, value))


def _turned(param: Param, value: object, steps: int) -> object:
    """Return a value some steps on; ``None`` for what has no steps."""
    if isinstance(value, bool):
        return not value
    if param.choices:
        at = param.choices.index(str(value)) if value in param.choices else 0
        return param.choices[min(max(at - steps, 0), len(param.choices) - 1)]
    if not isinstance(value, (int, float)):
        return None
    step = param.range.step if param.range else (1 if param.type == "int" else 0.1)
    moved = value + steps * step
    if param.range is not None:
        moved = min(max(moved, param.range.low), param.range.high)
    return round(moved) if param.type == "int" else round(moved, 6)


def _grown(box: Box, way: Way, least: tuple[float, float]) -> tuple[float, float]:
    """Return a rectangle's size, larger or smaller by the grid."""
    dx, dy = STEPS[way]
    width, height = box[2] - box[0] + dx * GRID, box[3] - box[1] + dy * GRID
    return max(width, least[0]), max(height, least[1])
