"""A click on a button in a field."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING

from gui.document.seeds import DRAWN, lock, locked
from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from gui.canvas.buttons import Button
    from gui.canvas.canvas import Canvas


def press(canvas: Canvas, node_id: str, name: str, button: Button) -> None:
    """Draw a seed, lock it or let it go, ask for a file, or for a mask to be painted."""
    document = canvas.document
    fixed = name in locked(document.graph, node_id)
    match button:
        case "dice" if not fixed:
            document.apply(SetParam(node_id, name, randbelow(DRAWN)))
        case "lock":
            document.apply(lock(document.graph, node_id, name, on=not fixed))
        case "paint":
            canvas.mask_wanted.emit(node_id)
        case "browse":
            canvas.browse.emit(node_id, name)
        case _:
            pass
