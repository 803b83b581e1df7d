"""What is done to texts once they are read: joined, mixed, placed, timed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
import torch.nn.functional as F

from nodegraph.errors import NodegraphError
from nodes.types import Condition, Conditioning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor

    Blend = Callable[[Tensor, Tensor, float], Tensor]

PARALLEL = 1e-4
"""Radians below which the arc between two vectors is a line, to float32."""


class ConditioningError(NodegraphError):
    """Texts that cannot be put together."""


def combined(conditionings: Iterable[Conditioning]) -> Conditioning:
    """Join lists of texts: each is predicted by itself, and the predictions are averaged.

    Raises:
        ConditioningError: There is none.
    """
    entries = tuple(entry for one in conditionings for entry in one.entries)
    if not entries:
        raise ConditioningError("there is nothing to combine; link one conditioning or more")
    return Conditioning(entries)


def concatenated(first: Conditioning, then: Conditioning) -> Conditioning:
    """Join each text with the first of the others along its tokens, (1, T + T', D)."""
    behind = then.entries[0]
    return first.each(lambda entry: _joined(entry, behind))


def _joined(entry: Condition, behind: Condition) -> Condition:
    _check_width(entry, behind)
    named = bool(entry.tokens and behind.tokens)
    weights = [list(one.weights) or [1.0] * one.embedding.shape[1] for one in (entry, behind)]
    weighs = bool(entry.weights or behind.weights)
    return replace(
        entry,
        embedding=torch.cat([entry.embedding, behind.embedding.to(entry.embedding)], dim=1),
        tokens=entry.tokens + behind.tokens if named else (),
        weights=tuple(weights[0] + weights[1]) if weighs else (),
    )


def _check_width(one: Condition, other: Condition) -> None:
    widths = [entry.embedding.shape[-1] for entry in (one, other)]
    if widths[0] != widths[1]:
        raise ConditioningError(
            f"one text has {widths[0]} numbers a token and the other {widths[1]}; read both with "
            "the clip of one model"
        )


def averaged(first: Conditioning, other: Conditioning, strength: float) -> Conditioning:
    """Mix each text with the first of the others: first * strength + other * (1 - strength).

    The other is cut to the first one's tokens, or filled up with zeros.
    """
    two = other.entries[0]
    return first.each(lambda one: _mixed(one, two, 1 - strength, one.embedding.shape[1], lerp))


def interpolated(
    first: Conditioning, second: Conditioning, amount: float, blend: Blend
) -> Conditioning:
    """Go from one conditioning, at 0, to another, at 1; the shorter text is filled with zeros.

    Raises:
        ConditioningError: They are of several texts each, and not of as many.
    """
    pairs = list(_pairs(first, second))
    lengths = [max(one.embedding.shape[1], two.embedding.shape[1]) for one, two in pairs]
    return Conditioning(
        tuple(
            _mixed(one, two, amount, length, blend)
            for (one, two), length in zip(pairs, lengths, strict=True)
        )
    )


def _pairs(first: Conditioning, second: Conditioning) -> Iterable[tuple[Condition, Condition]]:
    counts = len(first.entries), len(second.entries)
    if counts[0] != counts[1] and min(counts) != 1:
        raise ConditioningError(
            f"one conditioning is of {counts[0]} texts and the other of {counts[1]}; interpolate "
            "them before they are combined"
        )
    longest = max(counts)
    ones, twos = (one.entries * (longest // len(one.entries)) for one in (first, second))
    return zip(ones, twos, strict=True)


def _mixed(one: Condition, two: Condition, amount: float, length: int, blend: Blend) -> Condition:
    _check_width(one, two)
    named = length == len(one.tokens)
    return replace(
        one,
        embedding=blend(_fitted(one.embedding, length), _fitted(two.embedding, length), amount),
        pooled=_mixed_pooled(one.pooled, two.pooled, amount, blend),
        tokens=one.tokens if named else (),
        weights=one.weights if named else (),
    )


def _mixed_pooled(
    one: Tensor | None, two: Tensor | None, amount: float, blend: Blend
) -> Tensor | None:
    if one is None or two is None:
        return two if one is None else one
    return blend(one, two, amount)


def _fitted(embedding: Tensor, length: int) -> Tensor:
    """Cut (1, T, D) to a length, or fill it up with zeros."""
    return F.pad(embedding, (0, 0, 0, length - embedding.shape[1]))


def lerp(one: Tensor, two: Tensor, amount: float) -> Tensor:
    """Go along the line from one, at 0, to two, at 1."""
    return one * (1 - amount) + two.to(one) * amount


def slerp(one: Tensor, two: Tensor, amount: float) -> Tensor:
    """Turn the vectors of the last axis from one, at 0, to two, at 1; their lengths go in a line.

    Vectors that point the same way, or the opposite one, go in a line: there is no arc.
    Source: Shoemake 1985, "Animating rotation with quaternion curves", section 3.3.
    """
    line = lerp(one, two, amount)
    first, second = one.double(), two.to(one).double()
    lengths = [vectors.norm(dim=-1, keepdim=True) for vectors in (first, second)]
    units = [
        vectors / length.clamp_min(1e-12)
        for vectors, length in zip((first, second), lengths, strict=True)
    ]
    angle = (units[0] * units[1]).sum(-1, keepdim=True).clamp(-1, 1).acos()
    arc = units[0] * ((1 - amount) * angle).sin() + units[1] * (amount * angle).sin()
    turned = arc / angle.sin() * lerp(lengths[0], lengths[1], amount)
    bends = (angle.sin() > PARALLEL) & (lengths[0] > 0) & (lengths[1] > 0)
    return torch.where(bends, turned.to(line.dtype), line)


def told(conditioning: Conditioning, **options: Any) -> Conditioning:
    """Tell every text's network more: see ``Condition.options``."""
    return conditioning.each(lambda entry: replace(entry, options={**entry.options, **options}))


def stronger(conditioning: Conditioning, strength: float) -> Conditioning:
    """Let every text count that many times as much."""

    def change(entry: Condition) -> Condition:
        times = entry.options.get("strength", 1.0) * strength
        return replace(entry, options={**entry.options, "strength": times})

    return conditioning.each(change)


def masked(conditioning: Conditioning, mask: Tensor) -> Conditioning:
    """Let every text count where a mask, (B, H, W), says; instead of where another did."""
    return conditioning.each(lambda entry: replace(entry, mask=mask))


def timed(conditioning: Conditioning, start: float, end: float) -> Conditioning:
    """Let every text count between two shares of the way only.

    Raises:
        ConditioningError: It would never count.
    """
    if start >= end:
        raise ConditioningError(f"a time range from {start} to {end} is empty; let it end later")
    return told(conditioning, start=start, end=end)


def zeroed(conditioning: Conditioning) -> Conditioning:
    """Let every text say nothing: zeros in place of what the encoders said."""
    return conditioning.each(
        lambda entry: replace(
            entry,
            embedding=torch.zeros_like(entry.embedding),
            pooled=None if entry.pooled is None else torch.zeros_like(entry.pooled),
        )
    )
