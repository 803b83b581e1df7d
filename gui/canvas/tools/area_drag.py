"""Moving a frame with what it holds, or a note; what is selected besides goes along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.tools.moving import moving
from gui.theme import GRID

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture


class AreaDrag:
    """The frame follows the pointer, and so do the nodes, notes and frames wholly in it; where it
    is selected, all that is selected does.
    """

    def __init__(self, canvas: Canvas, pointer: Pointer, area: Area) -> None:
        self._canvas, self._start, self._area = canvas, pointer, area
        marks, selected = canvas.marks, area in canvas.marks.areas
        nodes, areas = (marks.selected, marks.areas) if selected else (set[str](), {area})
        self._taken = moving(canvas.scene, nodes, areas)
        self._gesture: Gesture | None = None
        self._moved = (0.0, 0.0)

    def move(self, pointer: Pointer) -> None:
        """Move it and them, once the pointer is far enough for it to be meant."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            self._gesture = self._canvas.document.gesture(self._taken.title).begin()
        dx, dy = pointer.x - self._start.x, pointer.y - self._start.y
        if not pointer.free:
            dx, dy = round(dx / GRID) * GRID, round(dy / GRID) * GRID
        if (dx, dy) != self._moved:
            self._moved = dx, dy
            document = self._canvas.document
            document.apply(self._taken.edit(document.graph, dx, dy))

    def release(self, pointer: Pointer) -> None:
        """Leave them there; a click selects the frame or the note, with Shift besides."""
        canvas = self._canvas
        if self._gesture is not None:
            self._gesture.end()
        elif pointer.shift:
            canvas.select(canvas.selected, canvas.marks.areas ^ {self._area})
        else:
            canvas.select((), [self._area])

    def cancel(self) -> None:
        """Put them back."""
        if self._gesture is not None:
            self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""
