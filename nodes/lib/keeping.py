"""What a masked latent keeps of itself while the rest of it is sampled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib import masks
from nodes.lib.latents import to_model_space
from nodes.lib.noise import initial_noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.model_sampling import ModelSampling
    from nodes.types import Latent, Noise


class Kept:
    """Holds a latent in place where its mask is 0, at every step of a walk.

    Before an evaluation x is x * mask + noised * (1 - mask), where noised is the latent at the
    noise level of x; after it the estimate is denoised * mask + latent * (1 - mask). The solver
    goes on from its own x. Masks are brought to the latent's size bilinearly. At the end, without
    noise, what the mask forbids is the latent bit by bit.

    A gradual mask says at which share of the way, in the network's time, a place becomes free:
    1 from the start, 0.5 for the second half, 0 never.
    Source: Lugmayr et al. 2022, arXiv:2201.09865, algorithm 1 without resampling; Levin & Fried
    2023, arXiv:2306.00950, algorithm 1 (gradual).

    All tensors are (B, C, h, w) in the network's units, on its device.
    """

    def __init__(
        self, model: Model, latent: Latent, mask: Tensor, noise: Tensor, sigmas: Sequence[float]
    ) -> None:
        self._sampling: ModelSampling = model.sampling
        self._samples, self._noise = latent.samples, noise
        self._latent = to_model_space(latent.samples.to(noise.device), model.latent_format)
        self._mask = masks.over(mask, latent.samples).to(noise.device)
        self._gradual = latent.gradual
        self._start = model.sampling.timestep(sigmas[0])
        self._end = model.sampling.timestep(max(sigmas[-1], model.sampling.sigma_min))

    def x(self, x: Tensor, sigma: float) -> Tensor:
        """Return x as the network shall see it."""
        noised = self._sampling.alpha(sigma) * self._latent + sigma * self._noise
        mask = self._at(sigma)
        return x * mask + noised * (1 - mask)

    def denoised(self, denoised: Tensor, sigma: float) -> Tensor:
        """Return the estimate as the solver shall see it."""
        mask = self._at(sigma)
        return denoised * mask + self._latent * (1 - mask)

    def restored(self, samples: Tensor) -> Tensor:
        """Return a finished latent, in the VAE's units, with what had to stay bit by bit."""
        return torch.where(self._mask > 0, samples, self._samples.to(samples.device))

    def _at(self, sigma: float) -> Tensor:
        """Return the mask of one noise level, (B, 1, h, w)."""
        if not self._gradual:
            return self._mask
        way = max(self._start - self._end, 1e-6)
        left = (self._sampling.timestep(sigma) - self._end) / way
        return ((self._mask >= left) & (self._mask > 0)).float()


def kept(
    model: Model, sampler_name: str, sigmas: Sequence[float], noise: Noise, latent: Latent | None
) -> Kept | None:
    """Return what a walk keeps of a latent; nothing where all of it may change.

    ``ddim`` noises what is kept with a draw of its own, from seed + 1; all others use the noise
    the walk starts with.

    Raises:
        SizeError: There are neither one mask nor as many as pictures.
    """
    if latent is None or latent.mask is None or not sigmas:
        return None
    samples = noise.samples
    if sampler_name == "ddim":
        samples = initial_noise(samples.shape, (noise.seed + 1) % 2**64)
    return Kept(model, latent, latent.mask, samples.to(model.part.device), sigmas)
