"""Moving a frame with what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.placing import move
from gui.theme import GRID
from nodegraph.edits import Batch

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture


class FrameDrag:
    """The frame follows the pointer, and so do the nodes that stood wholly in it."""

    def __init__(self, canvas: Canvas, pointer: Pointer, frame_id: str) -> None:
        self._canvas, self._start, self._id = canvas, pointer, frame_id
        frame = canvas.scene.frames[frame_id].box
        cards = canvas.scene.cards_in(frame)
        self._corner = frame[:2]
        self._nodes = {card.id: card.box[:2] for card in cards if _within(card.box, frame)}
        self._gesture: Gesture | None = None
        self._moved = (0.0, 0.0)

    def move(self, pointer: Pointer) -> None:
        """Move it and them, once the pointer is far enough for it to be meant."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            self._gesture = self._canvas.document.gesture("Move a frame").begin()
        dx, dy = pointer.x - self._start.x, pointer.y - self._start.y
        if not pointer.free:
            dx, dy = round(dx / GRID) * GRID, round(dy / GRID) * GRID
        if (dx, dy) != self._moved:
            self._moved = dx, dy
            self._apply(dx, dy)

    def release(self, pointer: Pointer) -> None:
        """Leave them there; a click selects what the frame holds."""
        if self._gesture is not None:
            self._gesture.end()
        else:
            self._canvas.select(self._nodes)

    def cancel(self) -> None:
        """Put them back."""
        if self._gesture is not None:
            self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""

    def _apply(self, dx: float, dy: float) -> None:
        document, (left, top) = self._canvas.document, self._corner
        places = {key: (x + dx, y + dy) for key, (x, y) in self._nodes.items()}
        frame = move(document.graph, {self._id: (left + dx, top + dy)}, "frames")
        document.apply(Batch((*frame.edits, *move(document.graph, places).edits), "Move a frame"))


def _within(one: Box, other: Box) -> bool:
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]
