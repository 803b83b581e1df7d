"""What the mouse, the wheel and the touchpad do: they begin a tool, move it on and end it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt, QTimer

from gui.canvas.drift import EVERY, drift
from gui.canvas.sheet import FULL
from gui.canvas.tools.double import double_clicked
from gui.canvas.tools.pan import Pan
from gui.canvas.tools.scrub import Scrub
from gui.canvas.tools.start import tool_for
from gui.canvas.tools.tool import Pointer, Tool

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QWheelEvent

    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit

REACH = 9.0
"""Pixels of the widget within which a socket or a link counts as pointed at."""

NOTCH = 120
"""What a wheel turns by one notch, in eighths of a degree."""


class Pointing:
    """The tool in charge, and where the pointer is.

    Attributes:
        tool: The gesture under way.
        last: Where the pointer was last, if it ever was on the canvas.
        panning: Space is held: a drag with the left button moves the view.
        used: Something was pressed while Space was held.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.tool: Tool | None = None
        self.last: Pointer | None = None
        self.panning = self.used = False
        self._turned, self._pinched = 0, 0.0
        self._timer = QTimer(canvas)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._drifted)

    def pointer(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Return a point of the widget and the keys held with it."""
        return Pointer(
            *self._canvas.camera.to_scene(at.x(), at.y()),
            at.x(),
            at.y(),
            bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            bool(modifiers & Qt.KeyboardModifier.ControlModifier),
            bool(modifiers & Qt.KeyboardModifier.AltModifier) == self._canvas.options.snap,
        )

    @property
    def reach(self) -> float:
        """How near is near enough, in scene pixels; nothing is where nothing small is painted."""
        scale = self._canvas.camera.scale
        return REACH / scale if scale >= FULL else 0.0

    @property
    def quiet(self) -> bool:
        """Whether nothing floats on top of the scene that a copy would take along."""
        return self.tool is None or isinstance(self.tool, Pan)

    def where(self) -> Pointer:
        """Return where the pointer was last, or the middle of the canvas."""
        middle = QPointF(self._canvas.rect().center())
        return self.last or self.pointer(middle, Qt.KeyboardModifier.NoModifier)

    # Events

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture; a second button breaks one off."""
        canvas = self._canvas
        canvas.close_editor()
        if self.tool is not None:
            self.break_off()
            return
        self.last = pointer = self.pointer(event.position(), event.modifiers())
        if self.panning:
            self.used, self.tool = True, Pan(canvas, pointer)
        else:
            self.tool = tool_for(canvas, event.button(), pointer, canvas.hit(pointer))

    def move(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or point at something."""
        self.last = pointer = self.pointer(event.position(), event.modifiers())
        if self.tool is not None:
            self.tool.move(pointer)
            self._drift(pointer)
        else:
            self._hover(self._canvas.hit(pointer))

    def _drift(self, pointer: Pointer) -> None:
        """Move the view while something is dragged at the edge of the canvas."""
        canvas = self._canvas
        away = drift(pointer.left, pointer.top, canvas.width(), canvas.height())
        if away == (0, 0) or isinstance(self.tool, (Pan, Scrub)):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _drifted(self) -> None:
        canvas, last = self._canvas, self.last
        if self.tool is None or last is None:
            self._timer.stop()
            return
        canvas.pan(*drift(last.left, last.top, canvas.width(), canvas.height()))
        x, y = canvas.camera.to_scene(last.left, last.top)
        self.last = replace(last, x=x, y=y)
        self.tool.move(self.last)
        canvas.update()

    def pinch(self, event: QNativeGestureEvent) -> None:
        """Zoom as two fingers go apart."""
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._pinched += event.value() * 4
            steps = int(self._pinched)
            self._pinched -= steps
            self._canvas.zoom(steps, event.position().x(), event.position().y())

    def release(self, event: QMouseEvent) -> None:
        """End a gesture."""
        tool, self.tool = self.tool, None
        if tool is not None:
            tool.release(self.pointer(event.position(), event.modifiers()))

    def double(self, event: QMouseEvent) -> None:
        """Do what a double click does there; where it does nothing, it is a second press."""
        pointer = self.pointer(event.position(), event.modifiers())
        left = event.button() == Qt.MouseButton.LeftButton
        if not (left and double_clicked(self._canvas, pointer, self._canvas.hit(pointer))):
            self.press(event)

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; a touchpad's two fingers move the view instead."""
        pixels, at = event.pixelDelta(), event.position()
        if not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._canvas.pan(pixels.x(), pixels.y())
        else:
            self._turned += event.angleDelta().y()
            steps = int(self._turned / NOTCH)
            self._turned -= steps * NOTCH
            self._canvas.zoom(steps, at.x(), at.y())

    def break_off(self) -> None:
        """End a gesture as if it had never been."""
        tool, self.tool = self.tool, None
        if tool is not None:
            tool.cancel()

    def _hover(self, found: Hit) -> None:
        canvas, marks = self._canvas, self._canvas.marks
        before = (marks.hovered, marks.wire)
        marks.hovered = found.id if found.id in canvas.scene.cards else ""
        marks.wire = found.link
        if before != (marks.hovered, marks.wire):
            for node_id in {before[0], marks.hovered} & canvas.scene.cards.keys():
                canvas.repaint_box(canvas.scene.boxes[node_id])
            for link in (before[1], marks.wire):
                if link in canvas.scene.wires:
                    canvas.repaint_box(canvas.scene.wire_boxes[link])
