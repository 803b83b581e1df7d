"""Which tool a press begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gui.canvas.tools.box import BoxSelect
from gui.canvas.tools.drag import Drag
from gui.canvas.tools.linker import Linker
from gui.canvas.tools.pan import Pan
from gui.canvas.tools.resize import Resize

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.tool import Pointer, Tool


def tool_for(canvas: Canvas, button: Qt.MouseButton, pointer: Pointer, found: Hit) -> Tool | None:
    """Return the tool for a press on what was found there; nothing where none is meant."""
    if button == Qt.MouseButton.MiddleButton:
        return Pan(canvas, pointer)
    if button != Qt.MouseButton.LeftButton:
        return None
    match found.part:
        case "socket":
            return Linker(canvas, pointer, found)
        case "corner":
            return Resize(canvas, pointer, found.id)
        case "header" | "body" | "field":
            return Drag(canvas, pointer, found.id)
        case "region":
            region = canvas.scene.regions[found.id]
            canvas.select(set(region.nodes))
            return Drag(canvas, pointer, min(region.nodes))
        case _:
            return BoxSelect(canvas, pointer)
