"""What a sampler is: a generator that asks for one model evaluation at a time.

It yields where it wants the model evaluated; it is sent x as it was really evaluated, and the
model's estimate of x0 there; it returns the final x. Whoever drives it owns the loop, so that
one code serves a closed sampler and a loop a user can see into and change.

Inside, sigmas are Python floats and so are all coefficients: nothing waits for the device.
Sigma space throughout: x = alpha * x0 + sigma * noise, see ``nodes.lib.model_sampling``.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor


class Evaluation(NamedTuple):
    """A request for the model's estimate of x0.

    Attributes:
        x: (B, C, h, w), noisy.
        sigma: Its noise level.
        step: Which interval of the schedule this belongs to; second-order samplers ask twice.
    """

    x: Tensor
    sigma: float
    step: int


Solver: TypeAlias = Generator[Evaluation, tuple[Tensor, Tensor], Tensor]
GuidedSolver: TypeAlias = Generator[Evaluation, tuple[Tensor, Tensor, Tensor], Tensor]
"""One that is sent the estimate with the negative prompt too, see ``cfg_pp``."""
Sampler: TypeAlias = Callable[..., Any]
"""Of x, the sigmas, a NoiseSource and a ModelSampling; what else it can be told goes by name."""


def toward(x: Tensor, denoised: Tensor, ratio: float) -> Tensor:
    """Move x towards a fixed estimate of x0 until ``ratio`` = sigma_next / sigma is left.

    The exact solution of dx/dsigma = (x - denoised) / sigma, so at once an Euler step and a
    first-order DPM-Solver++ step, for variance exploding models and for flow.
    Sources: Karras et al. 2022, algorithm 1; Lu et al. 2022, arXiv:2211.01095.
    """
    return torch.lerp(denoised, x, ratio)
