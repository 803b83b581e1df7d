"""SEEDS: exponential integrators of the reverse SDE that evaluate within each interval.

The noise is that of one path: what was drawn up to an evaluation within the interval goes on to
its end, and only the rest is drawn anew.
Source: Gonzalez et al. 2023, arXiv:2305.14267.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from nodes.lib.samplers.levels import between, log_step, midpoint, phi_2, posterior, with_signal
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource


class Path:
    """The noise of an interval, drawn piece by piece: a standard normal part of x each time."""

    def __init__(
        self, sigma: float, noise: NoiseSource, sampling: ModelSampling, eta: float, s_noise: float
    ) -> None:
        self._sigma, self._noise, self._sampling = sigma, noise, sampling
        self._eta, self._s_noise = eta, s_noise
        self._sum: Tensor | None = None

    def to(self, sigma: float) -> Tensor:
        """Go on to sigma; return what has come together there."""
        keep, _, renoise = posterior(self._sigma, sigma, self._sampling, self._eta)
        drawn = renoise * self._s_noise * self._noise(self._sigma, sigma)
        self._sum = drawn if self._sum is None else keep * self._sum + drawn
        self._sigma = sigma
        return self._sum


def seeds_2(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """SEEDS-2: the estimate of x0 is taken halfway, r = 1/2."""
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        path = Path(sigma, noise, sampling, eta, s_noise)
        middle = midpoint(sigma, sigma_next, sampling)
        keep, add, _ = posterior(sigma, middle, sampling, eta)
        _, denoised = yield Evaluation(keep * x + add * denoised + path.to(middle), middle, step)
        keep, add, _ = posterior(sigma, sigma_next, sampling, eta)
        x = keep * x + add * denoised + path.to(sigma_next)
    return x


def seeds_3(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """SEEDS-3: estimates of x0 at a third and two thirds of the way bend it."""
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        path, change = Path(sigma, noise, sampling, eta, s_noise), 0.0
        for share in (1 / 3, 2 / 3, 1.0):
            end = share == 1
            ahead = sigma_next if end else between(sigma, sigma_next, share, sampling)
            keep, add, _ = posterior(sigma, ahead, sampling, eta)
            bend = sampling.alpha(ahead) * phi_2((1 + eta) * log_step(sigma, ahead, sampling))
            guess = keep * x + add * denoised + bend * change + path.to(ahead)
            if not end:
                _, there = yield Evaluation(guess, ahead, step)
                change = (there - denoised) * ((share + 1 / 3) / share)
        x = guess
    return x


def exp_heun_2_x0_sde(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """SEEDS-2 with r = 1, Heun's method: x0 runs along a line between the estimates at both ends.

    Nothing of the noise is left to draw after the second one, yet a draw is spent on it.
    """
    for step, (sigma, sigma_next) in enumerate(pairwise(with_signal(sigmas, sampling))):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        path = Path(sigma, noise, sampling, eta, s_noise)
        keep, add, _ = posterior(sigma, sigma_next, sampling, eta)
        guess = keep * x + add * denoised + path.to(sigma_next)
        _, there = yield Evaluation(guess, sigma_next, step)
        bend = sampling.alpha(sigma_next) * phi_2((1 + eta) * log_step(sigma, sigma_next, sampling))
        x = keep * x + add * denoised + bend * (there - denoised) + path.to(sigma_next)
    return x


def exp_heun_2_x0(
    x: Tensor, sigmas: Sequence[float], noise: NoiseSource, sampling: ModelSampling
) -> Solver:
    """The same without noise: an exponential Heun method of second order."""
    return exp_heun_2_x0_sde(x, sigmas, noise, sampling, eta=0.0)
