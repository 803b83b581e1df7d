"""The course of links: from an output through its bends to an input, all in scene pixels."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QLineF, QPointF

from gui.canvas.courses import COURSES, reach

if TYPE_CHECKING:
    from PySide6.QtGui import QPainterPath

    from gui.canvas.boxes import Box
    from gui.canvas.courses import Course
    from nodegraph.graph import Link

Point: TypeAlias = tuple[float, float]

SAMPLES = 16
"""Straight pieces a curve is taken for when a point is near it."""


class Wire:
    """A link as it is drawn: end points, and a path that is made when it is first painted.

    Attributes:
        type: Of the output it comes from, which decides its color.
        bends: The points it is led through.
        course: How it is drawn between them.
    """

    __slots__ = ("_path", "bends", "course", "line", "link", "type", "x1", "x2", "y1", "y2")

    def __init__(
        self,
        link: Link,
        start: Point,
        end: Point,
        kind: str,
        bends: tuple[Point, ...] = (),
        course: Course = "curved",
    ) -> None:
        self.link, self.type, self.bends = link, kind, bends
        self.course: Course = course
        (self.x1, self.y1), (self.x2, self.y2) = start, end
        self.line = QLineF(self.x1, self.y1, self.x2, self.y2)
        self._path: QPainterPath | None = None

    @property
    def points(self) -> list[Point]:
        """Its ends and its bends, in order."""
        return [(self.x1, self.y1), *self.bends, (self.x2, self.y2)]

    @property
    def path(self) -> QPainterPath:
        """What is drawn."""
        if self._path is None:
            self._path = COURSES[self.course](self.points)
        return self._path

    @property
    def lines(self) -> list[QLineF]:
        """What is drawn where the scene is small: straight from point to point."""
        if not self.bends:
            return [self.line]
        return [QLineF(*one, *other) for one, other in pairwise(self.points)]

    @property
    def box(self) -> Box:
        """A rectangle that holds the path."""
        if self.bends:
            rect = self.path.controlPointRect()
            return rect.left(), rect.top(), rect.right(), rect.bottom()
        far = reach(self.x2 - self.x1, self.y2 - self.y1)
        left, right = min(self.x1, self.x2 - far), max(self.x2, self.x1 + far)
        return left, min(self.y1, self.y2), right, max(self.y1, self.y2)

    def distance(self, x: float, y: float) -> float:
        """Return how far a point is from the path."""
        return min(_to_segment(x, y, *one, *other) for one, other in self._pieces())

    def leg(self, x: float, y: float) -> int:
        """Return between which of its points a point is: 0 before the first bend."""
        points, best, found = self.points, float("inf"), 0
        for index in range(len(points) - 1):
            path = COURSES[self.course](points[index : index + 2])
            pieces = _pieces(path, SAMPLES)
            far = min(_to_segment(x, y, *one, *other) for one, other in pieces)
            if far < best:
                best, found = far, index
        return found

    def halfway(self, leg: int) -> Point:
        """Return the point half way between one of its points and the next."""
        at: QPointF = COURSES[self.course](self.points[leg : leg + 2]).pointAtPercent(0.5)
        return at.x(), at.y()

    def crosses(self, start: Point, end: Point) -> bool:
        """Tell whether a straight stroke crosses the path."""
        stroke = QLineF(*start, *end)
        bounded = QLineF.IntersectionType.BoundedIntersection
        return any(
            QLineF(*one, *other).intersects(stroke)[0] == bounded  # type: ignore[index]
            for one, other in self._pieces()
        )

    def middle(self) -> Point:
        """Return the point half way along."""
        at: QPointF = self.path.pointAtPercent(0.5)
        return at.x(), at.y()

    def _pieces(self) -> list[tuple[Point, Point]]:
        return _pieces(self.path, SAMPLES * (len(self.bends) + 1))


def _pieces(path: QPainterPath, count: int) -> list[tuple[Point, Point]]:
    """Return a path as straight pieces."""
    points = [path.pointAtPercent(index / count) for index in range(count + 1)]
    return [((one.x(), one.y()), (other.x(), other.y())) for one, other in pairwise(points)]


def _to_segment(x: float, y: float, x1: float, y1: float, x2: float, y2: float) -> float:
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    share = 0.0 if length == 0 else min(max(((x - x1) * dx + (y - y1) * dy) / length, 0.0), 1.0)
    return ((x - x1 - share * dx) ** 2 + (y - y1 - share * dy) ** 2) ** 0.5
