"""How a link is drawn between its points: curved, straight, or along the axes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from collections.abc import Callable

Point: TypeAlias = tuple[float, float]
Course = Literal["curved", "straight", "orthogonal"]

STUB = 14.0
"""How far a link that turns at right angles runs straight on at each end."""

ROUND = 6.0
"""Radius of its corners."""


def reach(dx: float, dy: float) -> float:
    """Return how far a link runs straight on before it turns, given where its end is."""
    if dx >= 0:
        return max(dx * 0.5, min(24.0, abs(dy) * 0.5))
    return min(-dx * 0.4 + 40.0, 160.0)


def curve(x1: float, y1: float, x2: float, y2: float) -> QPainterPath:
    """Return the curve between two points."""
    return curved([(x1, y1), (x2, y2)])


def curved(points: list[Point]) -> QPainterPath:
    """Return a curve that leaves and arrives level, and passes the bends without a corner."""
    path = QPainterPath()
    path.moveTo(*points[0])
    slopes = [_slope(points, index) for index in range(len(points))]
    for index, ((x1, y1), (x2, y2)) in enumerate(pairwise(points)):
        (ax, ay), (bx, by) = slopes[index], slopes[index + 1]
        if ay == by == 0:
            far = reach(x2 - x1, y2 - y1)
        else:
            far = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 * 0.4, 1.0)
        path.cubicTo(x1 + ax * far, y1 + ay * far, x2 - bx * far, y2 - by * far, x2, y2)
    return path


def straight(points: list[Point]) -> QPainterPath:
    """Return straight lines from point to point."""
    path = QPainterPath()
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    return path


def orthogonal(points: list[Point]) -> QPainterPath:
    """Return lines along the axes, their corners rounded."""
    corners = [points[0]]
    for one, other in pairwise(points):
        corners += _turns(one, other)
    path = QPainterPath()
    path.moveTo(*corners[0])
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        path.lineTo(*_toward(corner, before))
        path.quadTo(*corner, *_toward(corner, after))
    path.lineTo(*corners[-1])
    return path


COURSES: dict[Course, Callable[[list[Point]], QPainterPath]] = {
    "curved": curved,
    "straight": straight,
    "orthogonal": orthogonal,
}


def _slope(points: list[Point], index: int) -> Point:
    """Return the direction in which the curve passes a point: level at both ends, and at a bend
    that is the highest, the lowest, or beside a level piece; so it never swings beyond its bends.
    """
    if index in (0, len(points) - 1):
        return 1.0, 0.0
    (x1, y1), (x, y), (x2, y2) = points[index - 1 : index + 2]
    if x1 < x < x2 and (y - y1) * (y2 - y) <= 0:
        return 1.0, 0.0
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    return ((x2 - x1) / length, (y2 - y1) / length) if length else (1.0, 0.0)


def _turns(one: Point, other: Point) -> list[Point]:
    """Return the corners between two points, the second one included."""
    (x1, y1), (x2, y2) = one, other
    if x2 >= x1 + 2 * STUB:
        middle = (x1 + x2) / 2
        return [(middle, y1), (middle, y2), other]
    level = (y1 + y2) / 2
    return [(x1 + STUB, y1), (x1 + STUB, level), (x2 - STUB, level), (x2 - STUB, y2), other]


def _toward(corner: Point, other: Point) -> Point:
    """Return the point from which a corner is rounded, on the way from another one."""
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = (dx * dx + dy * dy) ** 0.5
    share = min(ROUND / length, 0.5) if length else 0.0
    return corner[0] + dx * share, corner[1] + dy * share
