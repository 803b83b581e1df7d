"""Arithmetic on noise levels alone.

``noise_ratio`` = sigma / alpha is the noise per unit of signal, and its negative logarithm half
the log signal to noise ratio, the time of the DPM-Solver papers (there lambda).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.model_sampling import ModelSampling

FIRST_TIMESTEP = 999.9
"""Where a flow schedule starts if it needs a signal to noise ratio above 0."""


class Posterior(NamedTuple):
    """x at the next sigma is keep * x + add * x0 + renoise * noise."""

    keep: float
    add: float
    renoise: float


def noise_ratio(sigma: float, sampling: ModelSampling) -> float:
    """Noise per unit of signal: sigma itself unless flow."""
    return sigma / sampling.alpha(sigma)


def posterior(
    sigma: float, sigma_next: float, sampling: ModelSampling, eta: float = 1.0
) -> Posterior:
    """The distribution of x at sigma_next given x at sigma and x0.

    With another eta than 1 it is that of the SDE with eta times the noise, of the ODE with 0.

    Source: Ho et al. 2020, arXiv:2006.11239, eq. 6 and 7, in sigma space; the reverse SDE's exact
    solution for a fixed x0, Lu et al. 2022, arXiv:2211.01095.
    """
    alpha, alpha_next = sampling.alpha(sigma), sampling.alpha(sigma_next)
    shrink = (sigma_next * alpha) / (sigma * alpha_next)
    return Posterior(
        keep=shrink**eta * sigma_next / sigma,
        add=alpha_next * (1 - shrink ** (1 + eta)),
        renoise=sigma_next * math.sqrt(1 - shrink ** (2 * eta)),
    )


def ancestral(
    sigma: float, sigma_next: float, sampling: ModelSampling, eta: float = 1.0
) -> Posterior:
    """The same, eta being the share of its standard deviation, as in ancestral samplers.

    Source: Song et al. 2020, arXiv:2010.02502, eq. 16, in noise per unit of signal.
    """
    if eta == 1:
        return posterior(sigma, sigma_next, sampling)
    if sampling.alpha(sigma) == 0:  # pure noise, of which no share is signal
        added, alpha_next = min(eta, 1.0), sampling.alpha(sigma_next)
        return Posterior(
            sigma_next / sigma * math.sqrt(1 - added**2), alpha_next, sigma_next * added
        )
    ratio, ratio_next = noise_ratio(sigma, sampling), noise_ratio(sigma_next, sampling)
    added = min(eta * ratio_next * math.sqrt(1 - (ratio_next / ratio) ** 2), ratio_next)
    left = math.sqrt(ratio_next**2 - added**2) / ratio
    alpha_next = sampling.alpha(sigma_next)
    keep = alpha_next / sampling.alpha(sigma) * left
    return Posterior(keep, alpha_next * (1 - left), alpha_next * added)


def midpoint(sigma: float, sigma_next: float, sampling: ModelSampling) -> float:
    """The sigma halfway between two in log signal to noise ratio."""
    ratio = math.sqrt(noise_ratio(sigma, sampling) * noise_ratio(sigma_next, sampling))
    return _of_ratio(ratio, sampling)


def between(sigma: float, sigma_next: float, share: float, sampling: ModelSampling) -> float:
    """The sigma a share of the way from one to another in log signal to noise ratio."""
    ratio, ratio_next = noise_ratio(sigma, sampling), noise_ratio(sigma_next, sampling)
    return _of_ratio(ratio ** (1 - share) * ratio_next**share, sampling)


def _of_ratio(ratio: float, sampling: ModelSampling) -> float:
    return ratio / (1 + ratio) if sampling.prediction == "flow" else ratio


def log_step(sigma: float, sigma_next: float, sampling: ModelSampling) -> float:
    """The step h between two sigmas in half log signal to noise ratio; positive downwards."""
    return math.log(noise_ratio(sigma, sampling) / noise_ratio(sigma_next, sampling))


def phi_2(length: float) -> float:
    """The integral of a line from 0 to 1 over a step of this length, weighed as x0 is.

    The exponential integrators' phi_2 at -length, times length. The length is that of the step in
    half log signal to noise ratio, times 1 + eta where there is noise.
    Source: Hochbruck & Ostermann 2010, Exponential integrators, eq. 2.11.
    """
    return math.expm1(-length) / length + 1


def with_signal(sigmas: Sequence[float], sampling: ModelSampling) -> list[float]:
    """Start a hair below pure noise, where the signal to noise ratio of flow would be 0."""
    first = sampling.sigma(FIRST_TIMESTEP)
    return [first if sampling.alpha(sigma) <= 0 else sigma for sigma in sigmas]
