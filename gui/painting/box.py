"""A part of a picture: left, top, right, bottom in whole pixels, the last two just outside."""

from __future__ import annotations

from math import ceil, floor
from typing import TypeAlias

Box: TypeAlias = "tuple[int, int, int, int]"

NOWHERE: Box = (0, 0, 0, 0)


def around(points: list[tuple[float, float]], margin: float, size: tuple[int, int]) -> Box:
    """Return what holds some points with a margin, as far as it lies in a picture of a size."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    left, top = max(floor(min(xs) - margin), 0), max(floor(min(ys) - margin), 0)
    right, bottom = min(ceil(max(xs) + margin), size[0]), min(ceil(max(ys) + margin), size[1])
    return (left, top, right, bottom) if left < right and top < bottom else NOWHERE


def union(one: Box, other: Box) -> Box:
    """Return what holds both."""
    if one == NOWHERE or other == NOWHERE:
        return other if one == NOWHERE else one
    lows, highs = zip(one[:2], other[:2], strict=True), zip(one[2:], other[2:], strict=True)
    left, top = (min(pair) for pair in lows)
    right, bottom = (max(pair) for pair in highs)
    return left, top, right, bottom


def part(box: Box) -> tuple[slice, slice]:
    """Return the rows and columns of a box."""
    return slice(box[1], box[3]), slice(box[0], box[2])
