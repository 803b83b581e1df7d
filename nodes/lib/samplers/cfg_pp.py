"""CFG++: x goes on along what the network sees without the prompt, x0 is moved by guidance.

Each is sent a third thing after x and the guided estimate: the one with the negative prompt. With
x0 from the one and the noise in x from the other, x = alpha * guided + sigma * noise: guidance of
0 to 1 is then an interpolation, which leaves the data's manifold no more.
Source: Chung et al. 2024, arXiv:2406.08070, algorithm 2.
"""

from __future__ import annotations

import math
from functools import wraps
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from torch import Tensor

from nodes.lib.samplers.adams import gradient_estimation as plain_gradient_estimation
from nodes.lib.samplers.ancestral import descent, renoised
from nodes.lib.samplers.ancestral import dpmpp_2s_ancestral as plain_2s_ancestral
from nodes.lib.samplers.levels import ancestral, phi_2
from nodes.lib.samplers.single_step import euler as plain_euler
from nodes.lib.samplers.solver import Evaluation, GuidedSolver, Sampler, Solver, toward

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.model_sampling import ModelSampling
    from nodes.lib.noise import NoiseSource


class Interval(NamedTuple):
    """What the network made of x at the first evaluation of an interval."""

    step: int
    denoised: Tensor
    negative: Tensor

    def moved(self, x: Tensor, sigma: float, sampling: ModelSampling) -> Tensor:
        """Return x at the interval's end with x0 guided; at 0 it is the guided estimate."""
        if sigma == 0:
            return self.denoised
        return x + sampling.alpha(sigma) * (self.denoised - self.negative)


def plus_plus(plain: Sampler) -> Sampler:
    """Let a sampler walk along the negative estimate, and move x0 after each of its intervals."""

    @wraps(plain)
    def start(
        x: Tensor,
        sigmas: Sequence[float],
        noise: NoiseSource,
        sampling: ModelSampling,
        **options: Any,
    ) -> GuidedSolver:
        solver = plain(x, sigmas, noise, sampling, **options)
        answer, here = None, None
        while True:
            try:
                request = solver.send(answer)
            except StopIteration as end:
                return end.value if here is None else here.moved(end.value, sigmas[-1], sampling)
            begins = here is None or request.step != here.step
            if here is not None and begins:
                x = here.moved(request.x, request.sigma, sampling)
                request = request._replace(x=x)
            x, denoised, negative = yield request
            if begins:
                here = Interval(request.step, denoised, negative)
            answer = x, negative

    return start


def _euler_ancestral(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> Solver:
    """DDIM with noise: Song et al. 2020, arXiv:2010.02502, eq. 12."""
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        keep, add, renoise = ancestral(sigma, sigma_next, sampling, eta)
        x = keep * x + add * denoised + renoise * s_noise * noise(sigma, sigma_next)
    return x


euler_cfg_pp = plus_plus(plain_euler)
euler_ancestral_cfg_pp = plus_plus(_euler_ancestral)
dpmpp_2s_ancestral_cfg_pp = plus_plus(plain_2s_ancestral)
gradient_estimation_cfg_pp = plus_plus(plain_gradient_estimation)


def dpmpp_2m_cfg_pp(
    x: Tensor, sigmas: Sequence[float], _noise: NoiseSource, sampling: ModelSampling
) -> GuidedSolver:
    """DPM-Solver++(2M), arXiv:2211.01095, whose change of x0 runs from negative to guided."""
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised, negative = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        h, left = math.log(sigma / sigma_next), sigma_next / sigma
        x = toward(x, negative, left) + sampling.alpha(sigma_next) * (denoised - negative)
        if last is not None:
            x = x + (denoised - last) * ((1 - left) * h / h_last / 2)
        last, h_last = negative, h
    return x


def res_multistep_ancestral_cfg_pp(
    x: Tensor,
    sigmas: Sequence[float],
    noise: NoiseSource,
    sampling: ModelSampling,
    *,
    eta: float = 1.0,
    s_noise: float = 1.0,
) -> GuidedSolver:
    """RES of second order, arXiv:2308.02157, and noise; guidance counts before the step.

    So it shrinks with the noise, by the ratio of sigmas, but in the first step.
    """
    last = h_last = None
    for step, (sigma, sigma_next) in enumerate(pairwise(sigmas)):
        x, denoised, negative = yield Evaluation(x, sigma, step)
        if sigma_next == 0:
            return denoised
        down = descent(sigma, sigma_next, sampling, eta)
        h, left = math.log(sigma / down.sigma), down.sigma / sigma
        share = sampling.alpha(down.sigma) if last is None else left
        x = toward(x, negative, left) + share * (denoised - negative)
        if last is not None:
            x = x + (negative - last) * (phi_2(h) * h / h_last)
        x = renoised(x, down, noise(sigma, sigma_next), s_noise)
        last, h_last = negative, h
    return x


def res_multistep_cfg_pp(
    x: Tensor, sigmas: Sequence[float], noise: NoiseSource, sampling: ModelSampling
) -> GuidedSolver:
    """The same without noise."""
    return res_multistep_ancestral_cfg_pp(x, sigmas, noise, sampling, eta=0.0)
