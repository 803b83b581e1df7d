"""Arithmetic on colors written ``#rrggbb``: mixing, contrast, and tints that look equally strong.

Source: WCAG 2.1, relative luminance and contrast ratio; OKLab by Björn Ottosson, 2020.
"""

from __future__ import annotations

from functools import lru_cache
from math import cos, radians, sin
from typing import TypeAlias

Triple: TypeAlias = tuple[float, float, float]


def mix(one: str, other: str, share: float) -> str:
    """Return ``one`` with a share (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return _text(*(a + (b - a) * share for a, b in pairs))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=1024)
def legible(color: str, ground: str, ratio: float) -> str:
    """Return the color, moved toward black or white until it stands out from the ground."""
    goal = "#ffffff" if _luminance(ground) < 0.2 else "#000000"
    for step in range(20):
        moved = mix(color, goal, step / 20)
        if contrast(moved, ground) >= ratio:
            return moved
    return goal


@lru_cache(maxsize=1024)
def tint(lightness: float, chroma: float, hue: float) -> str:
    """Return a color by OKLCH: lightness 0 to 1, chroma 0 to about 0.3, hue in degrees."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return _text(
        _encoded(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _encoded(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _encoded(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _channels(color: str) -> Triple:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _text(*channels: float) -> str:
    return "#" + "".join(f"{round(min(max(c, 0.0), 1.0) * 255):02x}" for c in channels)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    channel = max(channel, 0.0)
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
