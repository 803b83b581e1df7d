"""The course of links: curves from an output to an input, all in scene pixels."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from gui.canvas.boxes import Box
    from nodegraph.graph import Link

SAMPLES = 16
"""Straight pieces a curve is taken for when a point is near it."""


class Wire:
    """A link as it is drawn: end points, and a curve that is made when it is first painted.

    Attributes:
        type: Of the output it comes from, which decides its color.
        reach: How far it runs straight on at each end.
    """

    __slots__ = ("_path", "line", "link", "reach", "type", "x1", "x2", "y1", "y2")

    def __init__(
        self, link: Link, start: tuple[float, float], end: tuple[float, float], kind: str
    ) -> None:
        self.link, self.type = link, kind
        (self.x1, self.y1), (self.x2, self.y2) = start, end
        self.reach = reach(self.x2 - self.x1, self.y2 - self.y1)
        self.line = QLineF(self.x1, self.y1, self.x2, self.y2)
        self._path: QPainterPath | None = None

    @property
    def path(self) -> QPainterPath:
        """The curve."""
        if self._path is None:
            self._path = curve(self.x1, self.y1, self.x2, self.y2)
        return self._path

    @property
    def box(self) -> Box:
        """A rectangle that holds the curve."""
        left = min(self.x1, self.x2 - self.reach)
        right = max(self.x2, self.x1 + self.reach)
        return left, min(self.y1, self.y2), right, max(self.y1, self.y2)

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from the curve."""
        points = [self._at(index / SAMPLES) for index in range(SAMPLES + 1)]
        return min(_to_segment(x, y, *one, *other) for one, other in pairwise(points))

    def _at(self, t: float) -> tuple[float, float]:
        u = 1.0 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        x = a * self.x1 + b * (self.x1 + self.reach) + c * (self.x2 - self.reach) + d * self.x2
        return x, (a + b) * self.y1 + (c + d) * self.y2


def reach(dx: float, dy: float) -> float:
    """Return how far a link runs straight on before it turns, given where its end is."""
    if dx >= 0:
        return max(dx * 0.5, min(24.0, abs(dy) * 0.5))
    return min(-dx * 0.4 + 40.0, 160.0)


def curve(x1: float, y1: float, x2: float, y2: float) -> QPainterPath:
    """Return the curve between two points."""
    path = QPainterPath()
    path.moveTo(x1, y1)
    turn = reach(x2 - x1, y2 - y1)
    path.cubicTo(x1 + turn, y1, x2 - turn, y2, x2, y2)
    return path


def _to_segment(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(max(((x - x1) * dx + (y - y1) * dy) / length, 0.0), 1.0)
    return ((x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2) ** 0.5
