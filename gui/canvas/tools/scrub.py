"""Changing a number by dragging over its field; a click opens it for typing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.edits import SetParam

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer
    from gui.document.gesture import Gesture
    from nodegraph.params import Param

PIXELS = 4
"""Of the widget, to the right or up, for one step of the parameter."""

COARSE, FINE = 10, 0.1
"""Steps are so many times as long with Shift, and with Ctrl, where the number has a point."""


class Scrub:
    """The number follows the pointer, within its range."""

    def __init__(self, canvas: Canvas, pointer: Pointer, node_id: str, param: Param) -> None:
        self._canvas, self._start, self._id, self._param = canvas, pointer, node_id, param
        self._before = self._value = canvas.document.graph[node_id].params[param.name]
        self._gesture: Gesture | None = None

    def move(self, pointer: Pointer) -> None:
        """Set the number that the pointer's way stands for."""
        if self._gesture is None:
            if not pointer.far_from(self._start):
                return
            title = f"Set {self._param.name}"
            self._gesture = self._canvas.document.gesture(title).begin()
        value = self._at(pointer)
        if value != self._value:
            self._value = value
            self._canvas.document.apply(SetParam(self._id, self._param.name, value))

    def release(self, pointer: Pointer) -> None:
        """Keep the number; a click opens the field."""
        if self._gesture is None:
            self._canvas.edit(self._id, self._param.name)
        else:
            self._gesture.end()

    def cancel(self) -> None:
        """Set the number that was there."""
        if self._gesture is not None:
            self._gesture.cancel()

    def paint(self, painter: QPainter) -> None:
        """Show nothing besides."""

    def _at(self, pointer: Pointer) -> int | float:
        way = (pointer.left - self._start.left) - (pointer.top - self._start.top)
        bounds, whole = self._param.range, self._param.type == "int"
        step = bounds.step if bounds is not None else 1 if whole else 0.1
        step *= COARSE if pointer.shift else FINE if pointer.ctrl and not whole else 1
        value = self._before + int(way / PIXELS) * step
        if bounds is not None:
            value = min(max(value, bounds.low), bounds.high)
        return round(value) if whole else round(float(value), 6)
