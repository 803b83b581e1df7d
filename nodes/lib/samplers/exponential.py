"""Multistep samplers that are exact for a constant x0 (exponential integrators)."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from nodes.lib.samplers.ancestral import descent, renoised
from nodes.lib.samplers.levels import phi_2
from nodes.lib.samplers.solver import Evaluation, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource


def dpmpp_2m(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """DPM-Solver++(2M): Lu et al. 2022, arXiv:2211.01095, algorithm 2."""
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        h = math.log(sigma / sigma_next)
        better = denoised if last is None else denoised + (denoised - last) * (h / h_last / 2)
        x = toward(x, better, sigma_next / sigma)
        last, h_last = denoised, h
    return x


def res_multistep(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling
) -> Solver:
    """Second order with the coefficients that also satisfy the stiff order conditions.

    Source: Zhang et al. 2023, arXiv:2308.02157 (RES), the multistep solver.
    """
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        h = math.log(sigma / sigma_next)
        x = toward(x, denoised, sigma_next / sigma)
        if last is not None:
            x = x + (denoised - last) * (phi_2(h) * h / h_last)
        last, h_last = denoised, h
    return x


def res_multistep_ancestral(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """The same to the level below, and back up with noise.

    The change of x0 is that along the last step down, as users of ComfyUI know it.
    """
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        down = descent(sigma, sigma_next, sampling, eta)
        h = math.log(sigma / down.sigma)
        x = toward(x, denoised, down.sigma / sigma)
        if last is not None:
            x = x + (denoised - last) * (phi_2(h) * h / h_last)
        x = renoised(x, down, noise(sigma, sigma_next), s_noise)
        last, h_last = denoised, h
    return x
