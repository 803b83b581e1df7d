"""Deleting, copying and pasting nodes; copied text is itself a workflow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication

from gui.canvas.acts.links import unbend
from gui.canvas.acts.on import anything, areas_of, chosen, here
from gui.canvas.areas import removed
from gui.commands.command import Command
from gui.document.clipboard import copy
from gui.document.pasting import paste
from gui.document.placing import counted, place
from gui.theme import GRID
from nodegraph.edits import Batch, Disconnect, RemoveNode
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from gui.canvas.acts.on import On
    from gui.canvas.areas import Area
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.pasting import Pasted


def delete(canvas: Canvas) -> None:
    """Remove what is selected, nodes with their links; a focused link or bend goes alone."""
    focus = canvas.keys.focus
    if focus is not None and focus.part == "bend":
        unbend(canvas)
    elif focus is not None and focus.link is not None:
        canvas.document.apply(Batch((Disconnect(focus.link),), "Cut 1 link"))
    else:
        _remove(canvas, "Delete")


def copy_nodes(canvas: Canvas) -> None:
    """Put the selected nodes on the clipboard, as text anyone can read."""
    QGuiApplication.clipboard().setText(_text(canvas))


def cut(canvas: Canvas) -> None:
    """Put the selected nodes on the clipboard and remove them."""
    copy_nodes(canvas)
    _remove(canvas, "Cut")


def duplicate(canvas: Canvas) -> None:
    """Add the selected nodes once more, a little beside, linked to the same sources."""
    made = paste(_text(canvas), canvas.document.graph, keep_inputs=True)
    _keep(canvas, made, f"Duplicate {_counted(made)}")


def paste_nodes(canvas: Canvas) -> None:
    """Add what is on the clipboard at the pointer; files and pictures are as if dropped there."""
    data, pointer = QGuiApplication.clipboard().mimeData(), spot(canvas)
    if data.hasUrls() or data.hasImage():
        canvas.dropped.emit(data, pointer)
    elif not data.text().strip():
        canvas.said.emit("There is nothing on the clipboard to paste; copy some nodes first.")
    else:
        _paste_text(canvas, data.text(), pointer)


def spot(canvas: Canvas) -> Pointer:
    """Return where something new is to stand: under the pointer, or in the middle of the view."""
    last = canvas.pointing.where()
    at = QPointF(last.left, last.top)
    if not QRectF(canvas.rect()).contains(at):
        at = QRectF(canvas.rect()).center()
    return canvas.pointer(at, Qt.KeyboardModifier.NoModifier)


def _paste_text(canvas: Canvas, text: str, pointer: Pointer) -> None:
    graph = canvas.document.graph
    try:
        made = paste(text, graph, _free(canvas, pointer))
    except NodegraphError as error:
        canvas.said.emit(f"Nothing was pasted: {error}")
        return
    _keep(canvas, made, f"Paste {_counted(made)}")


def _free(canvas: Canvas, pointer: Pointer) -> tuple[float, float]:
    """Return the pointer's place, moved on where a node stands exactly there already."""
    graph = canvas.document.graph
    taken = {place(graph, node.id).pos for node in graph}
    x, y = (round(value / GRID) * GRID for value in (pointer.x, pointer.y))
    while (x, y) in taken:
        x, y = x + 2 * GRID, y + 2 * GRID
    return x, y


def _keep(canvas: Canvas, made: Pasted, label: str) -> None:
    canvas.document.apply(replace(made.edit, label=label))
    frames: list[Area] = [("frames", key) for key in made.frames]
    canvas.select(made.nodes.values(), [*frames, *(("notes", key) for key in made.notes)])


def _counted(made: Pasted) -> str:
    return _called(len(made.nodes), len(made.frames) + len(made.notes))


def _called(nodes: int, others: int) -> str:
    """Return ``2 nodes``, and where there are frames or notes besides ``3 things``."""
    return counted(nodes + others, "thing") if others else counted(nodes, "node")


def _text(canvas: Canvas) -> str:
    frames = {*areas_of(canvas, "frames"), *_whole_frames(canvas)}
    return copy(canvas.document.graph, chosen(canvas), sorted(frames), areas_of(canvas, "notes"))


def _whole_frames(canvas: Canvas) -> list[str]:
    """Return the frames that hold selected nodes and no others."""
    found: list[str] = []
    for frame in canvas.scene.frames.values():
        held = {card.id for card in canvas.scene.boxes.within(frame.box)}
        if held and held <= canvas.selected:
            found.append(frame.id)
    return found


def _remove(canvas: Canvas, verb: str) -> None:
    gone, areas = chosen(canvas), canvas.marks.areas
    single = len(gone) == 1 and not areas
    what = canvas.scene.cards[gone[0]].title if single else _called(len(gone), len(areas))
    edits = (*map(RemoveNode, gone), *removed(areas))
    canvas.document.apply(Batch(edits, f"{verb} {what}"))


def _deletable(canvas: Canvas) -> bool:
    return anything(canvas) or (
        canvas.keys.focus is not None and canvas.keys.focus.link is not None
    )


_TESTS = {"paste": here, "delete": _deletable}


def commands(on: On) -> list[Command]:
    """Return the commands of this topic."""

    def make(id: str, title: str, act: Any, keys: tuple[str, ...], help: str) -> Command:
        test = _TESTS.get(id, anything)
        return Command(
            f"edit.{id}", title, on.do(act), "Edit", keys, on.when(test), where="canvas", help=help
        )

    return [
        make("cut", "Cut", cut, ("Ctrl+X",), "Copy the selected nodes and remove them."),
        make("copy", "Copy", copy_nodes, ("Ctrl+C",), "Copy the selected nodes, as text."),
        make("paste", "Paste", paste_nodes, ("Ctrl+V",), "Add what was copied, at the pointer."),
        make("duplicate", "Duplicate", duplicate, ("Ctrl+D",), "Add them again, equally linked."),
        make("delete", "Delete", delete, ("Del", "X"), "Remove the selected nodes."),
    ]
