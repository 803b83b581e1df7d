"""Making a node wider or higher by its corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.measure import NARROWEST
from gui.document.placing import resize
from gui.theme import GRID

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer


class Resize:
    """The corner follows the pointer, snapping to the grid."""

    def __init__(self, canvas: Canvas, pointer: Pointer, node_id: str) -> None:
        self._canvas, self._start, self._id = canvas, pointer, node_id
        left, top, right, bottom = canvas.scene.boxes[node_id]
        self._before = self._size = (right - left, bottom - top)
        self._gesture = canvas.document.gesture("Resize a node").begin()

    def move(self, pointer: Pointer) -> None:
        """Give the node the size that the pointer shows."""
        width = self._before[0] + pointer.x - self._start.x
        height = self._before[1] + pointer.y - self._start.y
        if not pointer.free:
            width, height = round(width / GRID) * GRID, round(height / GRID) * GRID
        size = (max(width, NARROWEST), max(height, GRID))
        if size != self._size:
            self._size = size
            self._canvas.document.apply(resize(self._canvas.document.graph, self._id, size))

    def release(self, pointer: Pointer) -> None:
        """Keep the size."""
        self._gesture.end()

    def cancel(self) -> None:
        """Give it back the size it had."""
        self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""
