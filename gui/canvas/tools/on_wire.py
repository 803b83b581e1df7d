"""A press on a link: a click looks at its value, a drag bends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.placing import bend, bends
from gui.theme import GRID

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture
    from nodegraph.graph import Link

NEAR = 10.0
"""How near a bend is pointed at, in scene pixels."""


class OnWire:
    """A drag moves the bend that was pressed, or makes one where the link was pressed; Ctrl makes
    one at once.
    """

    def __init__(self, canvas: Canvas, pointer: Pointer, link: Link) -> None:
        self._canvas, self._start, self._link = canvas, pointer, link
        self._points = bends(canvas.document.graph, link)
        self._index = bend_at(canvas, link, pointer.x, pointer.y)
        self._gesture: Gesture | None = None
        if pointer.ctrl and self._index is None:
            self._take(pointer)

    def move(self, pointer: Pointer) -> None:
        """Lead the link through where the pointer is."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            self._take(pointer)
        self._put(pointer)

    def release(self, pointer: Pointer) -> None:
        """Leave the bend there; a click looks at the value."""
        if self._gesture is None:
            self._canvas.looked.emit(self._link.source, self._link.output)
        else:
            self._gesture.end()

    def cancel(self) -> None:
        """Lead the link as it was led before."""
        if self._gesture is not None:
            self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""

    def _take(self, pointer: Pointer) -> None:
        """Begin to move a bend, a new one where there was none."""
        self._gesture = self._canvas.document.gesture("Bend a link").begin()
        if self._index is None:
            wire = self._canvas.scene.wires[self._link]
            self._index = wire.leg(self._start.x, self._start.y)
            self._points.insert(self._index, (self._start.x, self._start.y))
            self._put(pointer)

    def _put(self, pointer: Pointer) -> None:
        at = (pointer.x, pointer.y)
        if not pointer.free:
            at = (round(at[0] / GRID * 2) * GRID / 2, round(at[1] / GRID * 2) * GRID / 2)
        if self._index is not None and self._points[self._index] != at:
            self._points[self._index] = at
            document = self._canvas.document
            document.apply(bend(document.graph, self._link, self._points))


def bend_at(canvas: Canvas, link: Link, x: float, y: float) -> int | None:
    """Return which bend of a link is under a point of the scene."""
    for index, (left, top) in enumerate(bends(canvas.document.graph, link)):
        if max(abs(left - x), abs(top - y)) <= NEAR:
            return index
    return None


def double_clicked_wire(canvas: Canvas, pointer: Pointer, link: Link) -> None:
    """Take away the bend under the pointer, or make one."""
    graph = canvas.document.graph
    points, index = bends(graph, link), bend_at(canvas, link, pointer.x, pointer.y)
    with canvas.document.gesture("Bend a link" if index is None else "Straighten a link"):
        if index is None:
            points.insert(
                canvas.scene.wires[link].leg(pointer.x, pointer.y), (pointer.x, pointer.y)
            )
        else:
            del points[index]
        canvas.document.apply(bend(graph, link, points))
