"""How strong hooks are on the way: keyframes, each a share of the way and a strength."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nodes.handles import Hooks, Keyframes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def between(
    strengths: tuple[float, float], shares: tuple[float, float], count: int, way: str
) -> tuple[tuple[float, float], ...]:
    """Return keyframes evenly spaced on the way, whose strengths go from one to another.

    Args:
        strengths: The first and the last.
        shares: Of the way, likewise.
        count: How many.
        way: ``linear``; ``ease_in``, slowly first; ``ease_out``, slowly last; ``ease_in_out``.
    """
    times = [n / (count - 1) for n in range(count)]
    (low, high), (start, end) = strengths, shares
    return tuple((start + (end - start) * t, low + (high - low) * EASES[way](t)) for t in times)


def _smooth(t: float) -> float:
    return float(0.5 - 0.5 * torch.cos(torch.tensor(t, dtype=torch.float64) * torch.pi))


EASES: dict[str, Callable[[float], float]] = {
    "linear": lambda t: t,
    "ease_in": lambda t: t**2,
    "ease_out": lambda t: 1 - (1 - t) ** 2,
    "ease_in_out": _smooth,
}


def joined(before: Keyframes | None, more: Iterable[tuple[float, float]]) -> Keyframes:
    """Return keyframes with more of them, in the order of their shares."""
    every = (*(before.frames if before else ()), *more)
    return Keyframes(tuple(sorted(every, key=lambda one: one[0])))


def keyed(hooks: Hooks, keyframes: Keyframes) -> Hooks:
    """Return hooks whose strengths follow keyframes, in place of those they had."""
    return Hooks(tuple(replace(one, keyframes=keyframes.frames) for one in hooks.hooks))
