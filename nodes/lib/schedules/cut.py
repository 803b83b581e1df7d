"""Schedules cut, turned, stretched and written out: plain operations on descending sigmas.

All take and give tuples of floats; a schedule of less than two sigmas has no step.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from nodegraph.errors import ParamError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Sigmas = tuple[float, ...]
Spacing = Literal["linear", "cosine", "sine"]

ALMOST_CLEAN = 1e-4
"""Where a turned schedule starts, since no sampler can step away from 0."""

SPACINGS: dict[str, Callable[[float], float]] = {
    "linear": lambda share: share,
    "cosine": lambda share: 1 - math.cos(share * math.pi / 2),
    "sine": lambda share: math.sin(share * math.pi / 2),
}


def split(sigmas: Sigmas, step: int) -> tuple[Sigmas, Sigmas]:
    """Return the first ``step`` steps and the rest; both know the sigma where they meet."""
    return sigmas[: step + 1], sigmas[step:]


def split_at_share(sigmas: Sigmas, denoise: float) -> tuple[Sigmas, Sigmas]:
    """Return the first steps and the last ones, these a share ``denoise`` of all, rounded."""
    steps = max(len(sigmas) - 1, 0)
    return split(sigmas, steps - round(steps * denoise))


def sliced(sigmas: Sigmas, start: int, end: int, *, leftover: bool) -> Sigmas:
    """Return the steps from ``start`` up to ``end``, which is left out.

    Args:
        sigmas: Of the whole schedule.
        start: From 0; from the last step on there is nothing left to do.
        end: Beyond the last step there is no end.
        leftover: Whether noise stays where the way ends early; else its last step goes to 0.
    """
    cut = sigmas[: end + 1]
    if not leftover and end < len(sigmas) - 1:
        cut = (*cut[:-1], 0.0)
    return cut[start:] if start < len(cut) - 1 else ()


def flipped(sigmas: Sigmas) -> Sigmas:
    """Return the way back, from picture to noise."""
    turned = sigmas[::-1]
    return (ALMOST_CLEAN, *turned[1:]) if turned and turned[0] == 0 else turned


def parsed(text: str) -> list[float]:
    """Read numbers, separated by spaces, commas or lines.

    Raises:
        ParamError: Something else stands among them.
    """
    try:
        return [float(word) for word in re.split(r"[\s,;\[\]]+", text) if word]
    except ValueError as error:
        raise ParamError(f"sigmas are numbers with spaces between: {error}", "sigmas") from None


def checked(numbers: Sequence[float]) -> Sigmas:
    """Return numbers as a schedule.

    Raises:
        ParamError: They do not fall from each to the next, or not to 0 or above.
    """
    fall = all(one > other for one, other in pairwise(numbers))
    if not fall or not all(0 <= number < math.inf for number in numbers):
        raise ParamError(
            "sigmas fall from each to the next, and end at 0 or above; to go from picture to "
            "noise turn the schedule with schedule.flip",
            "sigmas",
        )
    return tuple(float(number) for number in numbers)


def extended(sigmas: Sigmas, steps: int, start: float, end: float, spacing: Spacing) -> Sigmas:
    """Take each step between two sigmas in ``steps`` smaller ones; a step to 0 stays one.

    Args:
        sigmas: Of the schedule.
        steps: How many for one.
        start: Only steps from this sigma or below; negative for no bound.
        end: Only steps from this sigma or above.
        spacing: How the sigmas between lie: evenly, dense at first, or dense at last.
    """
    ease = SPACINGS[spacing]
    most, found = (math.inf if start < 0 else start), list(sigmas[:1])
    for sigma, sigma_next in pairwise(sigmas):
        if sigma_next > 0 and end <= sigma <= most:
            shares = (ease(index / steps) for index in range(1, steps))
            found += [sigma + (sigma_next - sigma) * share for share in shares]
        found.append(sigma_next)
    return tuple(found)


def polyexponential(steps: int, sigma_max: float, sigma_min: float, rho: float) -> Sigmas:
    """Return sigmas along a polynomial of degree rho in log sigma, then 0; k-diffusion's.

    Raises:
        ParamError: sigma_min is not below sigma_max.
    """
    if sigma_min >= sigma_max:
        raise ParamError("sigma_min must be below sigma_max", "sigma_min")
    ramp = np.linspace(1, 0, steps) ** rho
    low, high = math.log(sigma_min), math.log(sigma_max)
    return (*np.exp(ramp * (high - low) + low).tolist(), 0.0)
