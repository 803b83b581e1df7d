"""DPM-Solver by single steps of up to third order, on levels of its own.

They lie between a schedule's ends. The time is -log sigma. Where a schedule ends in 0 the way ends
at the level before it, and the latent keeps that much noise, as users of k-diffusion know it.
Source: Lu et al. 2022, arXiv:2206.00927, algorithms 1 and 2 with r = 1/3 and 2/3; Katherine
Crowson's k-diffusion chooses the steps.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from nodegraph.errors import NodegraphError
from nodes.lib.samplers.solver import Evaluation, Solver

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource

FIRST_STEP = 0.05
ALMOST_THERE = 1e-5
ACCEPTED = 0.81
"""A step stands if the next one may be this much of it, or more."""
LEAST_STEP = 1e-6


class NoStepError(NodegraphError):
    """No step is small enough."""


class Third(NamedTuple):
    """A step of third order, and what comes of it with one evaluation less, of second."""

    x: Tensor
    low: Tensor


def slope(x: Tensor, denoised: Tensor, sigma: float) -> Tensor:
    """The noise in x, of about unit variance; of a flow its velocity."""
    return (x - denoised) / sigma


def second(x: Tensor, here: Tensor, sigma: float, ahead: float, step: int) -> Solver:
    """Return x at the level ahead, by the slope here and one halfway."""
    middle = math.sqrt(sigma * ahead)
    asked = Evaluation(x + here * (middle - sigma), middle, step)
    there = slope(*(yield asked), middle)
    return x + there * (ahead - sigma)


def third(
    x: Tensor, here: Tensor, sigma: float, ahead: float, steps: tuple[int, int]
) -> Generator[Evaluation, tuple[Tensor, Tensor], Third]:
    """Return x at the level ahead, by the slope here and two between.

    Args:
        steps: What the two evaluations count as.
    """
    h = math.log(sigma / ahead)
    one, two = sigma * math.exp(-h / 3), sigma * math.exp(-2 * h / 3)
    asked = Evaluation(x + here * (one - sigma), one, steps[0])
    bend = slope(*(yield asked), one) - here
    guess = x + here * (two - sigma) - bend * (2 * two * (math.expm1(2 * h / 3) / (2 * h / 3) - 1))
    further = slope(*(yield Evaluation(guess, two, steps[1])), two) - here
    straight = x + here * (ahead - sigma)
    high = straight - further * (ahead * 1.5 * (math.expm1(h) / h - 1))
    return Third(high, straight + bend * (1.5 * (ahead - sigma)))


def ends(sigmas: Sequence[float]) -> tuple[float, float]:
    """Return the first level, and the last above 0."""
    return sigmas[0], sigmas[-1] or sigmas[-2]


def dpm_fast(x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, _: ModelSampling) -> Solver:
    """Even steps in log sigma, of third order but the last: one evaluation for each of a schedule.

    The levels between the schedule's ends do not count.
    """
    count = len(sigmas) - 1
    if count < 1:
        return x
    high, low = ends(sigmas)
    whole, rest = divmod(count, 3)
    orders = [3] * whole + [rest] if rest else [3] * (whole - 1) + [2, 1]
    levels = [high * (low / high) ** (index / len(orders)) for index in range(len(orders) + 1)]
    done = 0
    for order, (sigma, ahead) in zip(orders, pairwise(levels), strict=True):
        x, denoised = yield Evaluation(x, sigma, done)
        here = slope(x, denoised, sigma)
        if order == 1 or ahead == sigma:
            x = x + here * (ahead - sigma)
        elif order == 2:
            x = yield from second(x, here, sigma, ahead, done + 1)
        else:
            x = (yield from third(x, here, sigma, ahead, (done + 1, done + 2))).x
        done += order
    return x


def dpm_adaptive(
    x: Tensor,
    sigmas: Sequence[float],
    _noise: NoiseSource,
    _: ModelSampling,
    *,
    rtol: float = 0.05,
    atol: float = 0.0078,
) -> Solver:
    """Steps as long as the second and the third order agree within a tolerance.

    How many evaluations that takes depends on the picture. The levels between the schedule's ends
    do not count. All pictures of a batch share their steps.

    Raises:
        NoStepError: The two never agree.
    """
    if len(sigmas) < 2:
        return x
    high, low = ends(sigmas)
    before, way, length, way_gone = x, math.log(low / high), FIRST_STEP, 0.0
    falling = [-sigma if low < high else sigma for sigma in sigmas[1:-1]]
    while abs(way) - way_gone > ALMOST_THERE:
        sigma = high * math.exp(math.copysign(way_gone, way))
        step = bisect_right(falling, -sigma if low < high else sigma)
        x, denoised = yield Evaluation(x, sigma, step)
        here = slope(x, denoised, sigma)
        while True:
            gone = min(abs(way), way_gone + length)
            ahead = high * math.exp(math.copysign(gone, way))
            found = yield from third(x, here, sigma, ahead, (step, step))
            share = _share(found, before, rtol, atol)
            length *= share
            if share >= ACCEPTED:
                break
            if not length > LEAST_STEP:
                raise NoStepError(
                    f"dpm_adaptive finds no step that is small enough at sigma {sigma:.4g}; raise "
                    "rtol and atol in the sampler's options, or choose another sampler"
                )
        x, before, way_gone = found.x, found.low, gone
    return x


def _share(found: Third, before: Tensor, rtol: float, atol: float) -> float:
    """Return how long the next step may be, by the length of this one.

    Waits for the device, since the way depends on what comes out.
    """
    scale = rtol * torch.maximum(found.low.abs(), before.abs())
    off = (found.low - found.x) / scale.clamp(min=atol)
    error = float(torch.linalg.vector_norm(off)) / off.numel() ** 0.5
    return 1 + math.atan((1 / (error + 1e-8)) ** (1 / 3) - 1)
