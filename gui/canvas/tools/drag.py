"""Moving nodes, and the frames and notes that are selected besides: one step to undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gui.canvas.inserting import inserted
from gui.canvas.pens import pen_of
from gui.canvas.tools.moving import moving
from gui.theme import GRID

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture
    from nodegraph.edits import Edit
    from nodegraph.graph import Link

REACH = 60.0
"""How near a link must come to the middle of a node that is dropped on it, in scene pixels."""


class Drag:
    """The selected nodes follow the pointer, the one that was pressed snapping to the grid.

    A node without links that is dropped on a link is put into it. A press that goes
    nowhere calls ``clicked``.
    """

    def __init__(
        self,
        canvas: Canvas,
        pointer: Pointer,
        node_id: str,
        clicked: Callable[[], None] | None = None,
    ) -> None:
        self._canvas, self._start, self._id = canvas, pointer, node_id
        self._gesture: Gesture | None = None
        self._clicked = clicked
        self._was_selected = node_id in canvas.selected
        if not self._was_selected:
            marks = canvas.marks
            others = (marks.selected, marks.areas) if pointer.shift else (set[str](), set["Area"]())
            canvas.select({node_id} | others[0], others[1])
        self._taken = moving(canvas.scene, canvas.selected, canvas.marks.areas)
        self._moved = (0.0, 0.0)
        self._insertion: tuple[Link, Edit] | None = None
        self._insertions: dict[Link, Edit | None] = {}

    def move(self, pointer: Pointer) -> None:
        """Move the nodes, once the pointer is far enough for it to be meant."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            self._gesture = self._canvas.document.gesture(self._taken.title).begin()
        moved = self._snapped(pointer)
        if moved != self._moved:
            self._moved = moved
            document = self._canvas.document
            document.apply(self._taken.edit(document.graph, *moved))
            self._find_link()

    def release(self, pointer: Pointer) -> None:
        """Leave them there; a click without a move selects."""
        if self._gesture is not None:
            if self._insertion is not None:
                self._canvas.document.apply(self._insertion[1])
            self._gesture.end()
        elif pointer.shift and self._was_selected:
            self._canvas.select(self._canvas.selected - {self._id}, self._canvas.marks.areas)
        elif not pointer.shift:
            self._canvas.select({self._id})
            if self._clicked is not None:
                self._clicked()

    def cancel(self) -> None:
        """Put them back."""
        if self._gesture is not None:
            self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show the link into which the node would be put."""
        if self._insertion is not None:
            painter.setPen(pen_of(self._canvas.looks.theme.accent, 4.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._canvas.scene.wires[self._insertion[0]].path)

    def _find_link(self) -> None:
        """Look for a link under a node that has none itself, into which it can be put."""
        scene, before = self._canvas.scene, self._insertion
        self._insertion = None
        if len(self._taken.nodes) == 1 and not scene.wires_of(self._id):
            left, top, right, bottom = scene.boxes[self._id]
            x, y = (left + right) / 2, (top + bottom) / 2
            far = min((bottom - top) / 2, REACH)
            near = [
                (wire.distance(x, y), str(wire.link), wire.link)
                for wire in self._canvas.wires_in((left, top, right, bottom))
            ]
            for distance, _, link in sorted(near, key=lambda one: one[:2]):
                if distance <= far and link not in self._insertions:
                    self._insertions[link] = inserted(scene.graph, link, self._id)
                edit = self._insertions.get(link)
                if distance <= far and edit is not None:
                    self._insertion = link, edit
                    break
        if before != self._insertion:
            self._canvas.update()

    def _snapped(self, pointer: Pointer) -> tuple[float, float]:
        dx, dy = pointer.x - self._start.x, pointer.y - self._start.y
        if pointer.free:
            return dx, dy
        x, y = self._taken.nodes[self._id]
        return round((x + dx) / GRID) * GRID - x, round((y + dy) / GRID) * GRID - y
