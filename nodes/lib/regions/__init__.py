"""Conditions that count in some places, at some times, or more than others.

Each is evaluated where it counts, on the part of x that its area covers. The estimates are laid
over one another by weight, and divided by the sum of the weights.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib import families
from nodes.lib.regions.areas import Box, Placed, answered, placed, weight_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition, Conditioning, Control

OPTIONS = frozenset({"strength", "area", "start", "end"})
"""What makes a condition count otherwise than everywhere, always, and once."""

NOTHING = 1e-37
"""The weight where nothing counts: the estimate is 0 there."""


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


def plain(sides: Sequence[Conditioning]) -> bool:
    """Tell whether all conditions count everywhere, always and once."""
    entries = [entry for side in sides for entry in side.entries]
    if not all(side.entries for side in sides):
        return False
    return all(entry.mask is None and OPTIONS.isdisjoint(entry.options) for entry in entries)


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
        batches.setdefault(share.box, []).append(share)
    return batches.values()


def _evaluated(model: Model, x: Tensor, sigma: float, batch: list[Share]) -> Tensor:
    """Return the estimate for each share of one box, (n, B, C, h, w)."""
    seen = batch[0].box.of(x)
    entries = tuple(share.entry for share in batch)
    output = families.evaluate(model, seen, sigma, entries)
    return model.sampling.denoised(seen, output.reshape(len(batch), *seen.shape), sigma)


@lru_cache(maxsize=4)
def _shares(
    model: Model, shape: tuple[int, ...], sides: tuple[Conditioning, ...]
) -> tuple[Share, ...]:
    """Return what each condition has to say of x, for every step the same.

    Conditions of strength 0 have nothing to say.
    """
    found = answered([[placed(model, shape, one) for one in side.entries] for side in sides])
    return tuple(
        _share(model, shape, side, one)
        for side, all_of_it in enumerate(found)
        for one in all_of_it
        if one.entry.options.get("strength", 1.0) > 0
    )


def _share(model: Model, shape: tuple[int, ...], side: int, one: Placed) -> Share:
    entry, options = one.entry, one.entry.options
    box = Box(0, 0, *shape[2:]) if one.box is None else one.box
    return Share(
        side,
        entry if box == Box(0, 0, *shape[2:]) else _cropped(entry, box, model, shape),
        box,
        (weight_of(entry, box, shape) * options.get("strength", 1.0)).to(model.part.device),
        model.sampling.sigma_at(options.get("start", 0.0)),
        model.sampling.sigma_at(options.get("end", 1.0)),
    )


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
    """Crop a control's picture; the same one for every condition, so that they share a batch.

    A prompt and a text in a box are seen whole.
    """
    if control.part.name in ("ip_adapter", "gligen"):
        return control
    height, width = control.hint.shape[1:3]
    rows = [edge * height // shape[2] for edge in (box.top, box.top + box.height)]
    columns = [edge * width // shape[3] for edge in (box.left, box.left + box.width)]
    return replace(control, hint=control.hint[:, slice(*rows), slice(*columns)])


def forget() -> None:
    """Let go of what is kept from step to step."""
    _shares.cache_clear()
    _led.cache_clear()
