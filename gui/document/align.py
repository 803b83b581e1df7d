"""Aligning, distributing and snapping rectangles; places in and places out, in px."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Point: TypeAlias = tuple[float, float]
Rect: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height."""

Edge = Literal["left", "center", "right", "top", "middle", "bottom"]
Axis = Literal["across", "down"]

SHARES: dict[Edge, tuple[int, float]] = {
    "left": (0, 0.0),
    "center": (0, 0.5),
    "right": (0, 1.0),
    "top": (1, 0.0),
    "middle": (1, 0.5),
    "bottom": (1, 1.0),
}
"""For each edge the axis it moves things on, and which share of a size lies before it."""


def align(rects: Mapping[str, Rect], edge: Edge) -> dict[str, Point]:
    """Return places where one edge of all is on a line: that of the whole, or its middle."""
    if not rects:
        return {}
    axis, share = SHARES[edge]
    low = min(rect[axis] for rect in rects.values())
    high = max(rect[axis] + rect[axis + 2] for rect in rects.values())
    line = low + share * (high - low)
    return {name: _with(r, axis, line - share * r[axis + 2]) for name, r in rects.items()}


def distribute(rects: Mapping[str, Rect], axis: Axis) -> dict[str, Point]:
    """Return places with equal gaps; the first and the last stay."""
    at = 0 if axis == "across" else 1
    order = sorted(rects, key=lambda name: (rects[name][at], name))
    places = {name: (rect[0], rect[1]) for name, rect in rects.items()}
    if len(order) < 3:
        return places
    first, last = rects[order[0]], rects[order[-1]]
    between = last[at] - first[at] - sum(rects[name][at + 2] for name in order[:-1])
    gap, position = between / (len(order) - 1), first[at]
    for name in order[:-1]:
        places[name] = _with(rects[name], at, position)
        position += rects[name][at + 2] + gap
    return places


def snap(point: Point, grid: float) -> Point:
    """Return the nearest point of a grid."""
    return round(point[0] / grid) * grid, round(point[1] / grid) * grid


def _with(rect: Rect, axis: int, value: float) -> Point:
    return (value, rect[1]) if axis == 0 else (rect[0], value)
