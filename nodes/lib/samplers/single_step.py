"""Deterministic samplers that start afresh at every sigma."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from nodes.lib.samplers.solver import Evaluation, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource


def euler(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """Euler's method; for these models the same as DDIM with eta = 0.

    Sources: Karras et al. 2022, arXiv:2206.00364, algorithm 2 without churn;
    Song et al. 2020, arXiv:2010.02502, eq. 12.
    """
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        x = toward(x, denoised, sigma_next / sigma)
    return x


def heun(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """Heun's method: the mean of the slopes at both ends of the interval.

    Source: Karras et al. 2022, arXiv:2206.00364, algorithm 2 without churn.
    """
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        guess = toward(x, denoised, sigma_next / sigma)
        if sigma_next == 0:
            return guess
        slope = (x - denoised) / sigma
        guess, denoised = yield Evaluation(guess, sigma_next, step)
        slope_next = (guess - denoised) / sigma_next
        x = x + (slope + slope_next) * ((sigma_next - sigma) / 2)
    return x


def dpm_2(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """The slope halfway in log sigma carries the whole interval.

    Sources: Lu et al. 2022, arXiv:2206.00927 (DPM-Solver-2); Karras et al. 2022, algorithm 2.
    """
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return toward(x, denoised, 0.0)
        middle = math.sqrt(sigma * sigma_next)
        guess = toward(x, denoised, middle / sigma)
        guess, denoised = yield Evaluation(guess, middle, step)
        x = x + (guess - denoised) * ((sigma_next - sigma) / middle)
    return x
