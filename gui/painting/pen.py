"""What a pointer does on a mask, whether a mouse, a tablet or keys move it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from gui.painting.shapes import lasso, rectangle
from gui.painting.stroke import LARGEST, SMALLEST, Brush, Spot

if TYPE_CHECKING:
    from collections.abc import Callable

    from gui.painting.mask import PaintedMask

Tool: TypeAlias = Literal["brush", "eraser", "lasso", "rectangle"]
TOOLS: tuple[Tool, ...] = get_args(Tool)

STRIDE = 1.15
"""By how much a step of its size makes a brush larger; at least by a pixel."""

SHARE = 0.1
"""A step of hardness and of opacity."""


class Pen:
    """Paints on a mask with the tool that is chosen.

    Attributes:
        mask: What it paints on.
        brush: Its size, hardness and opacity; areas are filled with its opacity.
        tool: What it does where it is put down.
        changed: Called when tool or brush are others, or the outline is.
        points: The line of a lasso, or two corners, while one is drawn.
    """

    def __init__(self, mask: PaintedMask) -> None:
        self.mask = mask
        self.brush = Brush()
        self.tool: Tool = "brush"
        self.changed: Callable[[], object] = lambda: None
        self.points: list[tuple[float, float]] = []
        self._last: Spot | None = None
        self._takes_away = False

    @property
    def paints(self) -> bool:
        """Whether it makes strokes, rather than areas."""
        return self.tool in ("brush", "eraser")

    @property
    def last(self) -> tuple[float, float] | None:
        """Where a straight line would begin."""
        return (self._last.x, self._last.y) if self._last and self.paints else None

    @property
    def down(self) -> bool:
        """Whether it is at something."""
        return self.mask.painting or bool(self.points)

    # Choosing

    def choose(self, tool: Tool) -> None:
        """Take another tool; what was begun with the one before is broken off."""
        self.break_off()
        self.tool = tool
        self.changed()

    def set_brush(
        self,
        size: float | None = None,
        hardness: float | None = None,
        opacity: float | None = None,
    ) -> None:
        """Change the brush, within what it can be."""
        was = self.brush
        self.brush = replace(
            was,
            size=min(max(was.size if size is None else size, SMALLEST), LARGEST),
            hardness=min(max(was.hardness if hardness is None else hardness, 0.0), 1.0),
            opacity=min(max(was.opacity if opacity is None else opacity, 0.01), 1.0),
        )
        if was != self.brush:
            self.changed()

    def resize(self, steps: float) -> None:
        """Make the brush larger by steps, or smaller."""
        size = self.brush.size
        far = max(abs(size * STRIDE ** abs(steps) - size), abs(steps))
        self.set_brush(size=round(size + far if steps > 0 else size - far))

    def harden(self, steps: int) -> None:
        """Make the brush's edge harder by steps, or softer."""
        self.set_brush(hardness=round(self.brush.hardness + steps * SHARE, 2))

    def thicken(self, steps: int) -> None:
        """Make the brush more opaque by steps, or less."""
        self.set_brush(opacity=round(self.brush.opacity + steps * SHARE, 2))

    # Painting

    def put_down(self, spot: Spot, *, straight: bool = False, takes_away: bool = False) -> None:
        """Begin a stroke or an area.

        Args:
            spot: Where.
            straight: Begin the stroke where the last one ended: a straight line from there.
            takes_away: Erase with any tool.
        """
        self._takes_away = takes_away or self.tool == "eraser"
        if not self.paints:
            self.points = [(spot.x, spot.y)]
            self.changed()
            return
        brush = replace(self.brush, erases=self._takes_away)
        if straight and self._last is not None:
            self.mask.begin(replace(self._last, pressure=spot.pressure), brush)
            self.mask.go(spot)
        else:
            self.mask.begin(spot, brush)
        self._last = spot

    def move(self, spot: Spot) -> None:
        """Go on with what was begun."""
        if self.mask.painting:
            self.mask.go(spot)
            self._last = spot
        elif self.points:
            if self.tool == "rectangle":
                del self.points[1:]
            self.points.append((spot.x, spot.y))
            self.changed()

    def lift(self, spot: Spot | None = None) -> None:
        """End it: a stroke is there, an area is filled."""
        if self.mask.painting:
            self._last = spot or self._last
            self.mask.end(spot)
        elif self.points:
            points, self.points = self.points, []
            self._fill(points)
            self.changed()

    def break_off(self) -> None:
        """Take back what was begun."""
        self.mask.break_off()
        if self.points:
            self.points = []
            self.changed()

    def _fill(self, points: list[tuple[float, float]]) -> None:
        if len(points) < 2:
            return
        if self.tool == "rectangle":
            box, cover = rectangle(points[0], points[-1], self.mask.size)
        else:
            box, cover = lasso(points, self.mask.size)
        self.mask.fill(box, cover, replace(self.brush, erases=self._takes_away))
