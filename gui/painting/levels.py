"""A mask at half its size, a quarter and so on, kept up where it changes: to be seen from afar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gui.painting.box import Box, part

if TYPE_CHECKING:
    from gui.painting.stroke import Bytes

SMALLEST = 256
"""Pixels a side from which on nothing smaller is made."""


class Levels:
    """A mask and its smaller copies, each pixel of one the mean of four of the one before."""

    def __init__(self, values: Bytes) -> None:
        self._levels = [values]
        while max(self._levels[-1].shape) > SMALLEST:
            last = self._levels[-1]
            made = np.empty(((last.shape[0] + 1) // 2, (last.shape[1] + 1) // 2), np.uint8)
            self._levels.append(made)
        self.refresh((0, 0, values.shape[1], values.shape[0]))

    def refresh(self, box: Box) -> None:
        """Make the copies anew where the mask has changed."""
        for larger, smaller in zip(self._levels, self._levels[1:], strict=False):
            left, top, right, bottom = box
            box = (left // 2, top // 2, (right + 1) // 2, (bottom + 1) // 2)
            smaller[part(box)] = _halved(larger, box)

    def at(self, zoom: float) -> tuple[Bytes, int]:
        """Return the smallest copy that is large enough at a zoom, and its pixels' side."""
        level = 0
        while level + 1 < len(self._levels) and zoom * 2 ** (level + 1) <= 1:
            level += 1
        return self._levels[level], 2**level


def _halved(larger: Bytes, box: Box) -> Bytes:
    """Return a part of the next smaller copy; at an odd edge the last pixel counts twice."""
    taken = larger[2 * box[1] : 2 * box[3], 2 * box[0] : 2 * box[2]]
    odd = [(0, 2 * (box[3] - box[1]) - taken.shape[0]), (0, 2 * (box[2] - box[0]) - taken.shape[1])]
    if odd != [(0, 0), (0, 0)]:
        taken = np.pad(taken, odd, mode="edge")
    wide = taken.astype(np.uint16)
    total = wide[0::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 0::2] + wide[1::2, 1::2]
    return ((total + 2) >> 2).astype(np.uint8)
