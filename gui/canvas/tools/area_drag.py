"""Moving a frame with what it holds, or a note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.boxes import within
from gui.document.placing import move
from gui.theme import GRID
from nodegraph.edits import Batch

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture
    from nodegraph.edits import Edit


class AreaDrag:
    """The frame follows the pointer, and so do the nodes, notes and frames wholly in it."""

    def __init__(self, canvas: Canvas, pointer: Pointer, area: Area) -> None:
        self._canvas, self._start, self._area = canvas, pointer, area
        box = canvas.scene.area_box(area)
        self._areas, self._nodes = {area: box[:2]}, dict[str, tuple[float, float]]()
        if area[0] == "frames":
            cards = canvas.scene.cards_in(box)
            self._nodes = {card.id: card.box[:2] for card in cards if within(card.box, box)}
            for other in canvas.scene.areas():
                corner = canvas.scene.area_box(other)
                if within(corner, box):
                    self._areas[other] = corner[:2]
        self._gesture: Gesture | None = None
        self._moved = (0.0, 0.0)

    def move(self, pointer: Pointer) -> None:
        """Move it and them, once the pointer is far enough for it to be meant."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            self._gesture = self._canvas.document.gesture(self._title).begin()
        dx, dy = pointer.x - self._start.x, pointer.y - self._start.y
        if not pointer.free:
            dx, dy = round(dx / GRID) * GRID, round(dy / GRID) * GRID
        if (dx, dy) != self._moved:
            self._moved = dx, dy
            self._apply(dx, dy)

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

    @property
    def _title(self) -> str:
        return "Move a frame" if self._area[0] == "frames" else "Move a note"

    def _apply(self, dx: float, dy: float) -> None:
        graph = self._canvas.document.graph
        places = {key: (x + dx, y + dy) for key, (x, y) in self._nodes.items()}
        edits: list[Edit] = [*move(graph, places).edits]
        for (kind, key), (x, y) in self._areas.items():
            edits += move(graph, {key: (x + dx, y + dy)}, kind).edits
        self._canvas.document.apply(Batch(tuple(edits), self._title))
