"""Making a frame or a note larger by any edge or corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.placing import change
from gui.theme import GRID

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer

SMALLEST = 60.0
SIDES = ("left", "top", "right", "bottom")


class AreaResize:
    """The edges that were pressed follow the pointer, snapping to the grid; the others stay."""

    def __init__(self, canvas: Canvas, pointer: Pointer, area: Area, edges: str) -> None:
        self._canvas, self._start, self._area, self._edges = canvas, pointer, area, edges.split()
        self._before = self._now = canvas.scene.area_box(area)
        title = "Resize a frame" if area[0] == "frames" else "Resize a note"
        self._gesture = canvas.document.gesture(title).begin()

    def move(self, pointer: Pointer) -> None:
        """Put the edges where the pointer is."""
        ways = (pointer.x - self._start.x, pointer.y - self._start.y)
        sides = list(self._before)
        for index, side in enumerate(SIDES):
            if side in self._edges:
                sides[index] += ways[index % 2]
                if not pointer.free:
                    sides[index] = round(sides[index] / GRID) * GRID
        left, top, right, bottom = sides
        if "left" in self._edges:
            left = min(left, right - SMALLEST)
        if "top" in self._edges:
            top = min(top, bottom - SMALLEST)
        box = (left, top, max(right, left + SMALLEST), max(bottom, top + SMALLEST))
        if box != self._now:
            self._now = box
            self._apply()

    def release(self, pointer: Pointer) -> None:
        """Keep the size; a click selects."""
        self._gesture.end()
        self._canvas.select((), [self._area])

    def cancel(self) -> None:
        """Give it back the size it had."""
        self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""

    def _apply(self) -> None:
        left, top, right, bottom = self._now
        (kind, key), document = self._area, self._canvas.document
        size = [round(right - left), round(bottom - top)]
        pos = [round(left), round(top)]
        document.apply(change(document.graph, kind, key, pos=pos, size=size))
