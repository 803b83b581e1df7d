"""Going to another part of the scene so that one sees where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QVariantAnimation
from PySide6.QtWidgets import QStyle

from gui.canvas.camera import Camera

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas

LONGEST = 220
"""Milliseconds; where the system wants no motion, and over long ways, the view jumps."""

FAR = 2.5
"""Ways longer than so many views are jumped."""


class Glide(QVariantAnimation):
    """Moves the view of a canvas to a camera of the same zoom."""

    def __init__(self, canvas: Canvas, goal: Camera) -> None:
        super().__init__(canvas)
        self._canvas, self._start, self._goal = canvas, canvas.camera, goal
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(LONGEST)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        canvas.views.hold()
        self.valueChanged.connect(self._step)
        self.finished.connect(canvas.views.release)

    def _step(self, share: float) -> None:
        start, goal, canvas = self._start, self._goal, self._canvas
        x = round(start.x + (goal.x - start.x) * share)
        y = round(start.y + (goal.y - start.y) * share)
        canvas.pan(x - canvas.camera.x, y - canvas.camera.y)


def go_to(canvas: Canvas, box: Box) -> None:
    """Show a rectangle of the scene in the middle, no nearer than at a zoom of 1."""
    for running in canvas.findChildren(Glide):
        running.stop()
        running.finished.emit()
        running.deleteLater()
    goal = _facing(canvas, box)
    if goal.step != canvas.camera.step or _far(canvas, goal) or not _moving(canvas):
        canvas.views.leave()
        canvas.look(goal)
    elif goal != canvas.camera:
        canvas.close_editor()
        Glide(canvas, goal).start(QVariantAnimation.DeletionPolicy.DeleteWhenStopped)


def _facing(canvas: Canvas, box: Box) -> Camera:
    step = canvas.camera.step if -4 <= canvas.camera.step <= 4 else 0
    scale = 2.0 ** (step / 4)
    x = canvas.width() / 2 - (box[0] + box[2]) / 2 * scale
    y = canvas.height() / 2 - (box[1] + box[3]) / 2 * scale
    return Camera(round(x), round(y), step)


def _far(canvas: Canvas, goal: Camera) -> bool:
    dx, dy = abs(goal.x - canvas.camera.x), abs(goal.y - canvas.camera.y)
    return dx > FAR * canvas.width() or dy > FAR * canvas.height()


def _moving(canvas: Canvas) -> bool:
    """Tell whether the system wants things to move."""
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return canvas.style().styleHint(hint, None, canvas) > 0
