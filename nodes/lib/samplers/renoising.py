"""Samplers that jump to x0 and draw the next x around it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from nodes.lib.samplers.levels import posterior
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource


def ddpm(x: Tensor, sigmas: Sequence[float], noise: NoiseSource, sampling: ModelSampling) -> Solver:
    """Draw from the posterior given x and x0: Ho et al. 2020, arXiv:2006.11239, eq. 6 and 7."""
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        keep, add, renoise = posterior(sigma, sigma_next, sampling)
        x = keep * x + add * denoised + renoise * noise(sigma, sigma_next)
    return x


def lcm(x: Tensor, sigmas: Sequence[float], noise: NoiseSource, sampling: ModelSampling) -> Solver:
    """Noise the estimate of x0 afresh: Luo et al. 2023, arXiv:2310.04378, algorithm 3."""
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        x = sampling.noise_latent(denoised, noise(sigma, sigma_next), sigma_next)
    return x
