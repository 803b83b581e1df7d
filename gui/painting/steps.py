"""Undo of strokes: the tiles that a step changed, as they were and as they are."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gui.painting.box import NOWHERE, Box, part, union

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gui.painting.stroke import Bytes

TILE = 256
BUDGET = 256 * 2**20
"""Bytes of steps that can be undone; beyond it the oldest go. Masks shrink to a hundredth."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of the mask before and after a step, compressed."""

    box: Box
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """What a person did at once.

    Attributes:
        label: What it is called, ``Stroke``.
    """

    label: str
    tiles: tuple[Tile, ...]

    @property
    def bytes(self) -> int:
        """How much memory it takes."""
        return sum(len(tile.before) + len(tile.after) for tile in self.tiles)


class Steps:
    """The steps that led to a mask, and those that were taken back."""

    def __init__(self) -> None:
        self.done: list[Step] = []
        self.undone: list[Step] = []

    def add(self, label: str, before: Bytes, values: Bytes, box: Box) -> bool:
        """Note what has changed within a box, and tell whether anything has."""
        tiles = tuple(_changed(before, values, box))
        if not tiles:
            return False
        self.done.append(Step(label, tiles))
        self.undone.clear()
        kept = sum(step.bytes for step in self.done)
        while kept > BUDGET and len(self.done) > 1:
            kept -= self.done.pop(0).bytes
        return True

    def undo(self, values: Bytes) -> Box:
        """Take the last step back, in place; return where the mask has changed."""
        if not self.done:
            return NOWHERE
        step = self.done.pop()
        self.undone.append(step)
        return _put(values, [(tile.box, tile.before) for tile in step.tiles])

    def redo(self, values: Bytes) -> Box:
        """Make the step again that was taken back last."""
        if not self.undone:
            return NOWHERE
        step = self.undone.pop()
        self.done.append(step)
        return _put(values, [(tile.box, tile.after) for tile in step.tiles])


def _changed(before: Bytes, values: Bytes, box: Box) -> Iterator[Tile]:
    for top in range(box[1] - box[1] % TILE, box[3], TILE):
        for left in range(box[0] - box[0] % TILE, box[2], TILE):
            right, bottom = min(left + TILE, values.shape[1]), min(top + TILE, values.shape[0])
            tile: Box = (left, top, right, bottom)
            was, now = before[part(tile)], values[part(tile)]
            if not np.array_equal(was, now):
                yield Tile(tile, zlib.compress(was.tobytes(), 1), zlib.compress(now.tobytes(), 1))


def _put(values: Bytes, tiles: list[tuple[Box, bytes]]) -> Box:
    changed = NOWHERE
    for box, data in tiles:
        shape = box[3] - box[1], box[2] - box[0]
        values[part(box)] = np.frombuffer(zlib.decompress(data), np.uint8).reshape(shape)
        changed = union(changed, box)
    return changed
