"""Schedules by formulas of their own, whatever the model, and those of models that want their own.

All give tuples of floats that fall from each to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from nodegraph.errors import ParamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.schedules.cut import Sigmas

Kind = Literal["SD1", "SDXL", "SVD"]

BEST: dict[Kind, Sigmas] = {
    "SD1": (14.615, 6.475, 3.861, 2.697, 1.886, 1.396, 0.963, 0.652, 0.399, 0.152, 0.029),
    "SDXL": (14.615, 6.315, 3.771, 2.181, 1.342, 0.862, 0.555, 0.380, 0.234, 0.113, 0.029),
    "SVD": (700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.002),
}
"""Ten steps found best for a model: Sabour et al. 2024, arXiv:2404.14507, from their page."""

DISTILLED = 10
"""Steps of a turbo model's way, evenly spaced in its 1000 times."""
ALMOST_0 = 1e-5
"""Where the Laplace distribution's tails end."""


def karras(steps: int, sigma_max: float, sigma_min: float, rho: float) -> Sigmas:
    """Even in sigma^(1/rho): Karras et al. 2022, arXiv:2206.00364, eq. 5; then 0.

    Raises:
        ParamError: sigma_min is not below sigma_max.
    """
    _check(sigma_max, sigma_min)
    roots = np.linspace(sigma_max ** (1 / rho), sigma_min ** (1 / rho), steps)
    return (*(roots**rho).tolist(), 0.0)


def laplace(steps: int, sigma_max: float, sigma_min: float, mu: float, beta: float) -> Sigmas:
    """Quantiles of a Laplace distribution of log sigma, within bounds; a level counts once.

    Source: Hang et al. 2024, arXiv:2407.03297, section 3.2.

    Raises:
        ParamError: sigma_min is not below sigma_max.
    """
    _check(sigma_max, sigma_min)
    shares = np.linspace(0, 1, steps) - 0.5
    logs = mu + beta * np.sign(shares) * np.log(1 - 2 * np.abs(shares) + ALMOST_0)
    levels = np.exp(logs).clip(sigma_min, sigma_max).tolist()
    return tuple(dict.fromkeys(levels))


def vp(steps: int, beta_d: float, beta_min: float, eps_s: float) -> Sigmas:
    """Even times of the variance preserving process from 1 to eps_s, then 0.

    Source: Song et al. 2021, arXiv:2011.13456; Karras et al. 2022, table 1.
    """
    times = np.linspace(1, eps_s, steps)
    return (*np.sqrt(np.expm1(beta_d * times**2 / 2 + beta_min * times)).tolist(), 0.0)


def aligned(kind: Kind, steps: int, denoise: float) -> Sigmas:
    """Return the levels found best for a model, on a line through their logarithms; the last is 0.

    Args:
        kind: Which model.
        steps: How many; ten are as they were published.
        denoise: The share of them to take, the last ones, rounded; nothing is no step.
    """
    taken = steps if denoise >= 1 else round(steps * max(denoise, 0.0))
    if taken < 1:
        return ()
    known = np.log(BEST[kind])
    places = np.linspace(0, len(known) - 1, steps + 1)
    levels = np.exp(np.interp(places, np.arange(len(known)), known)).tolist()
    return (*levels[-(taken + 1) : -1], 0.0)


def turbo(sampling: ModelSampling, steps: int, denoise: float) -> Sigmas:
    """Return the levels a turbo model was distilled for: times 999, 899 …, then 0.

    Args:
        sampling: Of the model.
        steps: How many, of those ten.
        denoise: The share of the ten that begins the way.

    Source: Sauer et al. 2023, arXiv:2311.17042.
    """
    times = [100 * number - 1 for number in range(DISTILLED, 0, -1)]
    first = DISTILLED - int(DISTILLED * denoise)
    taken = times[first : first + steps]
    return (*(sampling.sigma(time) for time in taken), 0.0) if taken else ()


def begun(sigmas: Sequence[float], sigma: float) -> Sigmas:
    """Return a schedule that begins at another level.

    Raises:
        ParamError: The next one is not below it.
    """
    found = (sigma, *sigmas[1:]) if sigmas else ()
    if len(found) > 1 and found[0] <= found[1]:
        raise ParamError(
            f"the schedule goes on at {found[1]:.4g}, so it cannot begin at {sigma:.4g}; choose "
            "more than that",
            "sigma",
        )
    return found


def _check(sigma_max: float, sigma_min: float) -> None:
    if sigma_min >= sigma_max:
        raise ParamError("sigma_min must be below sigma_max", "sigma_min")
