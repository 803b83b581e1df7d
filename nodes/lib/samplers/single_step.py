"""Samplers that start afresh at every sigma, deterministic unless they churn."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from nodegraph.errors import ParamError
from nodes.lib.samplers.solver import Evaluation, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

MOST_CHURN = math.sqrt(2) - 1
"""By which share of itself a noise level rises at most."""


class Churn(NamedTuple):
    """Noise put on before each step, which the step then takes off too.

    Attributes:
        s_churn: How much, over all steps; 0 is none.
        s_tmin: The least sigma at which there is any …
        s_tmax: … and the greatest.
        s_noise: How strong it is; 1 keeps the variance.

    Source: Karras et al. 2022, arXiv:2206.00364, algorithm 2.
    """

    s_churn: float = 0.0
    s_tmin: float = 0.0
    s_tmax: float = math.inf
    s_noise: float = 1.0

    def __call__(
        self, x: Tensor, sigma: float, steps: int, noise: NoiseSource, sampling: ModelSampling
    ) -> tuple[Tensor, float]:
        """Return x and its sigma after the churn; the very same where there is none.

        Raises:
            ParamError: The model is a flow: its x would keep too much signal for its noise.
        """
        if not self.s_churn or not self.s_tmin <= sigma <= self.s_tmax:
            return x, sigma
        if sampling.prediction == "flow":
            raise ParamError("flow models cannot be churned; set s_churn to 0", "s_churn")
        raised = sigma * (1 + min(self.s_churn / steps, MOST_CHURN))
        added = math.sqrt(raised**2 - sigma**2) * self.s_noise
        return x + noise(sigma, raised) * added, raised


def euler(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    **options: float,
) -> Solver:
    """Euler's method; for these models the same as DDIM with eta = 0.

    Sources: Karras et al. 2022, arXiv:2206.00364, algorithm 2;
    Song et al. 2020, arXiv:2010.02502, eq. 12.
    """
    churn = Churn(**options)
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, here = churn(x, sigma, len(sigmas) - 1, noise, sampling)
        x, denoised = yield Evaluation(x, here, step)
        x = toward(x, denoised, sigma_next / here)
    return x


def heun(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    **options: float,
) -> Solver:
    """Heun's method: the mean of the slopes at both ends of the interval.

    Source: Karras et al. 2022, arXiv:2206.00364, algorithm 2.
    """
    churn = Churn(**options)
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, here = churn(x, sigma, len(sigmas) - 1, noise, sampling)
        x, denoised = yield Evaluation(x, here, step)
        guess = toward(x, denoised, sigma_next / here)
        if sigma_next == 0:
            return guess
        slope = (x - denoised) / here
        guess, denoised = yield Evaluation(guess, sigma_next, step)
        slope_next = (guess - denoised) / sigma_next
        x = x + (slope + slope_next) * ((sigma_next - here) / 2)
    return x


def dpm_2(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    **options: float,
) -> Solver:
    """The slope halfway in log sigma carries the whole interval.

    Sources: Lu et al. 2022, arXiv:2206.00927 (DPM-Solver-2); Karras et al. 2022, algorithm 2.
    """
    churn = Churn(**options)
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, here = churn(x, sigma, len(sigmas) - 1, noise, sampling)
        x, denoised = yield Evaluation(x, here, step)
        if sigma_next == 0:
            return toward(x, denoised, 0.0)
        middle = math.sqrt(here * sigma_next)
        guess = toward(x, denoised, middle / here)
        guess, denoised = yield Evaluation(guess, middle, step)
        x = x + (guess - denoised) * ((sigma_next - here) / middle)
    return x


def heunpp2(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """Heun++: the slopes one and two intervals ahead count, the more noise there is the more.

    Of n slopes, one at sigma ahead counts sigma / (n * sigma_0), and the one here the rest. The
    last interval but one has two, the last is Euler's. The mean is no longer Heun's, so that the
    method is of first order. Known by this name to users of k-diffusion; there is no paper.
    """
    last = len(sigmas) - 1
    for step in range(last):
        levels = sigmas[step : min(step + 3, last)]
        guess, denoised = yield Evaluation(x, levels[0], step)
        x, slopes = guess, [(guess - denoised) / levels[0]]
        for sigma, ahead in pairwise(levels):
            guess = guess + slopes[-1] * (ahead - sigma)
            guess, denoised = yield Evaluation(guess, ahead, step)
            slopes.append((guess - denoised) / ahead)
        if len(slopes) == 1:
            return toward(x, denoised, sigmas[last] / levels[0])
        shares = [ahead / (len(levels) * sigmas[0]) for ahead in levels[1:]]
        x = x + slopes[0] * ((1 - sum(shares)) * (sigmas[step + 1] - levels[0]))
        for share, slope in zip(shares, slopes[1:], strict=True):
            x = x + slope * (share * (sigmas[step + 1] - levels[0]))
    return x
