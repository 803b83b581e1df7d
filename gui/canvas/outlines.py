"""The outline of a zone: level above, where its name stands, and close to its body below."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath

if TYPE_CHECKING:
    from gui.canvas.boxes import Box

Floor: TypeAlias = tuple[tuple[float, float], ...]
"""From each ``x`` on, how far down the outline reaches."""

CORNER = 12.0


def floor_of(boxes: list[Box], margin: float) -> Floor:
    """Return how far down an outline around rectangles reaches, from left to right."""
    wide = [(left - margin, right + margin, bottom + margin) for left, _, right, bottom in boxes]
    edges = sorted({edge for left, right, _ in wide for edge in (left, right)})
    lows: list[float] = []
    for start, end in pairwise(edges):
        under = [bottom for left, right, bottom in wide if left < end and right > start]
        lows.append(max(under, default=float("-inf")))
    for index, low in enumerate(lows):
        if low == float("-inf"):  # a gap between two nodes: as far down as the higher of them
            lows[index] = min(lows[index - 1], lows[index + 1])
    return tuple(zip(edges, _widened(edges, lows), strict=False))


def _widened(edges: list[float], lows: list[float]) -> list[float]:
    """Let steps too narrow or too low for two round corners be as deep as what is next to them."""
    found = list(lows)
    forth = [(index, index - 1) for index in range(1, len(lows))]
    back = [(other, index) for index, other in reversed(forth)]
    for index, other in (*forth, *back):
        narrow = edges[index + 1] - edges[index] < 3 * CORNER
        if narrow or abs(found[other] - found[index]) < 2 * CORNER:
            found[index] = max(found[index], found[other])
    return found


@lru_cache(maxsize=128)
def outline_of(box: Box, floor: Floor) -> QPainterPath:
    """Return the outline of a region, its corners round."""
    left, top, right, bottom = box
    if len(floor) < 2:
        path = QPainterPath()
        path.addRoundedRect(QRectF(left, top, right - left, bottom - top), CORNER, CORNER)
        return path
    corners = [(left, top), (right, top)]
    ends = [*(x for x, _ in floor[1:]), right]
    for (start, low), end in reversed([*zip(floor, ends, strict=True)]):
        corners += [(end, low), (start, low)]
    return _rounded(corners)


def _rounded(corners: list[tuple[float, float]]) -> QPainterPath:
    """Return a closed path along the axes; corners on a straight line make no curve."""
    path = QPainterPath()
    count = len(corners)
    for index, corner in enumerate(corners):
        before, after = corners[index - 1], corners[(index + 1) % count]
        into, out = _toward(corner, before), _toward(corner, after)
        if index == 0:
            path.moveTo(*into)
        else:
            path.lineTo(*into)
        path.quadTo(*corner, *out)
    path.closeSubpath()
    return path


def _toward(corner: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    dx, dy = other[0] - corner[0], other[1] - corner[1]
    length = abs(dx) + abs(dy)
    share = min(CORNER / length, 0.5) if length else 0.0
    return corner[0] + dx * share, corner[1] + dy * share
