"""A mask with soft edges, kept up where it changes: how it will be once its node softened it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from gui.painting.box import Box, part

if TYPE_CHECKING:
    from gui.painting.stroke import Bytes

FINE = 8.0
"""The largest radius that is blurred as it is; with larger ones a smaller copy looks the same."""


class Feathering:
    """A copy of a mask, blurred."""

    def __init__(self, values: Bytes, radius: float) -> None:
        """Blur a mask.

        Args:
            values: (H, W).
            radius: Standard deviation of the Gaussian, in pixels.
        """
        self._values, self.radius = values, radius
        self.soft = values.copy()
        self.refresh((0, 0, values.shape[1], values.shape[0]))

    def refresh(self, box: Box) -> Box:
        """Blur anew around where the mask has changed; return where the copy has."""
        reach = ceil(3 * self.radius)
        changed = self._grown(box, reach)
        seen = self._grown(changed, reach)
        made = _blurred(self._values[part(seen)], self.radius)
        left, top = changed[0] - seen[0], changed[1] - seen[1]
        inner = (left, top, left + changed[2] - changed[0], top + changed[3] - changed[1])
        self.soft[part(changed)] = made[part(inner)]
        return changed

    def _grown(self, box: Box, by: int) -> Box:
        height, width = self._values.shape
        left, top, right, bottom = box
        return max(left - by, 0), max(top - by, 0), min(right + by, width), min(bottom + by, height)


def _blurred(values: Bytes, radius: float) -> Bytes:
    import cv2  # a tenth of a second, which nobody waits for who softens nothing

    times = max(int(radius / FINE), 1)
    height, width = values.shape
    small = values
    if times > 1:
        size = max(width // times, 1), max(height // times, 1)
        small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), radius / times, borderType=cv2.BORDER_REFLECT_101)
    if times > 1:
        soft = cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR)
    return soft.astype(values.dtype)
