"""The picture of a critter: background, body, ears, head, face, extras, from back to front."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from training import ears, extras, faces, heads
from training.palette import SHIRTS, SKINS, ink_on, mix, shade, vary
from training.pencil import Pencil

if TYPE_CHECKING:
    import random

    from training.critter import Critter
    from training.palette import Color

SIZE = 128
_ENLARGED = 3
_MOUTH_HEIGHT = {"frog": 0.4, "pig": 0.56, "human": 0.46}
_CROWN_HEIGHT = {"frog": -0.66, "cat": -0.68}


@dataclass(frozen=True, slots=True)
class _Paint:
    """The colors of one picture, each already a little off its name."""

    fur: Color
    face: Color
    background: Color


def draw(critter: Critter, rng: random.Random) -> Image.Image:
    """Draw a critter, SIZE x SIZE RGB; `rng` chooses the pose, the size, the line, the shades."""
    fur = vary(critter.fur, rng)
    face = SKINS[critter.skin] if critter.human else fur
    paint = _Paint(fur, face, vary(critter.background, rng))
    side = SIZE * _ENLARGED
    canvas = Image.new("RGB", (side, side), paint.background)
    pencil = _pencil(canvas, critter, rng)
    _background(pencil, paint, rng)
    _body(pencil, critter, paint)
    _head(pencil, critter, paint)
    _face(pencil, critter, paint, rng)
    _wear(pencil, critter, rng)
    return canvas.resize((SIZE, SIZE), Image.Resampling.BOX)


def pixels(critter: Critter, rng: random.Random) -> np.ndarray:
    """Draw a critter as (3, SIZE, SIZE) uint8."""
    return np.asarray(draw(critter, rng)).transpose(2, 0, 1)


def _pencil(canvas: Image.Image, critter: Critter, rng: random.Random) -> Pencil:
    """Choose place, size, tilt and line; what stands up tall makes the head smaller and lower."""
    side = canvas.width
    worn = {name for name, _ in critter.extras}
    tall = "rabbit" in (critter.ears, critter.kind if critter.ears is None else None)
    tall = tall or bool(worn & {"hat", "crown"})
    x = side * (0.5 + rng.uniform(-0.06, 0.06))
    y = side * ((0.59 if tall else 0.52) + rng.uniform(-0.025, 0.025))
    unit = side * rng.uniform(0.235, 0.275) * (1.0 if tall else 1.08)
    stroke = _ENLARGED * rng.uniform(1.3, 1.9)
    return Pencil(canvas, (x, y), unit, rng.uniform(-0.13, 0.13), stroke)


def _background(pencil: Pencil, paint: _Paint, rng: random.Random) -> None:
    """A wall with a soft light somewhere, and a soft shadow behind the critter."""
    light = mix(paint.background, (255, 255, 255), 0.35)
    pencil.glow(rng.uniform(-1.5, 1.5), rng.uniform(-1.6, -0.4), 1.8, 1.6, light, 0.5)
    pencil.glow(0.15, 1.3, 1.9, 1.3, shade(paint.background, 0.55), 0.5)


def _body(pencil: Pencil, critter: Critter, paint: _Paint) -> None:
    """Shoulders and belly below the head; a shirt on a boy, a dress on a girl."""
    if critter.kind == "girl":
        heads.draw_hair_behind(pencil, paint.fur)
    cloth = SHIRTS[critter.kind] if critter.human else shade(paint.fur, 0.93)
    half = [(0.0, 0.7), (0.5, 0.86), (0.86, 1.2), (1.0, 1.8), (1.06, 2.6)]
    pencil.shape([*half, *[(-x, y) for x, y in reversed(half) if x]], cloth)
    belly = mix(cloth, (255, 250, 240), 0.2 if critter.human else 0.5)
    pencil.blob(0, 1.85, 0.56, 0.66, belly, outline=None)
    pencil.glow(0, 1.02, 1.0, 0.42, shade(cloth, 0.35), 0.6)


def _head(pencil: Pencil, critter: Critter, paint: _Paint) -> None:
    kind = critter.ears or critter.kind
    hanging = kind in ears.HANGING
    if kind in ears.EAR and not hanging:
        ears.draw_ears(pencil, kind, paint.fur)
    heads.draw_head(pencil, critter.kind, paint.face)
    heads.draw_marks(pencil, critter.kind, paint.face)
    if critter.human:
        heads.draw_fringe(pencil, critter.kind, paint.fur)
    if hanging:
        ears.draw_ears(pencil, kind, paint.fur)


def _face(pencil: Pencil, critter: Critter, paint: _Paint, rng: random.Random) -> None:
    eyes = faces.eyes_of(critter.kind)
    if critter.kind == "frog":
        for side in (-1, 1):
            pencil.blob(side * eyes.x, eyes.y, 0.36, 0.38, paint.fur)
    look = (rng.uniform(-0.05, 0.05), rng.uniform(-0.04, 0.04))
    tear = rng.choice((-1, 1))  # drawn by lot in every mood, so that twins stay alike
    faces.draw_eyes(pencil, eyes, critter.mood, look)
    behind = paint.background if critter.kind == "frog" else paint.face
    faces.draw_brows(pencil, eyes, critter.mood, paint.fur if critter.human else behind)
    if critter.kind == "girl":
        faces.draw_lashes(pencil, eyes)
    group = "human" if critter.human else critter.kind
    wide = 1.5 if critter.kind == "frog" else 0.9
    pale = mix(paint.face, (255, 250, 240), 0.0 if critter.human or group == "pig" else 0.72)
    faces.draw_mouth(pencil, critter.mood, _MOUTH_HEIGHT.get(group, 0.42), wide, ink_on(pale))
    if critter.mood == "sad":
        faces.draw_tear(pencil, eyes, tear)


def _wear(pencil: Pencil, critter: Critter, rng: random.Random) -> None:
    top = _CROWN_HEIGHT.get(critter.kind, -0.8)
    for name, color_name in critter.extras:
        color = vary(color_name, rng)
        if name == "hat":
            extras.draw_hat(pencil, color, top)
        elif name == "crown":
            extras.draw_crown(pencil, color, top)
        elif name == "glasses":
            extras.draw_glasses(pencil, color, faces.eyes_of(critter.kind))
        elif name == "bow":
            extras.draw_bow(pencil, color)
        else:
            extras.draw_scarf(pencil, color, rng.choice((-1, 1)))
