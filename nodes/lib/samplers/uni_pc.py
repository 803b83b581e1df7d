"""UniPC: a predictor and a corrector from one family of coefficients.

Each model evaluation is used twice: to correct the x it was made at, and to predict the next.
Source: Zhao et al. 2023, arXiv:2302.04867, algorithms 1 and 2, data prediction, with
B(h) = h (bh1) or B(h) = exp(h) - 1 at -h (bh2).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from torch import Tensor

from nodes.lib.samplers.solver import Evaluation, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

MAX_ORDER = 3
LAST_SIGMA = 0.001
"""Stands for 0, whose logarithm the method could not take."""


class Estimate(NamedTuple):
    """The model's x0 at one sigma."""

    sigma: float
    denoised: Tensor


Size = Callable[[float], float]
"""B of a step h: what the single weight of a second-order step is a half of."""


def linear(h: float) -> float:
    """bh1."""
    return h


def exponential(h: float) -> float:
    """bh2."""
    return -math.expm1(-h)


def uni_pc(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """UniPC with B(h) = h."""
    return _walk(x, sigmas, linear)


def uni_pc_bh2(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """UniPC with B(h) = exp(h) - 1."""
    return _walk(x, sigmas, exponential)


def _walk(x: Tensor, sigmas: Sequence[float], size: Size) -> Solver:
    """Up to third order, of lower order in the first and last steps."""
    if len(sigmas) < 2:
        return x
    levels = [*sigmas[:-1], sigmas[-1] or LAST_SIGMA]
    last = len(levels) - 1
    x, denoised = yield Evaluation(x, levels[0], 0)
    past = [Estimate(levels[0], denoised)]
    for step in range(1, last):
        order = min(step, MAX_ORDER, last + 1 - step, max(last - 1, 1))
        guess = advanced(x, levels[step], past[0], past[1:order], size)
        evaluated, denoised = yield Evaluation(guess, levels[step], step)
        here = Estimate(levels[step], denoised)
        corrected = advanced(x, levels[step], past[0], [*past[1:order], here], size)
        x = corrected + (evaluated - guess)
        past = [here, *past[: MAX_ORDER - 1]]
    return advanced(x, levels[last], past[0], [])


def advanced(
    x: Tensor, sigma: float, base: Estimate, others: Sequence[Estimate], size: Size = linear
) -> Tensor:
    """Carry x from ``base`` to sigma, with x0 bending through the other estimates.

    Predicts if they all lie before base, corrects if one lies at sigma.
    """
    moved = toward(x, base.denoised, sigma / base.sigma)
    if not others:
        return moved
    h = math.log(base.sigma / sigma)
    places = [math.log(base.sigma / other.sigma) / h for other in others]
    for weight, place, other in zip(weights(places, h, size), places, others, strict=True):
        moved = moved + (other.denoised - base.denoised) * (h * weight / place)
    return moved


def weights(places: Sequence[float], h: float, size: Size = linear) -> list[float]:
    """Coefficients that meet the order conditions at these places, in units of h from base.

    A single place takes B(h) / 2h, which already meets them to its order.
    """
    if len(places) == 1:
        return [0.5 * (size(h) / h)]
    targets, phi = [], math.expm1(-h) / -h - 1
    for k in range(1, len(places) + 1):
        targets.append(phi * math.factorial(k) / -h)
        phi = phi / -h - 1 / math.factorial(k + 1)
    return np.linalg.solve(np.vander(places, increasing=True).T, targets).tolist()
