"""What a double click does, by what is under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.areas import edit_area, rename
from gui.canvas.tools.on_wire import double_clicked_wire
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.tool import Pointer


def double_clicked(canvas: Canvas, pointer: Pointer, found: Hit) -> bool:
    """Do it; tells whether there was anything to do.

    On nothing a node is asked for, on a subgraph's header its inside is entered, any other header,
    frame or note is written on, on a link a bend is made or taken away.
    """
    match found.part:
        case "":
            canvas.wanted.emit(pointer, None)
        case "header" if canvas.scene.cards[found.id].node.type.startswith(SUBGRAPH):
            canvas.entered.emit(found.id)
        case "frame" | "note":
            edit_area(canvas, ("frames" if found.part == "frame" else "notes", found.id))
        case "header":
            rename(canvas, found.id)
        case "wire" if found.link is not None:
            double_clicked_wire(canvas, pointer, found.link)
        case _:
            return False
    return True
