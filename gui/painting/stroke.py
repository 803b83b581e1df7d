"""A stroke of a brush: how much of each pixel it covers, and what that makes of a mask.

Between two places of the pointer a stroke covers what lies near the line between them, exactly:
there are no dabs that would show at some spacing. Where a stroke crosses itself it covers no more
than once, so that opacity is that of the whole stroke.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, hypot
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gui.painting.box import NOWHERE, Box, around, part, union

if TYPE_CHECKING:
    from numpy.typing import NDArray

Bytes: TypeAlias = "NDArray[np.uint8]"
Floats: TypeAlias = "NDArray[np.floating[Any]]"

SMALLEST, LARGEST = 1.0, 2000.0
CRISP = 3.0
"""Pixels; thinner brushes paint whole pixels."""

SHORTEST = 1 / 50
"""Of the brush's size: pointers that move less have not moved."""

PIECE = 16.0
"""Pixels; a line is covered piece by piece, so that a long slanted one costs no huge square."""


@dataclass(frozen=True, slots=True)
class Brush:
    """What a stroke is made with.

    Attributes:
        size: How wide, in pixels of the picture.
        hardness: The share of it that covers fully, 0 to 1; from there on it fades to nothing.
        opacity: How much a stroke covers at most, 0 to 1.
        erases: It takes away instead of adding.
    """

    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    erases: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of the pointer, in pixels of the picture; ``pressure`` is 0 to 1."""

    x: float
    y: float
    pressure: float = 1.0


class Stroke:
    """One stroke on a mask, which changes while the stroke is made.

    Attributes:
        before: The mask as it was.
    """

    def __init__(self, values: Bytes, brush: Brush) -> None:
        """Begin a stroke.

        Args:
            values: The mask, (H, W), 255 where it is 1; changed in place.
            brush: What it is made with.
        """
        self._values, self.brush = values, brush
        self.before = values.copy()
        self._cover = np.zeros_like(values)  # the system gives its pages when they are touched
        self._last: Spot | None = None

    def go(self, spot: Spot, *, end: bool = False) -> Box:
        """Go on to a place and return what has changed; ``end`` goes there however near it is."""
        spot = self._settled(spot)
        last = self._last or spot
        far = hypot(spot.x - last.x, spot.y - last.y)
        if self._last is not None and (far == 0 or (not end and far < self._shortest())):
            return NOWHERE
        self._last, changed = spot, NOWHERE
        pieces = max(ceil(far / max(self.brush.size, PIECE)), 1)
        for number in range(pieces):
            ends = (_between(last, spot, one / pieces) for one in (number, number + 1))
            changed = union(changed, self._piece(*ends))
        return changed

    def _shortest(self) -> float:
        return max(self.brush.size * SHORTEST, 0.5)

    def _settled(self, spot: Spot) -> Spot:
        if self.brush.size >= CRISP:
            return spot
        return Spot(floor(spot.x) + 0.5, floor(spot.y) + 0.5, spot.pressure)

    def _piece(self, begin: Spot, end: Spot) -> Box:
        height, width = self._values.shape
        margin = self.brush.size / 2 * max(begin.pressure, end.pressure) + 1
        box = around([(begin.x, begin.y), (end.x, end.y)], margin, (width, height))
        if box == NOWHERE:
            return box
        cover = self._cover[part(box)]
        np.maximum(cover, covered(box, begin, end, self.brush), out=cover)
        lay(self._values, self.before, cover, box, self.brush)
        return box


def lay(values: Bytes, before: Bytes, cover: Bytes, box: Box, brush: Brush) -> None:
    """Make of a part of a mask what a cover of it makes.

    Args:
        values: The mask, (H, W), changed in place.
        before: As it was, (H, W).
        cover: How much of each pixel of the box is covered, 255 wholly.
        box: Which part.
        brush: With which opacity, and whether it takes away.
    """
    was = before[part(box)].astype(np.uint32)
    share = cover * np.uint32(round(brush.opacity * 256))
    goal = 0 if brush.erases else 255
    values[part(box)] = (was * (65280 - share) + goal * share + 32640) // 65280


def covered(box: Box, begin: Spot, end: Spot, brush: Brush) -> Bytes:
    """Return how much of each pixel of a box lies under a brush that goes along a line.

    A pixel is covered by how far its middle is from the line; the radius goes evenly from the
    pressure at one end to that at the other. The edge is never sharper than a pixel.
    """
    x = np.arange(box[0], box[2], dtype=np.float32)[None, :] + np.float32(0.5 - begin.x)
    y = np.arange(box[1], box[3], dtype=np.float32)[:, None] + np.float32(0.5 - begin.y)
    across, down = end.x - begin.x, end.y - begin.y
    radius: Any = np.float32(brush.size / 2 * begin.pressure)
    if across or down:
        along = x * np.float32(across) + y * np.float32(down)
        along *= np.float32(1 / (across * across + down * down))
        np.clip(along, 0, 1, out=along)
        x, y = x - along * np.float32(across), y - along * np.float32(down)
        if begin.pressure != end.pressure:
            radius = radius + along * np.float32(brush.size / 2 * (end.pressure - begin.pressure))
    depth = np.sqrt(x * x + y * y)
    np.subtract(radius + np.float32(0.5), depth, out=depth)
    edge = np.maximum(radius * np.float32(1 - brush.hardness), np.float32(1))
    depth /= edge
    np.clip(depth, 0, 1, out=depth)
    if brush.hardness < 1:
        depth *= depth * (3 - 2 * depth)
    depth *= 255
    depth += 0.5
    return depth.astype(np.uint8)


def _between(one: Spot, other: Spot, share: float) -> Spot:
    x, y = one.x + (other.x - one.x) * share, one.y + (other.y - one.y) * share
    return Spot(x, y, one.pressure + (other.pressure - one.pressure) * share)
