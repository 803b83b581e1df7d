"""Back and forward through the parts of the scene that were looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from gui.canvas.camera import Camera
    from gui.canvas.canvas import Canvas

KEPT = 100
FAR_STEPS = 4
"""Steps on the ladder of zooms that make a view another one."""


class Views(QObject):
    """Keeps the views of a canvas; one that moves a little stays the same view.

    Panning on and on leaves a view about every half of what the canvas shows.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._began = self._last = canvas.camera
        self._back: list[Camera] = []
        self._forth: list[Camera] = []
        self._going = self._leaving = False
        canvas.moved.connect(self._follow)

    @property
    def can_go_back(self) -> bool:
        """Whether another view came before."""
        return bool(self._back)

    @property
    def can_go_forward(self) -> bool:
        """Whether one went back from another view."""
        return bool(self._forth)

    def back(self) -> None:
        """Show the view before."""
        self._go(self._back, self._forth)

    def forward(self) -> None:
        """Show the view from which one went back."""
        self._go(self._forth, self._back)

    def leave(self) -> None:
        """Have whatever is shown next count as another view, however near it is."""
        self._leaving = True

    def hold(self) -> None:
        """Note nothing of what the view passes until ``release``."""
        self._going = True

    def release(self) -> None:
        """Note where the view has come to, as another one."""
        self._going = False
        self.leave()
        self._follow()

    def _go(self, source: list[Camera], other: list[Camera]) -> None:
        if not source:
            return
        other.append(self._last)
        self._began = self._last = source.pop()
        self._going = True
        self._canvas.look(self._last)
        self._going = False

    def _follow(self) -> None:
        """Note where the view is; far from where it began it is another one."""
        if self._going:
            return
        camera = self._canvas.camera
        if self._leaving or self._far(self._began, camera):
            self._leaving = False
            self._back = [*self._back, self._last][-KEPT:]
            self._forth.clear()
            self._began = camera
        self._last = camera

    def _far(self, one: Camera, other: Camera) -> bool:
        if abs(one.step - other.step) >= FAR_STEPS:
            return True
        width, height = self._canvas.width(), self._canvas.height()
        (x1, y1), (x2, y2) = (view.to_scene(width / 2, height / 2) for view in (one, other))
        scale = other.scale
        return abs(x1 - x2) * scale > width / 2 or abs(y1 - y2) * scale > height / 2
