"""What the mouse does by dragging, done by keys: moving, resizing, bending, turning a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.measure import NARROWEST
from gui.document.placing import bend, bends, counted, move, resize
from gui.theme import GRID
from nodegraph.edits import Batch, SetParam
from nodegraph.errors import GraphError

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from gui.canvas.spots import Way
    from nodegraph.graph import Link
    from nodegraph.params import Param

STEPS: dict[Way, tuple[int, int]] = {
    "left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1),
}  # fmt: skip

FINE, COARSE = 1, 10


def nudge(canvas: Canvas, way: Way, far: int = GRID) -> None:
    """Move the selected nodes by a distance in scene pixels; pressed again it is the same step."""
    graph, (dx, dy) = canvas.document.graph, STEPS[way]
    names, areas = sorted(canvas.selected), sorted(canvas.marks.areas)
    if not (names or areas):
        return
    boxes = canvas.scene.boxes
    places = {name: (boxes[name][0] + dx * far, boxes[name][1] + dy * far) for name in names}
    edits = [*move(graph, places).edits]
    for kind, key in areas:
        left, top, _, _ = canvas.scene.area_box((kind, key))
        edits += move(graph, {key: (left + dx * far, top + dy * far)}, kind).edits
    title = f"Move {counted(len(edits), 'thing' if areas else 'node')}"
    with canvas.document.gesture(title, merge=f"nudge {names} {areas}"):
        canvas.document.apply(Batch(tuple(edits), title))


def stretch(canvas: Canvas, way: Way) -> None:
    """Make what is selected wider, narrower, higher or lower by the grid."""
    graph, (dx, dy) = canvas.document.graph, STEPS[way]
    names, areas = sorted(canvas.selected), sorted(canvas.marks.areas)
    boxes = [canvas.scene.boxes[name] for name in names]
    sizes = [_grown(box, dx, dy) for box in [*boxes, *map(canvas.scene.area_box, areas)]]
    edits = [resize(graph, name, size) for name, size in zip(names, sizes, strict=False)]
    for (kind, key), size in zip(areas, sizes[len(names) :], strict=True):
        edits.append(resize(graph, key, size, kind))
    if edits:
        title = f"Resize {counted(len(edits), 'thing' if areas else 'node')}"
        with canvas.document.gesture(title, merge=f"stretch {names} {areas}"):
            canvas.document.apply(Batch(tuple(edits), title))


def shift_bend(canvas: Canvas, link: Link, way: Way) -> None:
    """Move the middle bend of a link; one that has none is bent in its middle."""
    graph, (dx, dy) = canvas.document.graph, STEPS[way]
    points = bends(graph, link) or [canvas.scene.wires[link].middle()]
    middle = len(points) // 2
    x, y = points[middle]
    points[middle] = (x + dx * GRID, y + dy * GRID)
    with canvas.document.gesture("Bend a link", merge=f"bend {link}"):
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


def _grown(box: Box, dx: int, dy: int) -> tuple[float, float]:
    """Return a rectangle's size, larger or smaller by the grid."""
    width, height = box[2] - box[0] + dx * GRID, box[3] - box[1] + dy * GRID
    return max(width, NARROWEST), max(height, 2 * GRID)
