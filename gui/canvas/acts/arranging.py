"""Where the selected nodes stand: aligned, at equal distances, laid out, in a frame; notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gui.canvas.acts.clipping import spot
from gui.canvas.acts.on import anything, chosen, filled, here, several, some
from gui.canvas.areas import add_note, frame_selection
from gui.commands.command import Command
from gui.document.align import align, distribute, snap
from gui.document.arrange import arrange
from gui.document.placing import counted, move
from gui.theme import GRID

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from gui.canvas.acts.on import On
    from gui.canvas.canvas import Canvas
    from gui.document.align import Axis, Edge, Point, Rect

EDGES: dict[Edge, tuple[str, str]] = {
    "left": ("Left edges", "Ctrl+Alt+Left"),
    "center": ("Centers", ""),
    "right": ("Right edges", "Ctrl+Alt+Right"),
    "top": ("Top edges", "Ctrl+Alt+Up"),
    "middle": ("Middles", ""),
    "bottom": ("Bottom edges", "Ctrl+Alt+Down"),
}
AXES: dict[Axis, tuple[str, str]] = {
    "across": ("Distribute across", "Shift+H"),
    "down": ("Distribute down", "Shift+V"),
}


def align_nodes(canvas: Canvas, edge: Edge) -> None:
    """Put one edge of all selected nodes on a line."""
    _put(canvas, align(_rects(canvas), edge), f"Align {counted(len(canvas.selected), 'node')}")


def distribute_nodes(canvas: Canvas, axis: Axis) -> None:
    """Leave equal gaps between the selected nodes; the first and the last stay."""
    label = f"Distribute {counted(len(canvas.selected), 'node')}"
    _put(canvas, distribute(_rects(canvas), axis), label)


def lay_out(canvas: Canvas) -> None:
    """Lay out the selected nodes, or all where fewer than two are selected."""
    names = chosen(canvas) if several(canvas) else sorted(canvas.scene.cards)
    _lay_out(canvas, names)


def lay_out_all(canvas: Canvas) -> None:
    """Lay out every node, and show the whole."""
    _lay_out(canvas, sorted(canvas.scene.cards))
    canvas.fit()


def to_grid(canvas: Canvas) -> None:
    """Put the selected nodes on the grid."""
    places = {name: snap(canvas.scene.boxes[name][:2], GRID) for name in chosen(canvas)}
    _put(canvas, places, f"Snap {counted(len(places), 'node')}")


def note(canvas: Canvas) -> None:
    """Put a note where the pointer is, and write."""
    pointer = spot(canvas)
    add_note(canvas, (pointer.x, pointer.y))


def _lay_out(canvas: Canvas, names: Collection[str]) -> None:
    cards, box = canvas.scene.cards, canvas.scene.bounds(names)
    sizes = {name: (one.layout.width, one.layout.height) for name, one in cards.items()}
    at = (0.0, 0.0) if box is None else snap((box[0], box[1]), GRID)
    places = arrange(canvas.document.graph, sizes, names, at)
    _put(canvas, places, f"Lay out {counted(len(places), 'node')}")


def _rects(canvas: Canvas) -> dict[str, Rect]:
    cards = [canvas.scene.cards[name] for name in chosen(canvas)]
    return {one.id: (one.x, one.y, one.layout.width, one.layout.height) for one in cards}


def _put(canvas: Canvas, places: Mapping[str, Point], label: str) -> None:
    """Move nodes in one step; those that are there already are left out."""
    boxes = canvas.scene.boxes
    moved = {name: at for name, at in places.items() if boxes[name][:2] != at}
    if moved:
        canvas.document.apply(replace(move(canvas.document.graph, moved), label=label))


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, key: str, help: str, **more: Any) -> Command:
        more = {"enabled": on.when(some), "menu": "Graph", **more}
        keys = (key,) if key else ()
        return Command(id, title, on.do(act), keys=keys, where="canvas", help=help, **more)

    some_more: dict[str, Any] = {"menu": "Node/Align", "enabled": on.when(several)}
    return [
        *(
            make(f"align.{edge}", title, _aligning(edge), key, "Put them on one line.", **some_more)
            for edge, (title, key) in EDGES.items()
        ),
        *(
            make(f"align.{axis}", title, _distributing(axis), key, "Leave equal gaps between them.",
                 **some_more)
            for axis, (title, key) in AXES.items()
        ),
        make("align.grid", "Snap to grid", to_grid, "Shift+G", "Put them on the grid.",
             menu="Node/Align"),
        make("layout.selection", "Lay out", lay_out, "Ctrl+L",
             "Lay out the selected nodes, or all of them.", enabled=on.when(filled)),
        make("layout.all", "Lay out all", lay_out_all, "Ctrl+Shift+L",
             "Lay out every node and show the whole.", enabled=on.when(filled)),
        make("frame.add", "Frame selection", frame_selection, "Ctrl+J", "Put a frame around them.",
             enabled=on.when(anything)),
        make("note.add", "Add note", note, "N", "Put a note where the pointer is.",
             enabled=on.when(here)),
    ]  # fmt: skip


def _aligning(edge: Edge) -> Callable[[Canvas], None]:
    return lambda canvas: align_nodes(canvas, edge)


def _distributing(axis: Axis) -> Callable[[Canvas], None]:
    return lambda canvas: distribute_nodes(canvas, axis)
