"""A toy model with a known answer, and a loop that drives a sampler over it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest
import torch

from nodes.lib.model_sampling import ModelSampling
from nodes.lib.noise import NoNoise
from nodes.lib.samplers import SAMPLERS

MEAN, DEVIATION = 0.4, 0.6


@dataclass
class Gaussian:
    """Data drawn from N(MEAN, DEVIATION^2), for which everything has a closed form."""

    sampling: ModelSampling

    def variance(self, sigma: float) -> float:
        return (self.sampling.alpha(sigma) * DEVIATION) ** 2 + sigma**2

    def denoised(self, x: torch.Tensor, sigma: float) -> torch.Tensor:
        """The expectation of x0 given x."""
        alpha = self.sampling.alpha(sigma)
        gain = alpha * DEVIATION**2 / self.variance(sigma)
        return MEAN + gain * (x - alpha * MEAN)

    def flowed(self, x: torch.Tensor, sigma: float, sigma_next: float) -> torch.Tensor:
        """Where the probability-flow ODE carries x: each quantile to the same quantile."""
        start, end = self.sampling.alpha(sigma) * MEAN, self.sampling.alpha(sigma_next) * MEAN
        return end + (x - start) * math.sqrt(self.variance(sigma_next) / self.variance(sigma))


@pytest.fixture
def gaussian(sampling):
    return Gaussian(sampling)


@pytest.fixture
def sampling(request):
    if getattr(request, "param", "eps") == "flow":
        return ModelSampling.flow(3.0)
    return ModelSampling.from_scheduler_config(
        {"beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}
    )


@pytest.fixture
def wavy():
    """A smooth nonlinear denoiser of x, (B, C, h, w), at any sigma."""

    def denoised(x: torch.Tensor, sigma: float) -> torch.Tensor:
        variance = 1 + sigma**2
        wave = torch.sin(x / math.sqrt(variance) + math.log(sigma))
        return 0.6 * torch.tanh(1.5 * x / variance) + 0.3 * wave

    return denoised


@pytest.fixture
def drive(sampling):
    """Run a sampler to its end and return x; without a negative estimate it is the guided one."""

    def run(name, x, sigmas, denoised, noise=None, negative=None, **options):
        spec = SAMPLERS[name]
        solver = spec.start(x, list(sigmas), noise or NoNoise(x), sampling, **options)
        answer = None
        while True:
            try:
                request = solver.send(answer)
            except StopIteration as end:
                return end.value
            answer = request.x, denoised(request.x, request.sigma)
            if spec.cfg_pp:
                other = answer[1] if negative is None else negative(request.x, request.sigma)
                answer = *answer, other

    return run


@pytest.fixture
def start():
    """Pure noise at sigma 14.6, (1, 2, 8, 8) float64."""
    generator = torch.Generator().manual_seed(0)
    return 14.6 * torch.randn(1, 2, 8, 8, generator=generator, dtype=torch.float64)
