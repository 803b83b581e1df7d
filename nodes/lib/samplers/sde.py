"""DPM-Solver++ for the reverse SDE: higher-order means, Brownian noise.

All three are one idea: x at the next sigma is drawn from the posterior given x and an estimate
of x0 that is better than the current one, since it also knows the estimates before.
Source: Lu et al. 2022, arXiv:2211.01095, on solvers for diffusion SDEs; eta = 1 unless said.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from nodes.lib.samplers.levels import (
    ancestral,
    log_step,
    midpoint,
    phi_2,
    posterior,
    with_signal,
)
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

SolverType = Literal["midpoint", "heun"]


def dpmpp_sde(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """SDE-DPM-Solver++(2S): the estimate of x0 is taken halfway, r = 1/2."""
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        middle = midpoint(sigma, sigma_next, sampling)
        keep, add, renoise = ancestral(sigma, middle, sampling, eta)
        guess = keep * x + add * denoised + renoise * s_noise * noise(sigma, middle)
        _, denoised = yield Evaluation(guess, middle, step)
        keep, add, renoise = ancestral(sigma, sigma_next, sampling, eta)
        x = keep * x + add * denoised + renoise * s_noise * noise(sigma, sigma_next)
    return x


def dpmpp_2m_sde(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
    solver_type: SolverType = "midpoint",
) -> Solver:
    """SDE-DPM-Solver++(2M): the estimate of x0 is carried on along its last change.

    The midpoint stands for the whole interval, or the change is integrated (heun).
    """
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        h = log_step(sigma, sigma_next, sampling)
        keep, add, renoise = posterior(sigma, sigma_next, sampling, eta)
        weight = 0.5 if solver_type == "midpoint" else _integrated((1 + eta) * h)
        better = denoised if last is None else denoised + (denoised - last) * (h / h_last * weight)
        x = keep * x + add * better + renoise * s_noise * noise(sigma, sigma_next)
        last, h_last = denoised, h
    return x


def _integrated(length: float) -> float:
    """The mean of a line from 0 to 1, weighed as the integral over the step weighs x0."""
    return phi_2(length) / -math.expm1(-length)


def dpmpp_3m_sde(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """SDE-DPM-Solver++(3M): the estimate of x0 is carried on along a parabola."""
    past: list[tuple[Tensor, float]] = []
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        h = log_step(sigma, sigma_next, sampling)
        keep, add, renoise = posterior(sigma, sigma_next, sampling, eta)
        x = keep * x + add * denoised + renoise * s_noise * noise(sigma, sigma_next)
        if past:
            x = x + sampling.alpha(sigma_next) * _extrapolated(denoised, past, h, eta)
        past = [(denoised, h), *past[:1]]
    return x


def _extrapolated(
    denoised: Tensor, past: Sequence[tuple[Tensor, float]], h: float, eta: float
) -> Tensor:
    """What the change of x0 along the last one or two steps contributes to this one.

    The weights are the exponential integrator's phi functions at -(1 + eta) h.
    """
    length = (1 + eta) * h
    line = phi_2(length)
    parabola = line / length - 0.5
    last, h_last = past[0]
    change = (denoised - last) * (h / h_last)
    if len(past) == 1:
        return change * line
    before, h_before = past[1]
    change_before = (last - before) * (h / h_before)
    bend = (change - change_before) * (h / (h_last + h_before))
    return (change + bend * (h_last / h)) * line - bend * parabola
