"""Calling a UNet2DConditionModel: Stable Diffusion 1.x, 2.x, XL."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from nodes.lib.changes import applied
from nodes.lib.device import DTYPES
from nodes.lib.models import network

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.types import Condition, Model


def evaluate(model: Model, x: Tensor, sigma: float, entries: tuple[Condition, ...]) -> Tensor:
    """Return the network's output for every text, (n * B, C, h, w); x is (B, C, h, w)."""
    part, sampling, count = model.part, model.sampling, len(entries)
    unet = network(part)
    with applied(model.changes, unet):
        return unet(
            torch.cat([sampling.scale_input(x, sigma).to(DTYPES[part.dtype])] * count),
            torch.full((x.shape[0] * count,), sampling.timestep(sigma), device=part.device),
            encoder_hidden_states=_context(entries, x.shape[0], part),
            added_cond_kwargs=_added(entries, tuple(x.shape), model),
            return_dict=False,
        )[0].float()


@lru_cache(maxsize=4)
def _context(entries: tuple[Condition, ...], batch: int, part: Part) -> Tensor:
    """Return the (batch * entries, T, D) the network reads, the same one for every step.

    Texts of several lengths are repeated to their least common multiple, which changes nothing
    in what attention sees, and hardly anything in what a network pools for its time embedding.
    """
    texts = [entry.embedding for entry in entries]
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
    entries: tuple[Condition, ...], shape: tuple[int, ...], model: Model
) -> dict[str, Tensor] | None:
    """Return what SDXL's network reads beside the texts: them pooled, and the picture's size.

    Each row says height and width twice, as they were and as they are wanted, around a crop from
    the corner. Nothing where no text was pooled.
    Source: Podell et al. 2023, arXiv:2307.01952, section 2.2.
    """
    pooled = [entry.pooled for entry in entries]
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
