"""Rectangles by key in one numpy array, so that asking which of thousands are in view is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

K = TypeVar("K")
V = TypeVar("V")

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)


class Boxes(Generic[K, V]):
    """Things with a rectangle that come, go and move; one that went leaves its row to the next."""

    def __init__(self) -> None:
        self._rects = np.full((64, 4), NOWHERE)
        self._items: list[V | None] = []
        self._index: dict[K, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._index)

    def __iter__(self) -> Iterator[K]:
        return iter(self._index)

    def __getitem__(self, key: K) -> Box:
        left, top, right, bottom = self._rects[self._index[key]].tolist()
        return left, top, right, bottom

    def put(self, key: K, item: V, box: Box) -> None:
        """Add a thing, or what it has become."""
        index = self._index.get(key)
        if index is None:
            index = self._index[key] = self._row()
        self._items[index] = item
        self._rects[index] = box

    def drop(self, key: K) -> None:
        """Take a thing away, if it is there."""
        index = self._index.pop(key, None)
        if index is not None:
            self._items[index] = None
            self._rects[index] = NOWHERE
            self._free.append(index)

    def within(self, area: Box) -> list[V]:
        """Return the things whose rectangle touches an area."""
        left, top, right, bottom = area
        rects = self._rects[: len(self._items)]
        seen = (rects[:, 0] <= right) & (rects[:, 2] >= left)
        seen &= (rects[:, 1] <= bottom) & (rects[:, 3] >= top)
        items = self._items
        return [items[index] for index in np.flatnonzero(seen).tolist()]  # type: ignore[misc]

    def bounds(self) -> Box | None:
        """Return the rectangle around all of them."""
        if not self._index:
            return None
        rects = self._rects[: len(self._items)]
        low, high = rects[:, :2].min(axis=0), rects[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _row(self) -> int:
        """Return a free row."""
        if self._free:
            return self._free.pop()
        self._items.append(None)
        if len(self._items) > len(self._rects):
            self._rects = np.concatenate([self._rects, np.full_like(self._rects, NOWHERE)])
        return len(self._items) - 1


def around(boxes: list[Box], margin: float = 0.0) -> Box | None:
    """Return the rectangle around several, wider by a margin."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts) - margin, min(tops) - margin, max(rights) + margin, max(bottoms) + margin


def touch(one: Box, other: Box) -> bool:
    """Tell whether two rectangles have a point in common."""
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]


def within(one: Box, other: Box) -> bool:
    """Tell whether a rectangle is wholly in another."""
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]
