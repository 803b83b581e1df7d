"""Adams-Bashforth samplers: extrapolate the slope through the last few and integrate that.

They differ in how the slopes are weighed: as a polynomial in sigma (lms), in the time of the
variance preserving process (deis), or as if the steps were equal (ipndm).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

Weights = Callable[[Sequence[float], float], Sequence[float]]
"""From the sigmas of the known slopes, newest first, and the next sigma: a weight for each."""


def lms(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling, *, order: int = 4
) -> Solver:
    """Linear multistep, polynomial in sigma; Katherine Crowson's k-diffusion."""
    return adams(x, sigmas, order, sigma_weights)


def deis(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling, *, order: int = 3
) -> Solver:
    """tAB-DEIS: Zhang & Chen 2022, arXiv:2204.13902, section 3."""
    return adams(x, sigmas, order, time_weights)


def ipndm(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling, *, order: int = 4
) -> Solver:
    """Improved PNDM.

    Sources: Liu et al. 2022, arXiv:2202.09778; Zhang & Chen 2022, arXiv:2204.13902 (iPNDM).
    """
    return adams(x, sigmas, order, even_weights)


def ipndm_v(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling, *, order: int = 4
) -> Solver:
    """Improved PNDM for unequal steps, by the weights of its authors' program.

    Those for three slopes and more are Adams-Bashforth's only where the steps are equal; ``lms``
    has theirs.
    Source: Zhou et al. 2023, arXiv:2312.00094 (AMED-Solver), its baseline.
    """
    return adams(x, sigmas, order, uneven_weights)


def gradient_estimation(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling
) -> Solver:
    """Walk along 2 * slope - last slope, an estimate of the gradient with less error.

    Source: Permenter & Yuan 2024, arXiv:2306.04848, with gamma = 2.
    """
    return adams(x, sigmas, 2, gradient_weights)


def adams(x: Tensor, sigmas: Sequence[float], order: int, weights: Weights) -> Solver:
    """Step along a weighted sum of the last ``order`` slopes; the last step lands on x0."""
    slopes: deque[Tensor] = deque(maxlen=order)
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        slopes.appendleft((x - denoised) / sigma)
        known = sigmas[step + 1 - len(slopes) : step + 1][::-1]
        for weight, slope in zip(weights(known, sigma_next), slopes, strict=True):
            x = torch.add(x, slope, alpha=weight)
    return x


def sigma_weights(known: Sequence[float], sigma_next: float) -> list[float]:
    """Integrals over sigma of the Lagrange polynomials through the known sigmas."""
    points, measure = quadrature(known[0], sigma_next, count=2)  # exact for cubics
    return integrals(known, points, measure)


def time_weights(known: Sequence[float], sigma_next: float) -> list[float]:
    """The same with polynomials in the variance preserving time."""
    if len(known) == 1:
        return [sigma_next - known[0]]
    times = [vp_time(sigma) for sigma in known]
    points, measure = quadrature(times[0], vp_time(sigma_next), count=32)
    return integrals(times, points, measure * vp_rate(points))


def gradient_weights(known: Sequence[float], sigma_next: float) -> list[float]:
    """The slope counts twice and the one before minus once."""
    step = sigma_next - known[0]
    return [step] if len(known) == 1 else [2 * step, -step]


EVEN_WEIGHTS = {
    1: (1.0,),
    2: (3 / 2, -1 / 2),
    3: (23 / 12, -16 / 12, 5 / 12),
    4: (55 / 24, -59 / 24, 37 / 24, -9 / 24),
}
"""Adams-Bashforth's coefficients for equal steps, by order."""


def even_weights(known: Sequence[float], sigma_next: float) -> list[float]:
    """Adams-Bashforth's coefficients, as if the steps were equal."""
    return [share * (sigma_next - known[0]) for share in EVEN_WEIGHTS[len(known)]]


def uneven_weights(known: Sequence[float], sigma_next: float) -> list[float]:
    """The weights of ipndm_v: differences of slopes over ratios of steps.

    The slope counts once, its first difference half the ratio of this step to the last, and so on.
    """
    steps = [one - other for one, other in pairwise([sigma_next, *known])]
    shares = [0.0] * len(known)
    for factor, difference in zip(_factors(steps), _differences(steps), strict=True):
        for place, count in enumerate(difference):
            shares[place] += factor * count
    return [share * steps[0] for share in shares]


def _factors(steps: Sequence[float]) -> list[float]:
    """How much each difference of slopes counts, by the steps, newest first."""
    here, *past = steps
    factors = [1.0]
    if past:
        factors.append(here / past[0] / 2)
    if len(past) > 1:
        factors.append((1 - here**2 / (3 * past[0] * (past[0] + past[1]))) / 2)
    if len(past) > 2:
        two, three = here + past[0], here + past[0] + past[1]
        near = (1 - here / (3 * two)) / 2 + (1 - here / (2 * two)) * here / (6 * three)
        far = past[0] * (past[0] + past[1]) * (past[0] + past[1] + past[2])
        factors.append(near * here * two * three / far)
    return factors


def _differences(steps: Sequence[float]) -> list[tuple[float, ...]]:
    """The differences of slopes, each as what every slope counts in it, newest first."""
    found: list[tuple[float, ...]] = [(1.0,), (1.0, -1.0)]
    if len(steps) > 2:
        one = steps[1] / steps[2]
        found.append((1.0, -1 - one, one))
    if len(steps) > 3:
        two = steps[1] * (steps[1] + steps[2]) / (steps[2] * (steps[2] + steps[3]))
        other = steps[2] / steps[3]
        found.append((1.0, -1 - one - two, one + two * (1 + other), -two * one))
    return found[: len(steps)]


def quadrature(start: float, end: float, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre points from start to end, (count,), and their weights, (count,)."""
    points, measure = np.polynomial.legendre.leggauss(count)
    half = (end - start) / 2
    return start + half * (points + 1), measure * half


def integrals(known: Sequence[float], points: np.ndarray, measure: np.ndarray) -> list[float]:
    """Integrate the Lagrange polynomial of each known place over points weighed by measure."""
    others = [[other for other in known if other != place] for place in known]
    polynomials = (
        np.prod([(points - other) / (place - other) for other in rest], axis=0)
        for place, rest in zip(known, others, strict=True)
    )
    return [float((polynomial * measure).sum()) for polynomial in polynomials]


# The variance preserving process that has sigma 0.002 at time 0.001 and 80 at time 1:
# log(1 + sigma^2) = SLOPE / 2 * t^2 + START * t. Karras et al. 2022, table 1 and appendix C.1.
_FIRST, _LAST = math.log(1 + 0.002**2), math.log(1 + 80.0**2)
SLOPE = 2 * (_FIRST / 0.001 - _LAST) / (0.001 - 1)
START = _LAST - SLOPE / 2


def vp_time(sigma: float) -> float:
    """The time at which the variance preserving process has this sigma."""
    return (math.sqrt(START**2 + 2 * SLOPE * math.log(1 + sigma**2)) - START) / SLOPE


def vp_rate(times: np.ndarray) -> np.ndarray:
    """Return dsigma/dt, (count,), of the variance preserving process at these times."""
    variance = np.expm1(SLOPE / 2 * times**2 + START * times)
    return (SLOPE * times + START) * (1 + variance) / (2 * np.sqrt(variance))
