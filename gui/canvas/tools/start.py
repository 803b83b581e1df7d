"""Which tool a press begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt

from gui.canvas.buttons import button_at
from gui.canvas.tools.area_drag import AreaDrag
from gui.canvas.tools.area_resize import AreaResize
from gui.canvas.tools.box import BoxSelect
from gui.canvas.tools.cut import Cut
from gui.canvas.tools.drag import Drag
from gui.canvas.tools.linker import Linker
from gui.canvas.tools.on_wire import OnWire
from gui.canvas.tools.pan import Pan
from gui.canvas.tools.press import press
from gui.canvas.tools.resize import Resize
from gui.canvas.tools.scrub import Scrub

if TYPE_CHECKING:
    from gui.canvas.areas import Kind
    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.tool import Pointer, Tool


def tool_for(canvas: Canvas, button: Qt.MouseButton, pointer: Pointer, found: Hit) -> Tool | None:
    """Return the tool for a press on what was found there; nothing where none is meant."""
    match button:
        case Qt.MouseButton.MiddleButton:
            return Pan(canvas, pointer)
        case Qt.MouseButton.RightButton:
            return Cut(canvas, pointer, found)
        case Qt.MouseButton.LeftButton:
            return _on(canvas, pointer, found)
        case _:
            return None


def _on(canvas: Canvas, pointer: Pointer, found: Hit) -> Tool:
    """Return the tool for a press with the left button."""
    match found.part:
        case "wire" if found.link is not None:
            return OnWire(canvas, pointer, found.link)
        case "socket":
            return Linker(canvas, pointer, found)
        case "corner":
            return Resize(canvas, pointer, found.id)
        case "field":
            return _on_field(canvas, pointer, found)
        case "header" | "body":
            return Drag(canvas, pointer, found.id)
        case "region":
            region = canvas.scene.regions[found.id]
            canvas.select(set(region.nodes))
            return Drag(canvas, pointer, min(region.nodes))
        case "frame" | "note":
            return AreaDrag(
                canvas, pointer, ("frames" if found.part == "frame" else "notes", found.id)
            )
        case "frame edge" | "note edge":
            kind = cast("Kind", found.part.removesuffix(" edge") + "s")
            return AreaResize(canvas, pointer, (kind, found.id), found.name)
        case _:
            return BoxSelect(canvas, pointer)


def _on_field(canvas: Canvas, pointer: Pointer, found: Hit) -> Tool:
    """Return the tool for a press on a parameter: numbers are scrubbed, of the rest nodes hang."""
    field = canvas.scene.cards[found.id].layout.fields[found.name]
    value = canvas.document.graph[found.id].params.get(found.name)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if pointer.shift or canvas.scene.linked(found.id, found.name, output=False):
        return Drag(canvas, pointer, found.id)
    if number and field.param.widget != "seed" and field.param.type in ("int", "float"):
        return Scrub(canvas, pointer, found.id, field.param)
    button = button_at(field, pointer.x - canvas.scene.cards[found.id].x)
    if button:
        return Drag(canvas, pointer, found.id, lambda: press(canvas, found.id, found.name, button))
    return Drag(canvas, pointer, found.id, lambda: canvas.edit(found.id, found.name))
