"""Evaluations of several runs as one: a network takes a larger batch in less time than several.

Runs in company (``nodegraph.execution.company``) that come to the same noise level with the same
network are evaluated together: their x and texts lie side by side along the batch. What each gets
is the same up to rounding, as with any other length of a batch, so models loaded ``safe`` keep to
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import torch

from nodegraph import current
from nodes.lib.memory import ladder
from nodes.lib.models import network
from nodes.lib.speed import quick

if TYPE_CHECKING:
    from collections.abc import Hashable

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition

    Evaluate = Callable[[Model, Tensor, float, Sequence[Condition]], Tensor]

SAFE = (
    "the {} is evaluated for one run at a time, since safe gives the same bits always; load the "
    "model with speed fast, and runs share evaluations"
)

_too_much: set[Hashable] = set()
"""Which networks had no memory for which sizes of x."""


@dataclass(frozen=True, eq=False)
class Asked:
    """One evaluation: as ``nodes.lib.families.EVALUATE`` takes it."""

    model: Model
    x: Tensor
    sigma: float
    entries: tuple[Condition, ...]


def possible(model: Model, entries: Sequence[Condition]) -> bool:
    """Tell whether an evaluation may be one with those of other runs."""
    if not current().in_company:
        return False
    if model.part.speed == "safe":
        current().note(SAFE.format(model.part.name))
        return False
    led = any(one.controls or one.hooks or one.pictures for one in entries)
    return not (led or quick.is_plain(network(model.part)))


def evaluate(asked: Asked, at_once: Evaluate, alone: Evaluate) -> Tensor:
    """Evaluate a network for all runs that ask the like of it.

    Args:
        asked: What one of them asks.
        at_once: Evaluates it for several.
        alone: Evaluates it for one, where memory is too short for that.
    """
    with torch.inference_mode(False):  # which is the thread's, and others go on meanwhile
        return current().together(_key(asked), asked, partial(_answers, at_once, alone))


def _key(asked: Asked) -> Hashable:
    """Return what is equal for evaluations that can be one: all but the numbers."""
    model, x = asked.model, asked.x
    network = (model.part, model.family, model.sampling, model.latent_format, model.changes)
    return (*network, asked.sigma, x.shape[1:], x.dtype, tuple(map(_kind, asked.entries)))


def _kind(entry: Condition) -> Hashable:
    parts = (entry.embedding, entry.pooled, entry.beside)
    shapes = tuple(None if one is None else one.shape[1:] for one in parts)
    return shapes, repr(sorted(entry.options.items()))


@torch.inference_mode()
def _answers(at_once: Evaluate, alone: Evaluate, asked: Sequence[Asked]) -> list[Tensor]:
    """Return the network's output for each; one after another where memory is too short."""
    first, sizes = asked[0], tuple(len(one.x) for one in asked)
    size = (first.model.part, first.x.shape[1:], sum(sizes))
    if len(asked) > 1 and size not in _too_much:
        found, short = ladder.attempt(lambda: _at_once(at_once, asked, sizes))
        if short is None:
            return found  # type: ignore[return-value]
        _too_much.add(size)
        current().note(f"memory ran short: {len(asked)} runs were evaluated one by one")
    return [alone(one.model, one.x, one.sigma, one.entries) for one in asked]


def _at_once(call: Evaluate, asked: Sequence[Asked], sizes: tuple[int, ...]) -> list[Tensor]:
    first = asked[0]
    x = torch.cat([one.x for one in asked])
    entries = _side_by_side(tuple(one.entries for one in asked), sizes)
    output = call(first.model, x, first.sigma, entries)
    each = output.unflatten(0, (len(entries), len(x)))
    return [rows.flatten(0, 1) for rows in each.split(sizes, dim=1)]


@lru_cache(maxsize=8)
def _side_by_side(
    runs: tuple[tuple[Condition, ...], ...], sizes: tuple[int, ...]
) -> tuple[Condition, ...]:
    """Return the conditions of several runs as those of one: the same ones for every step."""
    return tuple(
        replace(
            some[0],
            embedding=_laid([one.embedding for one in some], sizes),
            pooled=_laid([one.pooled for one in some], sizes),
            beside=_laid([one.beside for one in some], sizes),
        )
        for some in zip(*runs, strict=True)
    )


def _laid(parts: Sequence[Tensor | None], sizes: Sequence[int]) -> Tensor | None:
    """Lay tensors side by side, each repeated to its run's length; all are there, or none is."""
    rows = [
        one.expand(size, *one.shape[1:])
        for one, size in zip(parts, sizes, strict=True)
        if one is not None
    ]
    return torch.cat(rows) if rows else None


def forget() -> None:
    """Let go of what is kept from step to step."""
    _side_by_side.cache_clear()
