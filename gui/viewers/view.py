"""How near a picture is looked at, and which part of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

NEAREST, FARTHEST = 64.0, 1 / 64
STEP = 2.0**0.5


@dataclass(frozen=True, slots=True)
class View:
    """A place in a picture.

    Attributes:
        zoom: Logical pixels a pixel of the picture is wide; 0 to fit the whole.
        x: As ``y`` in pixels of the picture: what is in the middle.
    """

    zoom: float = 0.0
    x: float = 0.0
    y: float = 0.0

    def seen(self, room: tuple[float, float], size: tuple[int, int]) -> View:
        """Return it with a zoom, the picture in the middle where it was to fit."""
        if self.zoom > 0:
            return self
        return View(fitting(room, size), size[0] / 2, size[1] / 2)

    def zoomed(self, factor: float, x: float, y: float) -> View:
        """Return a nearer view that leaves a point of the picture where it is; not to fit."""
        zoom = min(max(self.zoom * factor, FARTHEST), NEAREST)
        share = self.zoom / zoom
        return View(zoom, x + (self.x - x) * share, y + (self.y - y) * share)

    def moved(self, dx: float, dy: float) -> View:
        """Return the view moved by logical pixels."""
        return replace(self, x=self.x - dx / self.zoom, y=self.y - dy / self.zoom)


def fitting(room: tuple[float, float], size: tuple[int, int]) -> float:
    """Return the zoom at which a picture fits; whole steps above 1, so that pixels are even."""
    if min(*room, *size) <= 0:
        return 1.0
    zoom = min(room[0] / size[0], room[1] / size[1])
    return float(int(zoom)) if zoom >= 1 else zoom
