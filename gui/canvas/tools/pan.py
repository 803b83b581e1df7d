"""Moving the view by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer


class Pan:
    """The scene sticks to the pointer."""

    def __init__(self, canvas: Canvas, pointer: Pointer) -> None:
        self._canvas, self._start, self._last = canvas, canvas.camera, pointer

    def move(self, pointer: Pointer) -> None:
        """Move the view as far as the pointer went."""
        dx, dy = pointer.left - self._last.left, pointer.top - self._last.top
        self._canvas.pan(round(dx), round(dy))
        self._last = pointer

    def release(self, pointer: Pointer) -> None:
        """Stay."""

    def cancel(self) -> None:
        """Go back to where it began."""
        self._canvas.look(self._start)

    def paint(self, painter: QPainter) -> None:
        """Show nothing."""
