"""What a critter wears: hat, crown, glasses, bow, scarf. One function each; head units."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.palette import INK, mix, shade

if TYPE_CHECKING:
    from training.faces import Eyes
    from training.palette import Color
    from training.pencil import Pencil


def draw_hat(pencil: Pencil, color: Color, top: float) -> None:
    """A top hat with a band, its brim at height `top`."""
    pencil.polygon([(-0.5, top), (-0.44, top - 0.72), (0.44, top - 0.72), (0.5, top)], color)
    pencil.glow(-0.18, top - 0.45, 0.2, 0.28, mix(color, (255, 255, 255), 0.6), 0.5)
    pencil.polygon([(-0.5, top), (-0.48, top - 0.2), (0.48, top - 0.2), (0.5, top)],
                   shade(color, 0.68))  # fmt: skip
    pencil.blob(0, top + 0.02, 0.82, 0.13, color)


def draw_crown(pencil: Pencil, color: Color, top: float) -> None:
    """A crown of three points with a bead on each."""
    points = [(-0.56, top + 0.1), (-0.68, top - 0.5), (-0.3, top - 0.22), (0.0, top - 0.66),
              (0.3, top - 0.22), (0.68, top - 0.5), (0.56, top + 0.1)]  # fmt: skip
    pencil.polygon(points, color)
    pencil.polygon([(-0.56, top + 0.1), (-0.58, top - 0.06), (0.58, top - 0.06), (0.56, top + 0.1)],
                   shade(color, 0.75))  # fmt: skip
    for x, y in (points[1], points[3], points[5]):
        pencil.blob(x, y, 0.09, 0.09, mix(color, (255, 255, 255), 0.4))


def draw_glasses(pencil: Pencil, color: Color, eyes: Eyes) -> None:
    """Two thick rings about the eyes, a bridge, and two ends."""
    r = 0.36
    for ink, weight in ((INK, 4.6), (color, 2.9)):
        for side in (-1, 1):
            x = side * eyes.x
            pencil.ring(x, eyes.y, r, ink, weight)
            pencil.line([(x + side * r, eyes.y), (x + side * (r + 0.24), eyes.y - 0.06)],
                        ink, weight)  # fmt: skip
        gap = eyes.x - r
        pencil.line([(-gap, eyes.y), (gap, eyes.y)], ink, weight)


def draw_bow(pencil: Pencil, color: Color) -> None:
    """A bow tie under the chin."""
    for side in (-1, 1):
        wing = [(0.05, 1.12), (0.34, 0.9), (0.7, 0.84), (0.74, 1.14), (0.7, 1.44), (0.34, 1.34)]
        pencil.shape([(side * x, y) for x, y in wing], color)
        pencil.line([(side * 0.2, 1.13), (side * 0.5, 1.08)], shade(color, 0.6), 0.9)
    pencil.blob(0, 1.13, 0.16, 0.18, shade(color, 0.78))


def draw_scarf(pencil: Pencil, color: Color, side: int) -> None:
    """A scarf about the neck, one end hanging on the given side (-1 or 1)."""
    end = [(0.2, 1.05), (0.62, 1.05), (0.72, 1.78), (0.28, 1.82)]
    pencil.polygon([(side * x, y) for x, y in end], shade(color, 0.85))
    pencil.line([(side * 0.27, 1.62), (side * 0.7, 1.58)], shade(color, 0.55), 1.2)
    wrap = [(-0.86, 0.8), (-0.4, 0.98), (0.0, 1.02), (0.4, 0.98), (0.86, 0.8), (0.92, 1.08),
            (0.5, 1.3), (0.0, 1.36), (-0.5, 1.3), (-0.92, 1.08)]  # fmt: skip
    pencil.shape(wrap, color)
