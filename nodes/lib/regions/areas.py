"""Where conditions count: areas in cells, how they fade, and what answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F

from nodes.lib.latents import SizeError
from nodes.types import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from nodes.handles import Model

FEATHER = 8
"""Cells over which an area fades towards its inner edges; a quarter of a side at most."""

PATCHES = {"sd3": 2, "flux": 2}
"""Cells a side that networks take as one; areas grow to whole ones."""


class Box(NamedTuple):
    """A part of a latent, in cells."""

    top: int
    left: int
    height: int
    width: int

    def holds(self, other: Box) -> bool:
        """Tell whether another box lies in this one."""
        below = other.top >= self.top and other.top + other.height <= self.top + self.height
        beside = other.left >= self.left and other.left + other.width <= self.left + self.width
        return below and beside

    def of(self, x: Tensor) -> Tensor:
        """Return this part of (…, h, w)."""
        rows = slice(self.top, self.top + self.height)
        return x[..., rows, self.left : self.left + self.width]


class Placed(NamedTuple):
    """A condition, and its area where it has one."""

    entry: Condition
    box: Box | None


def placed(model: Model, shape: tuple[int, ...], entry: Condition) -> Placed:
    """Return a condition and where it counts in latents of a shape, (B, C, h, w)."""
    area = entry.options.get("area")
    return Placed(entry, None if area is None else box_of(area, model, shape))


def box_of(area: Mapping[str, Any], model: Model, shape: tuple[int, ...]) -> Box:
    """Bring an area to cells; what lies beyond the picture is cut off.

    Raises:
        SizeError: Nothing is left.
    """
    patch = PATCHES.get(model.family, 1)
    top, height = _span(area, "y", "height", shape[2], model.latent_format.downscale, patch)
    left, width = _span(area, "x", "width", shape[3], model.latent_format.downscale, patch)
    return Box(top, left, height, width)


def _span(
    area: Mapping[str, Any], start: str, extent: str, cells: int, cell: int, patch: int
) -> tuple[int, int]:
    """Return where an area begins along one side, and how long it is, in cells."""
    if area["unit"] == "pixels":
        begin, length = int(area[start]) // cell, int(area[extent]) // cell
    else:
        begin, length = round(area[start] * cells), round(area[extent] * cells)
    end = min(-(-(begin + max(length, 1)) // patch) * patch, cells)
    begin = begin // patch * patch
    if begin >= end:
        raise SizeError(
            f"an area begins at {start} {area[start]}, outside of the picture, which is "
            f"{cells * cell} pixels long there; move it inside"
        )
    return begin, end - begin


def answered(sides: list[list[Placed]]) -> list[list[Placed]]:
    """Let each area be answered on the other side, positive areas first.

    What answers is the condition with the smallest area around it, or one without: both sides
    are guided from what they see of the same part of x.
    """
    for mine in reversed(range(len(sides))):
        for other in range(len(sides)):
            for one in sides[mine]:
                if other != mine and one.box is not None:
                    _answer(sides[other], one.box)
    return sides


def _answer(side: list[Placed], box: Box) -> None:
    around = [one for one in side if one.box is None or one.box.holds(box)]
    if not around:
        return
    smallest = min(around, key=lambda one: one.box[2] * one.box[3] if one.box else float("inf"))
    if smallest.box != box:
        side.append(smallest._replace(box=box))


def weight_of(entry: Condition, box: Box, shape: tuple[int, ...]) -> Tensor:
    """Return how much a condition counts in its box: its mask, or all but the faded edges."""
    if entry.mask is None:
        return _faded(box, shape)
    if len(entry.mask) not in (1, shape[0]):
        raise SizeError(
            f"a condition has {len(entry.mask)} masks for {shape[0]} pictures; give one, or one "
            "for each"
        )
    return box.of(F.interpolate(entry.mask[:, None], shape[2:], mode="bilinear"))


def _faded(box: Box, shape: tuple[int, ...]) -> Tensor:
    rows = _ramp(box.height, box.top > 0, box.top + box.height < shape[2])
    columns = _ramp(box.width, box.left > 0, box.left + box.width < shape[3])
    return (rows[:, None] * columns)[None, None]


def _ramp(length: int, begins_inside: bool, ends_inside: bool) -> Tensor:
    """Return 1 along a side, fading towards ends that are not the picture's."""
    count = min(FEATHER, length // 4)
    ramp, fade = torch.ones(length), torch.arange(1, count + 1) / max(count, 1)
    if begins_inside:
        ramp[:count] *= fade
    if ends_inside:
        ramp[length - count :] *= fade.flip(0)
    return ramp
