"""Where the frames of a strip stand: the one that is shown at full width, the rest squeezed."""

from __future__ import annotations

from dataclasses import dataclass

LABEL = 56.0
"""Logical pixels from one label to the next, at least."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A strip.

    Attributes:
        width: Logical pixels there are.
        count: Frames.
        current: The one that is shown.
        full: How wide a frame is that is not squeezed.
    """

    width: float
    count: int
    current: int
    full: float

    @property
    def step(self) -> float:
        """How wide any other frame is."""
        if self.count < 2:
            return self.full
        return min(self.full, max((self.width - self.full) / (self.count - 1), 0.5))

    def frame(self, index: int) -> tuple[float, float]:
        """Return where a frame begins, and how wide it is."""
        left = index * self.step + (self.full - self.step) * (index > self.current)
        return left, self.full if index == self.current else self.step

    def middle(self, index: int) -> float:
        """Return the middle of a frame."""
        left, width = self.frame(index)
        return left + width / 2

    def index_at(self, x: float) -> int:
        """Return the frame that is shown when the playhead is dragged to a point.

        The frame that was shown does not count, so that the playhead stays under the pointer.
        """
        return min(max(round((x - self.full / 2) / self.step), 0), max(self.count - 1, 0))

    def every(self) -> int:
        """Return at every how manieth frame there is room for a label."""
        for step in (1, 2, 5, 10, 20, 50, 100, 200, 500):
            if step * self.step >= LABEL:
                return step
        return 1000
