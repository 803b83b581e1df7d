"""Calling a UNet2DConditionModel: Stable Diffusion 1.x, 2.x, XL."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.changes import applied
from nodes.lib.device import DTYPES
from nodes.lib.families import grouping
from nodes.lib.models import network
from nodes.lib.vision import unclip

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.changes import Change
    from nodes.lib.folders import Part
    from nodes.types import Condition

AESTHETIC = 6.0
"""How pleasing, of 10, SDXL's refiner is told a picture shall be."""


def evaluate(model: Model, x: Tensor, sigma: float, entries: tuple[Condition, ...]) -> Tensor:
    """Return the network's output for every text, (n * B, C, h, w); x is (B, C, h, w).

    Raises:
        ConditionError: A condition lacks what the network reads.
    """
    part, sampling, count = model.part, model.sampling, len(entries)
    unet = network(part)
    shown = torch.cat([sampling.scale_input(x, sigma)] * count)
    times = torch.full((x.shape[0] * count,), sampling.timestep(sigma), device=part.device)
    context = _context(entries, x.shape[0], part)
    added = _added(unet.config, entries, tuple(x.shape), model)
    labels = _labels(unet.config, entries, x.shape[0], part)
    led, changes = _led(model, entries, sigma, (shown, times, context, added))
    more = grouping.beside(entries, x, unet.config.in_channels)
    shown = shown if more is None else torch.cat([shown, more], dim=1)
    with applied((*changes, *model.changes), unet):
        return unet(
            shown.to(DTYPES[part.dtype]),
            times,
            class_labels=labels,
            encoder_hidden_states=context,
            return_dict=False,
            **{"added_cond_kwargs": added, **led},
        )[0].float()


def _led(
    model: Model, entries: tuple[Condition, ...], sigma: float, seen: tuple[Any, ...]
) -> tuple[dict[str, Any], tuple[Change, ...]]:
    """Return what control networks hand to the UNet and change in it, if conditions have any."""
    if not any(entry.controls for entry in entries):
        return {}, ()
    from nodes.lib.control import leading, prompting, unets
    from nodes.lib.gligen.boxes import boxes

    shown, _, _, added = seen
    unet = network(model.part)
    led = unets.residuals(model, unet, entries, sigma, leading.Seen(*seen))
    own, *rest = shown.shape
    shape = (own // len(entries), *rest)
    boxed = boxes(entries, shape, model.latent_format.downscale, model.part)
    changes = () if boxed is None else (boxed,)
    led |= {} if boxed is None else boxed.told()
    found = prompting.pictures(model, entries, sigma, len(shown) // len(entries))
    if found is None:
        return led, changes
    told = {**(added or {}), "image_embeds": found.embeds}
    return led | {"added_cond_kwargs": told}, (found.change, *changes)


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


def _added(
    config: Any, entries: tuple[Condition, ...], shape: tuple[int, ...], model: Model
) -> dict[str, Tensor] | None:
    """Return what SDXL's network reads beside the texts: them pooled, and the picture's size."""
    if config.addition_embed_type != "text_time":
        return None
    pooled = unclip.instead(entries, shape[0], model.part)
    pooled = grouping.pooled(entries, shape[0], model.part) if pooled is None else pooled
    times = config.projection_class_embeddings_input_dim - pooled.shape[-1]
    ids = _times(entries, shape, model, times // config.addition_time_embed_dim)
    return {"text_embeds": pooled, "time_ids": ids}


def _labels(config: Any, entries: tuple[Condition, ...], batch: int, part: Part) -> Tensor | None:
    """Return what a network for unCLIP reads of pictures."""
    if getattr(config, "class_embed_type", None) != "projection":
        return None
    return unclip.labels(entries, batch, config.projection_class_embeddings_input_dim, part)


@lru_cache(maxsize=4)
def _times(
    entries: tuple[Condition, ...], shape: tuple[int, ...], model: Model, count: int
) -> Tensor:
    """Return the (batch * entries, count) numbers about pictures that SDXL is told.

    Six of the base: height and width as they were, the corner cut from, height and width as they
    are wanted. Five of the refiner, how pleasing the picture shall be in place of the last two.
    Source: Podell et al. 2023, arXiv:2307.01952, section 2.2.
    """
    batch, _, height, width = shape
    cell = model.latent_format.downscale
    size = [height * cell, width * cell]
    rows: list[list[float]] = []
    for entry in entries:
        told = [float(one) for one in entry.options.get("size", (*size, 0, 0, *size))]
        pleasing = [float(entry.options.get("aesthetic", AESTHETIC))]
        rows += [(told if count == len(told) else told[:4] + pleasing)] * batch
    return torch.tensor(rows, device=model.part.device)


def forget() -> None:
    """Let go of what is kept from step to step."""
    _context.cache_clear()
    _times.cache_clear()
    unclip.forget()
