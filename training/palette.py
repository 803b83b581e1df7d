"""The eleven colors a caption can name, and arithmetic on colors.

A color is (red, green, blue), whole numbers 0-255.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

Color = tuple[int, int, int]

COLORS: dict[str, Color] = {
    "red": (216, 48, 48),
    "orange": (240, 138, 36),
    "yellow": (248, 216, 64),
    "green": (72, 172, 84),
    "blue": (56, 108, 220),
    "purple": (138, 78, 192),
    "pink": (247, 152, 192),
    "brown": (138, 88, 52),
    "gray": (150, 150, 156),
    "white": (246, 245, 240),
    "black": (50, 49, 56),
}
SKINS: tuple[Color, ...] = ((250, 217, 188), (228, 178, 138), (172, 116, 80), (116, 75, 50))
INK: Color = (34, 28, 32)
CREAM: Color = (255, 243, 226)
BLUSH: Color = (246, 120, 136)
SHIRTS: dict[str, Color] = {"boy": (86, 164, 176), "girl": (226, 112, 128)}


def shade(color: Color, factor: float) -> Color:
    """Darken (factor < 1) or lighten (factor > 1) a color."""
    red, green, blue = (max(0, min(255, round(c * factor))) for c in color)
    return red, green, blue


def mix(a: Color, b: Color, share: float) -> Color:
    """Walk from a (share 0) to b (share 1)."""
    red, green, blue = (round(x + share * (y - x)) for x, y in zip(a, b, strict=True))
    return red, green, blue


def vary(name: str, rng: random.Random) -> Color:
    """Return a named color, a little off: never so far that it takes another name."""
    factor = rng.uniform(0.93, 1.05)
    red, green, blue = (c + rng.uniform(-7, 7) for c in COLORS[name])
    return shade((round(red), round(green), round(blue)), factor)


def ink_on(color: Color) -> Color:
    """Choose a line color that shows on the given color."""
    luminance = 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]
    return CREAM if luminance < 80 else INK
