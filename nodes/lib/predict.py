"""One evaluation of the network: what it makes of x, with the prompt and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from nodes.lib import families
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.types import Conditioning, Latent, Prediction

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.types import Model


class Predictions(NamedTuple):
    """Both sides of one evaluation; no negative when none was asked for."""

    positive: Prediction
    negative: Prediction | None


@torch.inference_mode()
def predict(
    model: Model,
    x: Latent,
    sigma: float,
    positive: Conditioning,
    negative: Conditioning | None = None,
) -> Predictions:
    """Evaluate the network once, on one batch that holds every condition.

    Raises:
        SizeError: x has another number of channels than the network.
    """
    groups = (positive,) if negative is None else (negative, positive)
    estimates = _estimates(model, x, sigma, groups)
    found = [Prediction(x, sigma, Latent(one), model.latent_format.scale) for one in estimates]
    return Predictions(found[-1], None if negative is None else found[0])


def _estimates(
    model: Model, x: Latent, sigma: float, groups: tuple[Conditioning, ...]
) -> list[Tensor]:
    """Return each group's estimate of x0, (B, C, h, w) in the VAE's units."""
    if x.samples.shape[1] != model.latent_format.channels:
        raise SizeError(
            f"the network works on latents of {model.latent_format.channels} channels; this one "
            f"has {x.samples.shape[1]}, so it belongs to another model"
        )
    noisy = to_model_space(x.samples.to(model.part.device), model.latent_format)
    entries = tuple(entry for group in groups for entry in group.entries)
    output = families.EVALUATE[model.family](model, noisy, sigma, entries)
    each = output.reshape(len(entries), *noisy.shape)  # noisy meets every one without being copied
    denoised = to_latent(model.sampling.denoised(noisy, each, sigma), model.latent_format)
    chunks = iter(denoised.unbind())
    return [_mean([next(chunks) for _ in group.entries]) for group in groups]


def _mean(estimates: list[Tensor]) -> Tensor:
    return estimates[0] if len(estimates) == 1 else torch.stack(estimates).mean(0)
