"""Faces: eyes, brows and mouth, which say the mood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from training.palette import INK, ink_on, shade

if TYPE_CHECKING:
    from training.palette import Color
    from training.pencil import Pencil

_WHITE: Color = (255, 255, 255)
_MOUTH: Color = (128, 36, 52)
_TONGUE: Color = (244, 120, 130)
_TEAR: Color = (150, 206, 250)


@dataclass(frozen=True, slots=True)
class Eyes:
    """Where the eyes are and how large: distance from the middle, height, radius; head units."""

    x: float
    y: float
    r: float


def eyes_of(kind: str) -> Eyes:
    """A frog's eyes sit on top of its head."""
    return Eyes(0.52, -0.78, 0.25) if kind == "frog" else Eyes(0.42, -0.16, 0.22)


def draw_eyes(pencil: Pencil, eyes: Eyes, mood: str, look: tuple[float, float]) -> None:
    """Draw both eyes; `look` moves the pupils, head units."""
    wide = 1.2 if mood == "surprised" else 1.0
    pupil = 0.42 if mood == "surprised" else 0.62
    for side in (-1, 1):
        x, r = side * eyes.x, eyes.r * wide
        pencil.blob(x, eyes.y, r, r * 1.1, _WHITE)
        px, py = x + look[0], eyes.y + look[1] + 0.02
        pencil.blob(px, py, r * pupil, r * pupil * 1.1, INK, outline=None)
        pencil.blob(px - 0.05, py - 0.06, r * 0.2, r * 0.2, _WHITE, outline=None)


def draw_brows(pencil: Pencil, eyes: Eyes, mood: str, skin: Color) -> None:
    """Draw the brows: slanted when sad, high when surprised, none when happy."""
    if mood == "happy":
        return
    ink = ink_on(skin)
    inner, outer = (-0.44, -0.24) if mood == "sad" else (-0.44, -0.38)
    for side in (-1, 1):
        start = (side * (eyes.x - 0.2), eyes.y + inner)
        middle = (side * eyes.x, eyes.y + (inner + outer) / 2 - 0.05)
        pencil.line([start, middle, (side * (eyes.x + 0.22), eyes.y + outer)], ink, 1.3)


def draw_lashes(pencil: Pencil, eyes: Eyes) -> None:
    """A girl's lashes: two short lines at the outer corner of each eye."""
    for side in (-1, 1):
        x = side * (eyes.x + eyes.r * 0.9)
        pencil.line([(x, eyes.y - 0.1), (x + side * 0.13, eyes.y - 0.2)], INK, 1.1)
        pencil.line([(x, eyes.y), (x + side * 0.15, eyes.y - 0.04)], INK, 1.1)


def draw_mouth(pencil: Pencil, mood: str, y: float, wide: float, ink: Color) -> None:
    """Draw the mouth about height y, `wide` times the usual width."""
    if mood == "happy":
        _smile(pencil, y, 0.36 * wide)
    elif mood == "sad":
        w = 0.32 * wide
        pencil.line([(-w, y + 0.2), (-w / 2, y + 0.04), (0, y), (w / 2, y + 0.04), (w, y + 0.2)],
                    ink, 1.5)  # fmt: skip
    else:
        pencil.blob(0, y + 0.1, 0.18 * wide, 0.22, _MOUTH)


def _smile(pencil: Pencil, y: float, w: float) -> None:
    lower = [(w * 0.8, y + 0.14), (w * 0.4, y + 0.27), (0, y + 0.3)]
    left = [(-x, h) for x, h in reversed(lower[:-1])]
    pencil.polygon([(-w, y - 0.04), (w, y - 0.04), *lower, *left], _MOUTH)
    pencil.blob(0, y + 0.2, w * 0.45, 0.08, _TONGUE, outline=None)


def draw_tear(pencil: Pencil, eyes: Eyes, side: int) -> None:
    """One tear under the left (-1) or the right (1) eye."""
    x, y = side * (eyes.x + 0.1), eyes.y + eyes.r + 0.14
    drop = [(x, y - 0.16), (x + 0.09, y + 0.04), (x, y + 0.12), (x - 0.09, y + 0.04)]
    pencil.shape(drop, _TEAR, outline=shade(_TEAR, 0.55))
