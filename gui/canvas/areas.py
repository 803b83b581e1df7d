"""Frames and notes: made, named, colored, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from gui.canvas.boxes import around
from gui.canvas.measure import HEADER
from gui.document.placing import change, counted, free_key, paint, place, write
from gui.theme import GRID
from nodegraph.edits import Batch, SetTitle, SetView

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from nodegraph.edits import Edit

Kind: TypeAlias = Literal["frames", "notes"]
Area: TypeAlias = tuple[Kind, str]

ROOM = 20.0
"""Between a frame and what it was made around, in scene pixels."""

NOTE = (260.0, 160.0)


def frame_selection(canvas: Canvas) -> str:
    """Make a frame around what is selected, and return its key; of nothing, none."""
    scene, graph = canvas.scene, canvas.document.graph
    boxes = [scene.boxes[node_id] for node_id in canvas.selected]
    boxes += [scene.area_box(area) for area in canvas.marks.areas]
    whole = around(boxes, ROOM)
    if whole is None:
        return ""
    left, top, right, bottom = whole
    key = free_key(graph, "frames", "frame")
    place = {"pos": [left, top - HEADER], "size": [right - left, bottom - top + HEADER]}
    canvas.document.apply(change(graph, "frames", key, title="Frame", **place))
    canvas.select((), [("frames", key)])
    return key


def add_note(canvas: Canvas, at: tuple[float, float]) -> str:
    """Put an empty note at a point of the scene and begin to write; returns its key."""
    graph = canvas.document.graph
    key = free_key(graph, "notes", "note")
    pos = [round(part / GRID) * GRID for part in at]
    canvas.document.apply(change(graph, "notes", key, pos=pos, size=list(NOTE)))
    canvas.select((), [("notes", key)])
    edit_area(canvas, ("notes", key))
    return key


def edit_area(canvas: Canvas, area: Area) -> None:
    """Edit a frame's title or a note's text in place."""
    kind, key = area
    left, top, right, bottom = canvas.scene.area_box(area)
    box = (
        (left, top, right, bottom) if kind == "notes" else (left + 8, top + 4, right - 8, top + 32)
    )
    document = canvas.document
    canvas.editing.open_text(
        box,
        place(document.graph, key, kind).text,
        lambda text: document.apply(write(document.graph, kind, key, text)),
        lines=kind == "notes",
    )


def rename(canvas: Canvas, node_id: str) -> None:
    """Edit a node's title in place; empty shows its type's again."""
    left, top, right, _ = canvas.scene.boxes[node_id]
    title = canvas.scene.cards[node_id].title
    canvas.editing.open_text(
        (left, top, right, top + HEADER),
        title,
        lambda text: canvas.document.apply(SetTitle(node_id, text.strip())),
        lines=False,
    )


def set_color(canvas: Canvas, color: str) -> None:
    """Color what is selected, ``#rrggbb``; empty: as the theme has it."""
    graph = canvas.document.graph
    edits = [paint(graph, node_id, color) for node_id in sorted(canvas.selected)]
    edits += [paint(graph, key, color, kind) for kind, key in sorted(canvas.marks.areas)]
    if edits:
        canvas.document.apply(Batch(tuple(edits), f"Color {counted(len(edits), 'thing')}"))


def removed(areas: set[Area]) -> list[Edit]:
    """Return the edits that remove frames and notes, and nothing that stands in them."""
    return [SetView(kind, key, None) for kind, key in sorted(areas)]


def edges_at(box: Box, x: float, y: float, reach: float) -> str:
    """Return which edges of a rectangle a point is on: ``left``, ``right bottom`` …"""
    left, top, right, bottom = box
    if not (left - reach <= x <= right + reach and top - reach <= y <= bottom + reach):
        return ""
    near = {"left": x - left, "right": x - right, "top": y - top, "bottom": y - bottom}
    return " ".join(edge for edge, far in near.items() if abs(far) <= reach)
