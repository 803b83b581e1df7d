"""Selecting with a rectangle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

from gui.canvas.boxes import within
from gui.canvas.pens import brush_of

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer


class BoxSelect:
    """What the rectangle touches is selected; with Shift besides what was, with Ctrl not."""

    def __init__(self, canvas: Canvas, pointer: Pointer) -> None:
        self._canvas, self._start, self._end = canvas, pointer, pointer
        self._before, self._areas_before = set(canvas.selected), set(canvas.marks.areas)

    def move(self, pointer: Pointer) -> None:
        """Select what the rectangle touches now."""
        self._end = pointer
        found = {card.id for card in self._canvas.scene.boxes.within(self._box())}
        if pointer.ctrl:
            found = self._before - found
        elif pointer.shift:
            found |= self._before
        self._canvas.select(found, self._areas(pointer))
        self._canvas.update()

    def release(self, pointer: Pointer) -> None:
        """Keep what is selected; a click on nothing selects nothing."""
        if not pointer.far_from(self._start) and not (pointer.shift or pointer.ctrl):
            self._canvas.select(())
        self._canvas.update()

    def cancel(self) -> None:
        """Select what was selected before."""
        self._canvas.select(self._before, self._areas_before)
        self._canvas.update()

    def paint(self, painter: QPainter) -> None:
        """Show the rectangle."""
        left, top, right, bottom = self._box()
        painter.setPen(self._canvas.looks.pen("accent"))
        painter.setBrush(brush_of(self._canvas.looks.theme.accent, 0.12))
        painter.drawRect(QRectF(left, top, right - left, bottom - top))

    def _areas(self, pointer: Pointer) -> set[Area]:
        """Return the frames and notes to select: those wholly in the rectangle."""
        scene, box = self._canvas.scene, self._box()
        found = {area for area in scene.areas() if within(scene.area_box(area), box)}
        if pointer.ctrl:
            return self._areas_before - found
        return found | self._areas_before if pointer.shift else found

    def _box(self) -> Box:
        (x1, x2), (y1, y2) = (
            sorted((self._start.x, self._end.x)),
            sorted((self._start.y, self._end.y)),
        )
        return x1, y1, x2, y2
