"""One evaluation of the network: what it makes of x, with the prompt and without."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import torch

from nodegraph.errors import NodegraphError
from nodes.lib import families, regions
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.types import Conditioning, Latent, Prediction

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model


class NothingCountsError(NodegraphError):
    """No condition counts at a noise level."""


class Predictions(NamedTuple):
    """Both sides of one evaluation; no negative where none was asked for, or none counts."""

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
    """Evaluate the network on every condition that counts, in one batch where that can be.

    Raises:
        SizeError: x has another number of channels than the network.
        NothingCountsError: Nothing of the positive conditioning counts at sigma.
    """
    sides = (positive,) if negative is None else (negative, positive)
    samples = x.samples.to(model.part.device)
    x = x if samples is x.samples else replace(x, samples=samples)
    estimates = _estimates(model, x, sigma, sides)
    found = [
        None if one is None else Prediction(x, sigma, Latent(one), model.latent_format.scale)
        for one in estimates
    ]
    if found[-1] is None:
        raise NothingCountsError(
            f"nothing of the positive conditioning counts at sigma {sigma:.4g}; let a text's time "
            "range reach over it, with a strength above 0"
        )
    return Predictions(found[-1], None if negative is None else found[0])


def _estimates(
    model: Model, x: Latent, sigma: float, sides: tuple[Conditioning, ...]
) -> list[Tensor] | list[Tensor | None]:
    """Return each side's estimate of x0, (B, C, h, w) in the VAE's units."""
    if x.samples.shape[1] != model.latent_format.channels:
        raise SizeError(
            f"the network works on latents of {model.latent_format.channels} channels; this one "
            f"has {x.samples.shape[1]}, so it belongs to another model"
        )
    noisy = to_model_space(x.samples, model.latent_format)
    if not regions.plain(sides):
        found = regions.estimates(model, noisy, sigma, sides)
        return [None if one is None else to_latent(one, model.latent_format) for one in found]
    entries = tuple(entry for side in sides for entry in side.entries)
    output = families.evaluate(model, noisy, sigma, entries)
    each = output.reshape(len(entries), *noisy.shape)  # noisy meets every one without being copied
    denoised = to_latent(model.sampling.denoised(noisy, each, sigma), model.latent_format)
    chunks = iter(denoised.unbind())
    return [_mean([next(chunks) for _ in side.entries]) for side in sides]


def _mean(estimates: list[Tensor]) -> Tensor:
    return estimates[0] if len(estimates) == 1 else torch.stack(estimates).mean(0)
