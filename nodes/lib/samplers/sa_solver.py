"""SA-Solver: a stochastic Adams method, a predictor and a corrector over the last estimates of x0.

Source: Xue et al. 2023, arXiv:2309.05019, algorithm 1, data prediction: predictor of third order,
corrector of fourth, tau = eta between a fifth and four fifths of the way and 0 elsewhere. Orders
fall towards a schedule's end in 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from torch import Tensor

from nodes.lib.samplers.adams import integrals, quadrature
from nodes.lib.samplers.levels import log_step, posterior, with_signal
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

PREDICTOR, CORRECTOR = 3, 4
POINTS = 32
"""Of the quadrature over an interval, by which an exponential times a cubic is exact."""
NOISY = 0.2, 0.8
"""The shares of the way between which there is noise."""


class Estimate(NamedTuple):
    """The model's x0 at one sigma."""

    sigma: float
    denoised: Tensor


def sa_solver(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """Predict, evaluate, correct."""
    return _walk(x, sigmas, noise, sampling, (eta, s_noise), again=False)


def sa_solver_pece(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """Predict, evaluate, correct, evaluate: twice a step but the first."""
    return _walk(x, sigmas, noise, sampling, (eta, s_noise), again=True)


def _walk(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    strengths: tuple[float, float],
    *,
    again: bool,
) -> Solver:
    levels, (eta, s_noise) = with_signal(sigmas, sampling), strengths
    last = len(levels) - 1
    guess, tau, drawn, past = x, 0.0, None, []
    for step in range(last):
        sigma, sigma_next = levels[step], levels[step + 1]
        evaluated, denoised = yield Evaluation(guess, sigma, step)
        past = [Estimate(sigma, denoised), *past[: CORRECTOR - 1]]
        left = last - step if levels[-1] == 0 else CORRECTOR
        if step > 0 and (again or sigma_next > 0):
            known = past[: min(CORRECTOR, left)]
            corrected = carried(x, levels[step - 1], sigma, known, sampling, tau)
            corrected = corrected if drawn is None else corrected + drawn
            x = corrected + (evaluated - guess)
        else:
            x = evaluated
        if again and step > 0:
            x, denoised = yield Evaluation(x, sigma, step)
            past[0] = Estimate(sigma, denoised)
        if sigma_next == 0:
            return denoised
        tau = eta if _noisy(sigma_next, sampling) else 0.0
        known = past[: min(PREDICTOR, left - 1 if levels[-1] == 0 else left)]
        guess, drawn = carried(x, sigma, sigma_next, known, sampling, tau), None
        if tau > 0:
            renoise = posterior(sigma, sigma_next, sampling, tau**2).renoise
            drawn = noise(sigma, sigma_next) * (renoise * s_noise)
            guess = guess + drawn
    return guess


def _noisy(sigma: float, sampling: ModelSampling) -> bool:
    high, low = (sampling.sigma_at(share) for share in NOISY)
    return high >= sigma >= low


def carried(
    x: Tensor,
    sigma: float,
    sigma_next: float,
    known: Sequence[Estimate],
    sampling: ModelSampling,
    tau: float,
) -> Tensor:
    """Carry x to sigma_next without its noise, x0 being the polynomial through what is known."""
    x = posterior(sigma, sigma_next, sampling, tau**2).keep * x
    shares = weights([one.sigma for one in known], sigma, sigma_next, sampling, tau)
    for share, one in zip(shares, known, strict=True):
        x = x + share * one.denoised
    return x


def weights(
    known: Sequence[float], sigma: float, sigma_next: float, sampling: ModelSampling, tau: float
) -> list[float]:
    """How much each estimate of x0 counts: eq. 15 and 18, their integrals taken numerically.

    The time is half log signal to noise ratio, from sigma_next.
    """
    rate = 1 + tau**2
    points, measure = quadrature(-log_step(sigma, sigma_next, sampling), 0.0, POINTS)
    weighed = measure * rate * np.exp(rate * points) * sampling.alpha(sigma_next)
    return integrals([-log_step(one, sigma_next, sampling) for one in known], points, weighed)
