"""A mask that is being painted: an array, the strokes on it, and the steps that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gui.painting.box import NOWHERE, Box, part, union
from gui.painting.steps import Steps
from gui.painting.stroke import Stroke, lay

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.painting.stroke import Brush, Bytes, Spot


class PaintedMask:
    """A mask, changed by strokes and areas, each a step to undo.

    Attributes:
        values: (H, W), 255 where the mask is 1.
        changed: Called with the part that has changed.
        stepped: Called when there is another step to undo or to make again.
    """

    def __init__(self, values: Bytes) -> None:
        self.values = values
        self.changed: Callable[[Box], object] = lambda _: None
        self.stepped: Callable[[], object] = lambda: None
        self._steps = Steps()
        self._stroke: Stroke | None = None
        self._dirty = NOWHERE

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.values.shape[1], self.values.shape[0]

    @property
    def whole(self) -> Box:
        """All of it."""
        return (0, 0, *self.size)

    @property
    def painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._stroke is not None

    @property
    def steps(self) -> int:
        """How many steps can be undone."""
        return len(self._steps.done)

    @property
    def undone(self) -> int:
        """How many steps can be made again."""
        return len(self._steps.undone)

    # Strokes

    def begin(self, spot: Spot, brush: Brush) -> None:
        """Begin a stroke; one that is under way ends."""
        self.end()
        self._stroke = Stroke(self.values, brush)
        self._take(self._stroke.go(spot))

    def go(self, spot: Spot) -> None:
        """Go on with the stroke."""
        if self._stroke is not None:
            self._take(self._stroke.go(spot))

    def end(self, spot: Spot | None = None) -> None:
        """End the stroke, at a place where one is given; it is one step."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return
        if spot is not None:
            self._take(stroke.go(spot, end=True))
        self._note("Erase" if stroke.brush.erases else "Stroke", stroke.before)

    def break_off(self) -> None:
        """Take the stroke that is under way back."""
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            dirty, self._dirty = self._dirty, NOWHERE
            self.values[part(dirty)] = stroke.before[part(dirty)]
            self.changed(dirty)

    # Areas

    def fill(self, box: Box, cover: Bytes, brush: Brush) -> None:
        """Add an area to the mask, or take it away; as opaque as the brush.

        Args:
            box: Where it is.
            cover: How much of each pixel of the box it covers, 255 wholly.
            brush: Of it the opacity, and whether it takes away.
        """
        if box == NOWHERE:
            return
        before = self.values.copy()
        lay(self.values, before, cover, box, brush)
        self._take(box)
        self._note("Take an area away" if brush.erases else "Fill an area", before)

    def fill_all(self) -> None:
        """Make it 1 everywhere."""
        self._set("Fill all", np.full_like(self.values, 255))

    def clear(self) -> None:
        """Make it 0 everywhere."""
        self._set("Clear", np.zeros_like(self.values))

    def invert(self) -> None:
        """Exchange 0 and 1."""
        self._set("Invert", 255 - self.values)

    # Steps

    def undo(self) -> None:
        """Take the last step back; a stroke that is under way first."""
        if self.painting:
            self.break_off()
            return
        self._redraw(self._steps.undo(self.values))

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        if not self.painting:
            self._redraw(self._steps.redo(self.values))

    # Inside

    def _set(self, label: str, values: Bytes) -> None:
        self.end()
        before = self.values.copy()
        self.values[:] = values
        self._take(self.whole)
        self._note(label, before)

    def _take(self, box: Box) -> None:
        if box != NOWHERE:
            self._dirty = union(self._dirty, box)
            self.changed(box)

    def _note(self, label: str, before: Bytes) -> None:
        dirty, self._dirty = self._dirty, NOWHERE
        if self._steps.add(label, before, self.values, dirty):
            self.stepped()

    def _redraw(self, box: Box) -> None:
        if box != NOWHERE:
            self.changed(box)
            self.stepped()
