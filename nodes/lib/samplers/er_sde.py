"""ER-SDE: the reverse SDE with as much noise at each level as gives the best pictures."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nodes.lib.samplers.levels import noise_ratio, with_signal
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

POINTS = 16
"""Of the quadrature over log noise ratio, along which the integrands hardly bend."""


def er_sde(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    s_noise: float = 1.0,
    order: int = 3,
) -> Solver:
    """ER-SDE-Solver-3: the estimate of x0 is carried on along a parabola in the noise ratio.

    Source: Cui et al. 2023, arXiv:2309.06169, its noise scale x (exp(x^0.3) + 10).
    """
    levels = with_signal(sigmas, sampling)
    past: list[tuple[float, Tensor, Tensor | None]] = []
    for step, (sigma, sigma_next) in enumerate(pairwise(levels)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        ratio, ratio_next = noise_ratio(sigma, sampling), noise_ratio(sigma_next, sampling)
        alpha_next = sampling.alpha(sigma_next)
        left, change = scale(ratio_next) / scale(ratio), None
        x = alpha_next / sampling.alpha(sigma) * left * x + alpha_next * (1 - left) * denoised
        if past and order > 1:
            ratio_last, last, change_last = past[0]
            change = (denoised - last) / (ratio - ratio_last)
            x = x + alpha_next * first(ratio, ratio_next) * change
            if change_last is not None and order > 2:
                bend = (change - change_last) / ((ratio - past[1][0]) / 2)
                x = x + alpha_next * second(ratio, ratio_next) * bend
        added = math.sqrt(max(ratio_next**2 - (ratio * left) ** 2, 0.0))
        x = x + alpha_next * added * s_noise * noise(sigma, sigma_next)
        past = [(ratio, denoised, change), *past[:1]]
    return x


def scale(ratio: float) -> float:
    """The noise scale: how much of x at one noise ratio is left at another, but for a factor."""
    return ratio * (math.exp(ratio**0.3) + 10)


def first(ratio: float, ratio_next: float) -> float:
    """The weight of the first derivative of x0 over the noise ratio."""
    return ratio_next - ratio + scale(ratio_next) * _integral(ratio, ratio_next, lambda _: 1.0)


def second(ratio: float, ratio_next: float) -> float:
    """The weight of the second derivative."""
    integral = _integral(ratio, ratio_next, lambda one: one - ratio)
    return (ratio_next - ratio) ** 2 / 2 + scale(ratio_next) * integral


def _integral(ratio: float, ratio_next: float, weight: Callable[[float], float]) -> float:
    """Integrate weight / scale from ratio_next up to ratio."""
    points, measure = np.polynomial.legendre.leggauss(POINTS)
    half = math.log(ratio / ratio_next) / 2
    places = ratio_next * np.exp(half * (points + 1))
    values = [weight(place) * place / scale(place) for place in places.tolist()]
    return float(half * (measure * values).sum())
