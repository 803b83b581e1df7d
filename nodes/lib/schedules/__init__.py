"""Noise schedules: which sigmas a sampler visits, from much noise to none.

Every schedule is a function of the model's training sigmas and a number of steps, and gives
descending floats that end in 0. Names and definitions are those ComfyUI users know.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from nodegraph.errors import UnknownChoiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling

NO_NOISE = 1e-5
"""A sigma this small counts as 0."""


def sigmas(
    sampling: ModelSampling,
    scheduler: str,
    steps: int,
    denoise: float = 1.0,
    *,
    discard_penultimate: bool = False,
) -> Tensor:
    """Return the (steps + 1,) float32 sigmas, descending to 0.

    ``ddim_uniform`` may give a few more and ``beta`` a few fewer.

    Args:
        denoise: Share of the schedule to run: the last steps + 1 sigmas of a schedule of
            int(steps / denoise) steps. 0 or less gives no sigmas at all.
        discard_penultimate: Make one step more and drop its second to last sigma, for samplers
            that spend a second evaluation between two sigmas.
    """
    if scheduler not in SCHEDULERS:
        raise UnknownChoiceError("scheduler", scheduler, SCHEDULERS)
    if denoise <= 0:
        return torch.empty(0)
    whole = denoise > 0.9999
    total = steps if whole else int(steps / denoise)
    levels = SCHEDULERS[scheduler](sampling, total + discard_penultimate)
    if discard_penultimate:
        del levels[-2]
    return torch.tensor(levels if whole else levels[-(steps + 1) :], dtype=torch.float32)


def normal(sampling: ModelSampling, steps: int) -> list[float]:
    """Evenly spaced training times; where the last is itself 0, one more."""
    first, last = sampling.timestep(sampling.sigma_max), sampling.timestep(sampling.sigma_min)
    if abs(sampling.sigma(last)) <= NO_NOISE:
        return [sampling.sigma(t) for t in _linspace(first, last, steps + 1)]
    return [*(sampling.sigma(t) for t in _linspace(first, last, steps)), 0.0]


def sgm_uniform(sampling: ModelSampling, steps: int) -> list[float]:
    """Evenly spaced training times, the last left out: Stability's generative-models."""
    first, last = sampling.timestep(sampling.sigma_max), sampling.timestep(sampling.sigma_min)
    return [*(sampling.sigma(t) for t in _linspace(first, last, steps + 1)[:-1]), 0.0]


def karras(sampling: ModelSampling, steps: int) -> list[float]:
    """Evenly spaced in sigma^(1/7): Karras et al. 2022, arXiv:2206.00364, eq. 5."""
    rho = 7.0
    ends = sampling.sigma_max ** (1 / rho), sampling.sigma_min ** (1 / rho)
    return [*(root**rho for root in _linspace(*ends, steps)), 0.0]


def exponential(sampling: ModelSampling, steps: int) -> list[float]:
    """Evenly spaced in log sigma."""
    ends = math.log(sampling.sigma_max), math.log(sampling.sigma_min)
    return [*(math.exp(log) for log in _linspace(*ends, steps)), 0.0]


def simple(sampling: ModelSampling, steps: int) -> list[float]:
    """Training sigmas at an even stride, from the last."""
    stride = len(sampling.sigmas) / steps
    return [*(float(sampling.sigmas[-(1 + int(i * stride))]) for i in range(steps)), 0.0]


def ddim_uniform(sampling: ModelSampling, steps: int) -> list[float]:
    """Training sigmas at a whole stride from index 1: Song et al. 2020, arXiv:2010.02502."""
    near_zero = float(sampling.sigmas[1]) <= NO_NOISE
    stride = max(len(sampling.sigmas) // (steps + near_zero), 1)
    levels = sampling.sigmas[1::stride].flip(0).tolist()
    return levels if near_zero else [*levels, 0.0]


def beta(sampling: ModelSampling, steps: int, alpha: float = 0.6, beta: float = 0.6) -> list[float]:
    """Training times at quantiles of a beta distribution, dense at both ends as it is by default.

    Times that round to the same index are taken once.
    Source: Lee et al. 2024, arXiv:2407.12173.
    """
    import scipy.stats  # half a second

    quantiles = 1 - np.arange(steps) / steps
    last = len(sampling.sigmas) - 1
    indices = np.rint(scipy.stats.beta.ppf(quantiles, alpha, beta) * last).astype(int).tolist()
    return [*(float(sampling.sigmas[i]) for i in dict.fromkeys(indices)), 0.0]


def linear_quadratic(sampling: ModelSampling, steps: int) -> list[float]:
    """Half the steps in a straight line over 2.5 % of the way, the rest along a parabola.

    The parabola takes up the line's value and slope and ends at 1.
    Source: Polyak et al. 2024 (Movie Gen), arXiv:2410.13720, linear-quadratic schedule.
    """
    if steps == 1:
        return [sampling.sigma_max, 0.0]
    threshold, half = 0.025, steps // 2
    slope, rest = threshold / half, steps - half
    curve = (1 - threshold - slope * rest) / rest**2
    beyond = [max(i - half, 0) for i in range(steps)]
    gone = [slope * i + curve * b**2 for i, b in enumerate(beyond)]
    return [*((1 - share) * sampling.sigma_max for share in gone), 0.0]


def kl_optimal(sampling: ModelSampling, steps: int) -> list[float]:
    """Evenly spaced in arctan sigma: Sabour et al. 2024, arXiv:2404.14507."""
    ends = math.atan(sampling.sigma_max), math.atan(sampling.sigma_min)
    return [*(math.tan(angle) for angle in _linspace(*ends, steps)), 0.0]


def _linspace(start: float, end: float, count: int) -> list[float]:
    """Return ``count`` evenly spaced floats from start to end."""
    return np.linspace(start, end, count).tolist()


SCHEDULERS: dict[str, Callable[[ModelSampling, int], list[float]]] = {
    schedule.__name__: schedule
    for schedule in (
        normal,
        karras,
        exponential,
        sgm_uniform,
        simple,
        ddim_uniform,
        beta,
        linear_quadratic,
        kl_optimal,
    )
}
