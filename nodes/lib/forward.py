"""The forward process, and how far a prediction moves.

Sources: Ho et al. 2020, arXiv:2006.11239, eq. 4; Karras et al. 2022, arXiv:2206.00364, for the
same in terms of sigma: alpha bar = 1 / (1 + sigma^2).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from nodes.lib import guidance
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.types import Latent, Mask

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Noise, Prediction


def sigma_at(model: Model, share: float) -> float:
    """Return the noise level at a share of the training timesteps; 0 is the clean picture."""
    if share <= 0:
        return 0.0
    if model.sampling.prediction == "flow":
        return model.sampling.sigma(share * 1000)
    return model.sampling.sigma(share * (len(model.sampling.sigmas) - 1))


@torch.inference_mode()
def noised(
    model: Model, latent: Latent, noise: Noise, share: float
) -> tuple[Latent, Latent, float]:
    """Return x_t, the same with its variance kept, and sigma.

    Raises:
        SizeError: The noise is of another size.
    """
    _agree(latent.samples, noise.samples)
    sigma = sigma_at(model, share)
    clean = to_model_space(latent.samples.cpu(), model.latent_format)
    x = clean * model.sampling.alpha(sigma) + sigma * noise.samples
    kept = model.sampling.scale_input(x, sigma)
    back = model.latent_format
    return Latent(to_latent(x, back)), Latent(to_latent(kept, back)), sigma


@torch.inference_mode()
def removed(model: Model, x: Latent, noise: Noise, sigma: float) -> Latent:
    """Return x0 of x and its noise: (x - sigma * noise) / alpha.

    Raises:
        SizeError: They differ in size, or nothing of x0 is left in x.
    """
    _agree(x.samples, noise.samples)
    alpha = model.sampling.alpha(sigma)
    if alpha <= 0:
        raise SizeError("x is noise alone, of which no picture can be had; use a lower share")
    inside = to_model_space(x.samples.cpu(), model.latent_format)
    return Latent(to_latent((inside - sigma * noise.samples) / alpha, model.latent_format))


def curve(model: Model, points: int) -> tuple[list[float], ...]:
    """Return share, sigma, signal-to-noise ratio, and the shares of signal and noise in x."""
    shares = [(place + 1) / points for place in range(points)]
    sigmas = [sigma_at(model, share) for share in shares]
    alphas = [model.sampling.alpha(sigma) for sigma in sigmas]
    snr = [(alpha / sigma) ** 2 for alpha, sigma in zip(alphas, sigmas, strict=True)]
    if model.sampling.prediction == "flow":
        return shares, sigmas, snr, alphas, sigmas
    signal = [1 / math.sqrt(1 + sigma**2) for sigma in sigmas]
    noise = [sigma / math.sqrt(1 + sigma**2) for sigma in sigmas]
    return shares, sigmas, snr, signal, noise


@torch.inference_mode()
def parts(prediction: Prediction) -> tuple[Latent, Latent, Latent, float]:
    """Return x with unit variance kept, the noise in it as a latent, the estimate, and sigma."""
    shown = prediction.x.samples / math.sqrt(1 + prediction.sigma**2)
    noise = Latent(prediction.eps / prediction.scale)
    return Latent(shown), noise, prediction.denoised, prediction.sigma


def guided(positive: Prediction, negative: Prediction | None, cfg: float) -> Prediction:
    """Return the prediction whose estimate is the guided one."""
    return replace(positive, denoised=guidance.guided(positive, negative, cfg))


@torch.inference_mode()
def guidance_map(positive: Prediction, negative: Prediction, scale: int) -> tuple[Mask, float]:
    """Return the length of the difference of two predicted noises, (B, H, W), and its mean.

    Raises:
        SizeError: They are of different sizes.
    """
    _agree(positive.eps, negative.eps)
    length = (positive.eps - negative.eps).square().mean(1).sqrt().float().cpu()
    size = (length.shape[1] * scale, length.shape[2] * scale)
    grown = functional.interpolate(length[:, None], size, mode="bilinear")
    return Mask(grown[:, 0]), float(length.mean())


@torch.inference_mode()
def distance(one: Latent, other: Latent) -> float:
    """Return the root mean squared difference.

    Raises:
        SizeError: They are of different sizes.
    """
    _agree(one.samples, other.samples)
    return float((one.samples.cpu() - other.samples.cpu()).square().mean().sqrt())


def _agree(one: Tensor, other: Tensor) -> None:
    if one.shape != other.shape:
        raise SizeError(
            f"these are {tuple(one.shape)} and {tuple(other.shape)}; give two of one size: link "
            "the latent to the noise's latent input"
        )
