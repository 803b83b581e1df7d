"""Ears: one drawing a kind, in the fur of whoever wears them.

Every function takes the pencil, the side (-1 left, 1 right) and the color; head units.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from training.palette import BLUSH, INK, mix, shade

if TYPE_CHECKING:
    from training.palette import Color
    from training.pencil import Pencil

Ear = Callable[["Pencil", int, "Color"], None]


def draw_ears(pencil: Pencil, kind: str, fur: Color) -> None:
    """Draw both ears; the ones behind the head come before the head is drawn."""
    for side in (-1, 1):
        EAR[kind](pencil, side, fur)


def _inner(fur: Color) -> Color:
    return mix(fur, (255, 176, 186), 0.55)


def _mouse(pencil: Pencil, side: int, fur: Color) -> None:
    pencil.blob(side * 0.92, -0.78, 0.56, 0.56, fur)
    pencil.blob(side * 0.92, -0.76, 0.36, 0.36, _inner(fur), outline=None)


def _bear(pencil: Pencil, side: int, fur: Color) -> None:
    pencil.blob(side * 0.72, -0.72, 0.33, 0.33, fur)
    pencil.blob(side * 0.72, -0.70, 0.18, 0.18, shade(fur, 0.72), outline=None)


def _cat(pencil: Pencil, side: int, fur: Color) -> None:
    pencil.polygon([(side * 0.95, -0.2), (side * 0.88, -1.3), (side * 0.22, -0.85)], fur)
    inner = [(side * 0.82, -0.5), (side * 0.79, -1.07), (side * 0.44, -0.82)]
    pencil.polygon(inner, _inner(fur), outline=None)


def _fox(pencil: Pencil, side: int, fur: Color) -> None:
    tip = (side * 1.02, -1.6)
    pencil.polygon([(side * 1.0, -0.1), tip, (side * 0.3, -0.85)], fur)
    dark = [(side * 1.012, -0.95), tip, (side * 0.70, -1.26)]
    pencil.polygon(dark, INK, outline=None)


def _rabbit(pencil: Pencil, side: int, fur: Color) -> None:
    pencil.blob(side * 0.5, -1.3, 0.25, 0.72, fur, turn=side * 0.16)
    pencil.blob(side * 0.5, -1.27, 0.13, 0.54, _inner(fur), turn=side * 0.16, outline=None)


def _dog(pencil: Pencil, side: int, fur: Color) -> None:
    points = [(0.62, -0.82), (1.0, -0.75), (1.3, -0.1), (1.22, 0.5), (0.98, 0.42), (0.86, -0.2)]
    pencil.shape([(side * x, y) for x, y in points], shade(fur, 0.74))


def _pig(pencil: Pencil, side: int, fur: Color) -> None:
    pencil.polygon([(side * 0.3, -0.85), (side * 1.0, -1.18), (side * 0.95, -0.35)], fur)
    fold = [(side * 0.62, -0.98), (side * 1.0, -1.18), (side * 1.06, -0.62)]
    pencil.polygon(fold, mix(fur, BLUSH, 0.45))


EAR: dict[str, Ear] = {
    "mouse": _mouse,
    "bear": _bear,
    "cat": _cat,
    "fox": _fox,
    "rabbit": _rabbit,
    "dog": _dog,
    "pig": _pig,
}
HANGING = frozenset({"dog", "pig"})
