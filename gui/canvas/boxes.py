"""Rectangles by key in one numpy array, so that asking which of thousands are in view is quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

K = TypeVar("K")

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)


class Boxes(Generic[K]):
    """Rectangles that come, go and move; the place of one that went is taken by the next."""

    def __init__(self) -> None:
        self._rects = np.full((64, 4), NOWHERE)
        self._keys: list[K | None] = []
        self._index: dict[K, int] = {}
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._index)

    def __iter__(self) -> Iterator[K]:
        return iter(self._index)

    def __getitem__(self, key: K) -> Box:
        left, top, right, bottom = self._rects[self._index[key]].tolist()
        return left, top, right, bottom

    def put(self, key: K, box: Box) -> None:
        """Add a rectangle, or move it."""
        index = self._index.get(key)
        if index is None:
            index = self._place(key)
        self._rects[index] = box

    def drop(self, key: K) -> None:
        """Take a rectangle away, if it is there."""
        index = self._index.pop(key, None)
        if index is not None:
            self._keys[index] = None
            self._rects[index] = NOWHERE
            self._free.append(index)

    def within(self, area: Box) -> list[K]:
        """Return the keys of the rectangles that touch an area."""
        left, top, right, bottom = area
        rects = self._rects[: len(self._keys)]
        seen = (rects[:, 0] <= right) & (rects[:, 2] >= left)
        seen &= (rects[:, 1] <= bottom) & (rects[:, 3] >= top)
        keys = self._keys
        return [keys[index] for index in np.flatnonzero(seen).tolist()]  # type: ignore[misc]

    def bounds(self) -> Box | None:
        """Return the rectangle around all of them."""
        if not self._index:
            return None
        rects = self._rects[: len(self._keys)]
        low, high = rects[:, :2].min(axis=0), rects[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _place(self, key: K) -> int:
        if self._free:
            index = self._free.pop()
            self._keys[index] = key
        else:
            index = len(self._keys)
            self._keys.append(key)
            if index == len(self._rects):
                self._rects = np.concatenate([self._rects, np.full_like(self._rects, NOWHERE)])
        self._index[key] = index
        return index


def around(boxes: list[Box], margin: float = 0.0) -> Box | None:
    """Return the rectangle around several, wider by a margin."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts) - margin, min(tops) - margin, max(rights) + margin, max(bottoms) + margin
