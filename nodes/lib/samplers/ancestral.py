"""Samplers that step below the next sigma and put fresh noise back."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nodes.lib.samplers.levels import midpoint
from nodes.lib.samplers.solver import Evaluation, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

ALMOST_NOISE = 0.9999
"""Where a flow model is looked at halfway from pure noise, whose signal to noise ratio is 0."""


class Descent(NamedTuple):
    """One ancestral interval: down to ``sigma``, then ``shrink`` x and add ``renoise``."""

    sigma: float
    shrink: float
    renoise: float


def descent(sigma: float, sigma_next: float, sampling: ModelSampling, eta: float = 1.0) -> Descent:
    """How far down to go, and how to come back to sigma_next with the right variances.

    With eta = 1 the level below is sigma_next^2 / sigma for either family; with less it is nearer,
    with 0 there is no noise. Flow models also lose signal on the way back up, which ``shrink``
    accounts for.
    Source: Song et al. 2020, arXiv:2010.02502, eq. 16, in sigma space; of flow the level moves
    from sigma_next to that below in proportion to eta.
    """
    below = sigma_next**2 / sigma if eta == 1 else _below(sigma, sigma_next, sampling, eta)
    shrink = sampling.alpha(sigma_next) / sampling.alpha(below)
    return Descent(below, shrink, math.sqrt(max(sigma_next**2 - (shrink * below) ** 2, 0.0)))


def _below(sigma: float, sigma_next: float, sampling: ModelSampling, eta: float) -> float:
    if sampling.prediction == "flow":
        return max(sigma_next * (1 + (sigma_next / sigma - 1) * eta), 0.0)
    added = min(eta * sigma_next * math.sqrt(1 - (sigma_next / sigma) ** 2), sigma_next)
    return math.sqrt(sigma_next**2 - added**2)


def renoised(x: Tensor, down: Descent, noise: Tensor, s_noise: float) -> Tensor:
    """Come back up from the level below."""
    return x * down.shrink + noise * (down.renoise * s_noise)


def euler_ancestral(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """Euler's method with ancestral noise."""
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        down = descent(sigma, sigma_next, sampling, eta)
        x = toward(x, denoised, down.sigma / sigma)
        if sigma_next > 0:
            x = renoised(x, down, noise(sigma, sigma_next), s_noise)
    return x


def dpm_2_ancestral(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """DPM-Solver-2, arXiv:2206.00927, with ancestral noise."""
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return toward(x, denoised, 0.0)
        down = descent(sigma, sigma_next, sampling, eta)
        middle = math.sqrt(sigma * down.sigma)
        guess = toward(x, denoised, middle / sigma)
        guess, denoised = yield Evaluation(guess, middle, step)
        x = x + (guess - denoised) * ((down.sigma - sigma) / middle)
        x = renoised(x, down, noise(sigma, sigma_next), s_noise)
    return x


def dpmpp_2s_ancestral(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """DPM-Solver++(2S) with ancestral noise.

    Source: Lu et al. 2022, arXiv:2211.01095, algorithm 1 with r = 1/2.
    """
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return toward(x, denoised, 0.0)
        down = descent(sigma, sigma_next, sampling, eta)
        pure = sampling.alpha(sigma) == 0
        middle = ALMOST_NOISE if pure else midpoint(sigma, down.sigma, sampling)
        guess = toward(x, denoised, middle / sigma)
        _, denoised = yield Evaluation(guess, middle, step)
        x = toward(x, denoised, down.sigma / sigma)
        x = renoised(x, down, noise(sigma, sigma_next), s_noise)
    return x
