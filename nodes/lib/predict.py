"""One evaluation of the network: what it makes of x, with the prompt and without."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import torch

from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.lib.models import network
from nodes.types import Conditioning, Latent, Prediction

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.folders import Part
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
    part, sampling = model.part, model.sampling
    if x.samples.shape[1] != model.latent_format.channels:
        raise SizeError(
            f"the network works on latents of {model.latent_format.channels} channels; this one "
            f"has {x.samples.shape[1]}, so it belongs to another model"
        )
    noisy = to_model_space(x.samples.to(part.device), model.latent_format)
    count = sum(len(group.entries) for group in groups)
    output = network(part)(
        torch.cat([sampling.scale_input(noisy, sigma).to(DTYPES[part.dtype])] * count),
        torch.full((noisy.shape[0] * count,), sampling.timestep(sigma), device=part.device),
        encoder_hidden_states=_context(groups, noisy.shape[0], part),
        added_cond_kwargs=_added(groups, tuple(noisy.shape), model),
        return_dict=False,
    )[0].float()
    each = output.reshape(count, *noisy.shape)  # noisy meets every one without being copied
    denoised = to_latent(sampling.denoised(noisy, each, sigma), model.latent_format)
    chunks = iter(denoised.unbind())
    return [_mean([next(chunks) for _ in group.entries]) for group in groups]


def _mean(estimates: list[Tensor]) -> Tensor:
    return estimates[0] if len(estimates) == 1 else torch.stack(estimates).mean(0)


@lru_cache(maxsize=4)
def _context(groups: tuple[Conditioning, ...], batch: int, part: Part) -> Tensor:
    """Return the (batch * entries, T, D) the network reads, the same one for every step.

    Texts of several lengths are repeated to their least common multiple, which changes nothing
    in what attention sees, and hardly anything in what a network pools for its time embedding.
    """
    texts = [entry.embedding for group in groups for entry in group.entries]
    length = math.lcm(*(text.shape[1] for text in texts))
    rows = [
        text.to(part.device, DTYPES[part.dtype])
        .repeat(1, length // text.shape[1], 1)
        .expand(batch, -1, -1)
        for text in texts
    ]
    return torch.cat(rows)


@lru_cache(maxsize=4)
def _added(
    groups: tuple[Conditioning, ...], shape: tuple[int, ...], model: Model
) -> dict[str, Tensor] | None:
    """Return what SDXL's network reads beside the texts: them pooled, and the picture's size.

    Each row says height and width twice, as they were and as they are wanted, around a crop from
    the corner. Nothing where no text was pooled.
    Source: Podell et al. 2023, arXiv:2307.01952, section 2.2.
    """
    pooled = [entry.pooled for group in groups for entry in group.entries]
    texts = [text for text in pooled if text is not None]
    if len(texts) < len(pooled):
        return None
    part, (batch, _, height, width) = model.part, shape
    size = [height * model.latent_format.downscale, width * model.latent_format.downscale]
    rows = [text.to(part.device, DTYPES[part.dtype]).expand(batch, -1) for text in texts]
    times = torch.tensor([[*size, 0.0, 0.0, *size]], device=part.device)
    return {"text_embeds": torch.cat(rows), "time_ids": times.repeat(batch * len(texts), 1)}


def forget() -> None:
    """Let go of what is kept from step to step."""
    _context.cache_clear()
    _added.cache_clear()
