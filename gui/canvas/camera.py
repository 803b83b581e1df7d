"""What part of the scene the canvas shows: an offset and a step on the ladder of zooms.

The ladder (each step is a factor of the fourth root of two) lets glyphs be drawn from a cache;
offsets are whole pixels, so that hairlines stay sharp and a pan can be a blit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gui.canvas.boxes import Box

LOWEST, HIGHEST = -20, 8
"""Steps: a zoom of 1/32 and one of 4."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A view of the scene.

    Attributes:
        x: Where the scene's origin is in the widget, in logical pixels.
        step: On the ladder; 0 is a zoom of 1.
    """

    x: int = 0
    y: int = 0
    step: int = 0

    @property
    def scale(self) -> float:
        """Logical pixels a scene pixel."""
        return 2.0 ** (self.step / 4)

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the scene under a point of the widget."""
        scale = self.scale
        return (x - self.x) / scale, (y - self.y) / scale

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the scene is in the widget."""
        scale = self.scale
        return x * scale + self.x, y * scale + self.y

    def area(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return the part of the scene under a rectangle of the widget."""
        return (*self.to_scene(left, top), *self.to_scene(right, bottom))

    def panned(self, dx: int, dy: int) -> Camera:
        """Return the view moved by whole pixels of the widget."""
        return replace(self, x=self.x + dx, y=self.y + dy)

    def zoomed(self, steps: int, x: float, y: float) -> Camera:
        """Return the view some steps nearer, the scene under a point of the widget staying."""
        step = min(max(self.step + steps, LOWEST), HIGHEST)
        left, top = self.to_scene(x, y)
        scale = 2.0 ** (step / 4)
        return Camera(round(x - left * scale), round(y - top * scale), step)


def fitted(box: Box, width: float, height: float, margin: float = 40.0) -> Camera:
    """Return the nearest view, up to a zoom of 1, of a whole part of the scene.

    Args:
        box: The part of the scene.
        width: Of the widget, as ``height`` and ``margin`` in logical pixels.
    """
    left, top, right, bottom = box
    across = max(width - 2 * margin, 1.0) / max(right - left, 1.0)
    down = max(height - 2 * margin, 1.0) / max(bottom - top, 1.0)
    step = min(max(floor(4 * log2(min(across, down)) + 1e-9), LOWEST), 0)
    scale = 2.0 ** (step / 4)
    x = (width - (left + right) * scale) / 2
    y = (height - (top + bottom) * scale) / 2
    return Camera(round(x), round(y), step)
