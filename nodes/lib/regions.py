"""Conditions that count in some places, at some times, or more than others.

Each is evaluated where it counts, on the part of x that its area covers. The estimates are laid
over one another by weight, and divided by the sum of the weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
import torch.nn.functional as F

from nodes.lib import families
from nodes.lib.latents import SizeError
from nodes.types import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from torch import Tensor

    from nodes.types import Conditioning, Control, Model

OPTIONS = frozenset({"strength", "area", "start", "end"})
"""What makes a condition count otherwise than everywhere, always, and once."""

FEATHER = 8
"""Cells over which an area fades towards its inner edges; a quarter of a side at most."""

PATCHES = {"sd3": 2, "flux": 2}
"""Cells a side that networks take as one; areas grow to whole ones."""

NOTHING = 1e-37
"""The weight where nothing counts: the estimate is 0 there."""


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


@dataclass(frozen=True, eq=False)
class Share:
    """What one condition has to say of a prediction.

    Attributes:
        side: Of which conditioning it is.
        entry: As its box sees it.
        box: Where it counts.
        weight: How much, (1 or B, 1, h, w) of the box.
        first: The noise level it counts from …
        last: … and to.
    """

    side: int
    entry: Condition
    box: Box
    weight: Tensor
    first: float
    last: float


class _Placed(NamedTuple):
    """A condition, and its area where it has one."""

    entry: Condition
    box: Box | None


def plain(sides: Sequence[Conditioning]) -> bool:
    """Tell whether all conditions count everywhere, always and once, and are led alike."""
    entries = [entry for side in sides for entry in side.entries]
    if not all(side.entries for side in sides):
        return False
    controls = entries[0].controls
    return all(
        entry.mask is None and OPTIONS.isdisjoint(entry.options) and entry.controls == controls
        for entry in entries
    )


def estimates(
    model: Model, x: Tensor, sigma: float, sides: tuple[Conditioning, ...]
) -> list[Tensor | None]:
    """Return each side's estimate of x0, (B, C, h, w) in the network's units, as x is.

    Nothing for a side of which no condition counts at sigma; 0 where none counts. Conditions of
    one area share a batch.
    """
    shares = [
        share
        for share in _shares(model, tuple(x.shape), sides)
        if share.last <= sigma <= share.first
    ]
    sums = [torch.zeros_like(x) for _ in sides]
    weights = [torch.full_like(x, NOTHING) for _ in sides]
    for batch in _batches(shares):
        for share, found in zip(batch, _evaluated(model, x, sigma, batch), strict=True):
            share.box.of(sums[share.side]).add_(found * share.weight)
            share.box.of(weights[share.side]).add_(share.weight)
    heard = {share.side for share in shares}
    return [
        total / weight if side in heard else None
        for side, (total, weight) in enumerate(zip(sums, weights, strict=True))
    ]


def _batches(shares: Iterable[Share]) -> Iterable[list[Share]]:
    batches: dict[Any, list[Share]] = {}
    for share in shares:
        batches.setdefault((share.box, share.entry.controls), []).append(share)
    return batches.values()


def _evaluated(model: Model, x: Tensor, sigma: float, batch: list[Share]) -> Tensor:
    """Return the estimate for each share of one box, (n, B, C, h, w)."""
    seen = batch[0].box.of(x)
    entries = tuple(share.entry for share in batch)
    output = families.EVALUATE[model.family](model, seen, sigma, entries)
    return model.sampling.denoised(seen, output.reshape(len(batch), *seen.shape), sigma)


@lru_cache(maxsize=4)
def _shares(
    model: Model, shape: tuple[int, ...], sides: tuple[Conditioning, ...]
) -> tuple[Share, ...]:
    """Return what each condition has to say of x, for every step the same.

    Conditions of strength 0 have nothing to say.
    """
    placed = _answered([[_placed(model, shape, one) for one in side.entries] for side in sides])
    return tuple(
        _share(model, shape, side, one)
        for side, all_of_it in enumerate(placed)
        for one in all_of_it
        if one.entry.options.get("strength", 1.0) > 0
    )


def _placed(model: Model, shape: tuple[int, ...], entry: Condition) -> _Placed:
    area = entry.options.get("area")
    return _Placed(entry, None if area is None else _box(area, model, shape))


def _box(area: Mapping[str, Any], model: Model, shape: tuple[int, ...]) -> Box:
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


def _answered(sides: list[list[_Placed]]) -> list[list[_Placed]]:
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


def _answer(side: list[_Placed], box: Box) -> None:
    around = [one for one in side if one.box is None or one.box.holds(box)]
    if not around:
        return
    smallest = min(around, key=lambda one: one.box[2] * one.box[3] if one.box else float("inf"))
    if smallest.box != box:
        side.append(smallest._replace(box=box))


def _share(model: Model, shape: tuple[int, ...], side: int, placed: _Placed) -> Share:
    entry, options = placed.entry, placed.entry.options
    box = Box(0, 0, *shape[2:]) if placed.box is None else placed.box
    return Share(
        side,
        entry if box == Box(0, 0, *shape[2:]) else _cropped(entry, box, model, shape),
        box,
        (_weight(entry, box, shape) * options.get("strength", 1.0)).to(model.part.device),
        model.sampling.sigma_at(options.get("start", 0.0)),
        model.sampling.sigma_at(options.get("end", 1.0)),
    )


def _weight(entry: Condition, box: Box, shape: tuple[int, ...]) -> Tensor:
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


def _cropped(entry: Condition, box: Box, model: Model, shape: tuple[int, ...]) -> Condition:
    """Return a condition as its box sees it: pictures cropped, and told of the whole's size."""
    beside, (height, width), cell = entry.beside, shape[2:], model.latent_format.downscale
    if beside is not None and beside.shape[2:] == shape[2:]:
        beside = box.of(beside)
    size = [height * cell, width * cell, 0, 0, height * cell, width * cell]
    return replace(
        entry,
        beside=beside,
        controls=tuple(_led(control, box, shape) for control in entry.controls),
        options={"size": size, **entry.options},
    )


@lru_cache(maxsize=16)
def _led(control: Control, box: Box, shape: tuple[int, ...]) -> Control:
    """Crop a control's picture; the same one for every condition, so that they share a batch."""
    height, width = control.hint.shape[1:3]
    rows = [edge * height // shape[2] for edge in (box.top, box.top + box.height)]
    columns = [edge * width // shape[3] for edge in (box.left, box.left + box.width)]
    return replace(control, hint=control.hint[:, slice(*rows), slice(*columns)])


def forget() -> None:
    """Let go of what is kept from step to step."""
    _shares.cache_clear()
    _led.cache_clear()
