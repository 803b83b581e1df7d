"""Heads: the outline of each kind, the marks of its fur, its nose and its hair."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.palette import BLUSH, CREAM, INK, ink_on, mix, shade

if TYPE_CHECKING:
    from training.palette import Color
    from training.pencil import Pencil

Mark = Callable[["Pencil", "Color"], None]

# Half of each outline, right side, from the crown to the chin; the left side mirrors it.
_ROUND = [(0.0, -0.96), (0.55, -0.83), (0.92, -0.42), (1.0, 0.1), (0.78, 0.66), (0.35, 0.93)]
_WIDE = [(0.0, -0.82), (0.62, -0.72), (1.0, -0.25), (1.16, 0.25), (0.88, 0.72), (0.4, 0.92)]
_POINTED = [(0.0, -0.9), (0.6, -0.78), (1.0, -0.25), (1.12, 0.25), (0.66, 0.62), (0.22, 0.98)]
_LONG = [(0.0, -1.0), (0.5, -0.88), (0.82, -0.45), (0.88, 0.1), (0.86, 0.6), (0.45, 0.98)]
_OUTLINE = {"frog": _WIDE, "fox": _POINTED, "dog": _LONG, "cat": _WIDE}


def draw_head(pencil: Pencil, kind: str, color: Color) -> None:
    """Draw the head: its outline, a light above and a shadow below."""
    half = _OUTLINE.get(kind, _ROUND)
    mirrored = [(-x, y) for x, y in reversed(half) if x]
    pencil.shape([*half, (0.0, half[-1][1] + 0.03), *mirrored], color)
    pencil.glow(-0.15, -0.45, 0.6, 0.4, mix(color, (255, 255, 255), 0.6), 0.4)
    pencil.glow(0.0, 0.68, 0.7, 0.24, shade(color, 0.6), 0.3)


def draw_marks(pencil: Pencil, kind: str, color: Color) -> None:
    """Draw what tells one kind from another: muzzle, nose, whiskers, teeth."""
    MARKS[kind](pencil, color)


def _pale(color: Color) -> Color:
    return mix(color, (255, 250, 240), 0.72)


def _whiskers(pencil: Pencil, color: Color) -> None:
    for side in (-1, 1):
        for drop in (-0.08, 0.08):
            start, end = (side * 0.62, 0.3 + drop), (side * 1.3, 0.28 + 2.4 * drop)
            pencil.line([start, end], color, 0.8)


def _cheeks(pencil: Pencil, strength: float = 0.75) -> None:
    for side in (-1, 1):
        pencil.glow(side * 0.62, 0.36, 0.3, 0.22, BLUSH, strength)


def _mouse(pencil: Pencil, color: Color) -> None:
    pencil.blob(0, 0.4, 0.5, 0.42, _pale(color), outline=None)
    _whiskers(pencil, INK)
    pencil.blob(0, 0.1, 0.17, 0.14, BLUSH)


def _cat(pencil: Pencil, color: Color) -> None:
    for x in (-0.28, 0.0, 0.28):
        pencil.line([(x, -0.76), (x * 0.8, -0.46)], shade(ink_on(color), 0.95), 1.8)
    for side in (-1, 1):
        pencil.blob(side * 0.24, 0.42, 0.36, 0.3, _pale(color), outline=None)
    _whiskers(pencil, INK)
    pencil.polygon([(-0.15, 0.08), (0.15, 0.08), (0, 0.25)], BLUSH)


def _rabbit(pencil: Pencil, color: Color) -> None:
    for side in (-1, 1):
        pencil.blob(side * 0.3, 0.4, 0.34, 0.3, _pale(color), outline=None)
    _cheeks(pencil)
    pencil.blob(0, 0.16, 0.14, 0.1, BLUSH)
    pencil.polygon([(-0.16, 0.72), (0.16, 0.72), (0.14, 1.02), (-0.14, 1.02)], (255, 255, 255))
    pencil.line([(0, 0.72), (0, 1.0)], INK, 0.7)


def _bear(pencil: Pencil, color: Color) -> None:
    pencil.blob(0, 0.4, 0.52, 0.44, _pale(color))
    pencil.blob(0, 0.16, 0.22, 0.15, INK)


def _dog(pencil: Pencil, color: Color) -> None:
    pencil.blob(0.4, -0.16, 0.36, 0.4, shade(color, 0.62), outline=None)
    for side in (-1, 1):
        pencil.blob(side * 0.24, 0.44, 0.4, 0.38, _pale(color), outline=None)
    pencil.shape([(-0.26, 0.06), (0.26, 0.06), (0.12, 0.28), (-0.12, 0.28)], INK)


def _fox(pencil: Pencil, color: Color) -> None:
    for side in (-1, 1):
        cheek = [(0.05, 0.3), (0.5, 0.16), (1.02, 0.26), (0.62, 0.58), (0.2, 0.9), (0.02, 0.94)]
        pencil.shape([(side * x, y) for x, y in cheek], CREAM, outline=None)
    pencil.blob(0, 0.22, 0.15, 0.11, INK)


def _pig(pencil: Pencil, color: Color) -> None:
    _cheeks(pencil)
    pencil.blob(0, 0.22, 0.38, 0.26, mix(color, BLUSH, 0.4))
    for side in (-1, 1):
        pencil.blob(side * 0.14, 0.22, 0.07, 0.11, INK, outline=None)


def _frog(pencil: Pencil, color: Color) -> None:
    pencil.blob(0, 0.5, 0.8, 0.38, _pale(color), outline=None)
    for side in (-1, 1):
        pencil.blob(side * 0.1, 0.0, 0.05, 0.04, ink_on(color), outline=None)


def _human(pencil: Pencil, color: Color) -> None:
    _cheeks(pencil, 0.5)
    pencil.line([(-0.08, 0.2), (0.0, 0.25), (0.08, 0.2)], shade(color, 0.62), 1.2)


MARKS: dict[str, Mark] = {
    "mouse": _mouse,
    "cat": _cat,
    "rabbit": _rabbit,
    "bear": _bear,
    "dog": _dog,
    "fox": _fox,
    "pig": _pig,
    "frog": _frog,
    "boy": _human,
    "girl": _human,
}


def draw_hair_behind(pencil: Pencil, hair: Color) -> None:
    """A girl's long hair, which hangs behind the head to the shoulders."""
    half = [(0.0, -1.14), (0.7, -0.98), (1.14, -0.4), (1.2, 0.4), (1.26, 1.15), (0.7, 1.3)]
    pencil.shape([*half, *[(-x, y) for x, y in reversed(half) if x]], hair)


def draw_fringe(pencil: Pencil, kind: str, hair: Color) -> None:
    """Hair over the forehead: a parted fringe for a girl, a tuft for a boy."""
    if kind == "girl":
        half = [(0.0, -1.1), (0.6, -0.98), (1.02, -0.5), (1.06, 0.05), (0.72, -0.34), (0.2, -0.62)]
        points = [*half, *[(-x, y) for x, y in reversed(half) if x]]
    else:
        points = [(-1.04, -0.1), (-0.98, -0.66), (-0.5, -1.08), (0.1, -1.2), (0.68, -1.02),
                  (1.0, -0.6), (1.04, -0.1), (0.8, -0.42), (0.45, -0.48), (0.1, -0.4),
                  (-0.3, -0.52), (-0.78, -0.42)]  # fmt: skip
    pencil.shape(points, hair)
    pencil.glow(-0.3, -0.85, 0.4, 0.16, mix(hair, (255, 255, 255), 0.6), 0.45)
