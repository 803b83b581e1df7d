"""A pencil that draws in the critter's own measure.

The unit is the radius of the head, the origin its centre, y points down; the pencil turns, scales
and places what it is told. Curves are polygons on an enlarged canvas, shrunk at the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from training.palette import INK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.palette import Color

Point = tuple[float, float]


@dataclass(slots=True)
class Pencil:
    """Draws on `canvas`; centre, unit and stroke are in canvas pixels, tilt in radians."""

    canvas: Image.Image
    centre: Point
    unit: float
    tilt: float
    stroke: float
    draw: ImageDraw.ImageDraw = field(init=False)

    def __post_init__(self) -> None:
        self.draw = ImageDraw.Draw(self.canvas)

    def at(self, x: float, y: float) -> Point:
        """Turn a point in head units into canvas pixels."""
        cos, sin = math.cos(self.tilt), math.sin(self.tilt)
        px = self.centre[0] + self.unit * (cos * x - sin * y)
        return px, self.centre[1] + self.unit * (sin * x + cos * y)

    def blob(
        self, x: float, y: float, rx: float, ry: float, fill: Color,
        *, turn: float = 0.0, outline: Color | None = INK,
    ) -> None:  # fmt: skip
        """An ellipse of radii rx, ry about (x, y), turned by `turn` radians."""
        cos, sin = math.cos(turn), math.sin(turn)
        points = [(x + rx * a * cos - ry * b * sin, y + rx * a * sin + ry * b * cos)
                  for a, b in _circle()]  # fmt: skip
        self.polygon(points, fill, outline=outline)

    def shape(self, points: Sequence[Point], fill: Color, *, outline: Color | None = INK) -> None:
        """A closed curve through the points."""
        self.polygon(_smooth([points[-1], *points, *points[:2]]), fill, outline=outline)

    def polygon(self, points: Sequence[Point], fill: Color, *, outline: Color | None = INK) -> None:
        """A closed polygon with straight sides and round corners."""
        pixels = [self.at(*p) for p in points]
        self.draw.polygon(pixels, fill=fill)
        if outline is not None:
            self._stroke([*pixels, pixels[0], pixels[1]], outline, self.stroke)

    def line(self, points: Sequence[Point], color: Color, weight: float = 1.0) -> None:
        """An open curve through the points, `weight` strokes thick, with round ends."""
        curve = _smooth([points[0], *points, points[-1]])
        self._stroke([self.at(*p) for p in curve], color, self.stroke * weight)

    def ring(self, x: float, y: float, r: float, color: Color, weight: float) -> None:
        """A circle that is only a line."""
        pixels = [self.at(x + r * a, y + r * b) for a, b in _circle()]
        self._stroke([*pixels, *pixels[:2]], color, self.stroke * weight)

    def glow(self, x: float, y: float, rx: float, ry: float, color: Color, strength: float) -> None:
        """A soft spot of color: light or shadow; strength 0-1 is its opacity in the middle."""
        px, py = self.at(x, y)
        w, h = max(1, round(2 * rx * self.unit)), max(1, round(2 * ry * self.unit))
        mask = _soft_disc().resize((w, h)).point(lambda v: round(v * strength))
        self.canvas.paste(color, (round(px - w / 2), round(py - h / 2)), mask)

    def _stroke(self, pixels: list[Point], color: Color, width: float) -> None:
        self.draw.line(pixels, fill=color, width=round(width), joint="curve")
        for x, y in (pixels[0], pixels[-1]):
            r = width / 2
            self.draw.ellipse((x - r, y - r, x + r, y + r), fill=color)


@cache
def _circle(count: int = 36) -> tuple[Point, ...]:
    angles = (2 * math.pi * i / count for i in range(count))
    return tuple((math.cos(a), math.sin(a)) for a in angles)


@cache
def _soft_disc(size: int = 64) -> Image.Image:
    """A disc (size, size) whose opacity falls smoothly from the middle to nothing at the rim."""
    axis = np.linspace(-1, 1, size)
    distance = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2).clip(0, 1)
    return Image.fromarray((255 * (1 - distance**2) ** 2).astype(np.uint8))


def _smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """Catmull-Rom through points[1:-1]; the first and the last only give the direction."""
    curve: list[Point] = []
    for before, start, end, after in zip(points, points[1:], points[2:], points[3:], strict=False):
        curve += [_between(before, start, end, after, i / steps) for i in range(steps)]
    return [*curve, points[-2]]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    """The Catmull-Rom spline from b (t = 0) to c (t = 1)."""

    def axis(i: int) -> float:
        cubic = -a[i] + 3 * b[i] - 3 * c[i] + d[i]
        square = 2 * a[i] - 5 * b[i] + 4 * c[i] - d[i]
        return b[i] + 0.5 * t * (c[i] - a[i] + t * (square + t * cubic))

    return axis(0), axis(1)
