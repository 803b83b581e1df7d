"""Numbers as colours: masks by heat, the channels of latents about zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from matplotlib import colormaps

from nodes.lib.arrange import pictures
from nodes.lib.latents import SizeError
from nodes.lib.pictures import resizing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.types import Image, Latent, Mask

AROUND = "RdBu_r"
"""For numbers about zero: blue below, white, red above."""

LEAST = 1e-6
"""The narrowest span of numbers that is told apart."""


class Statistics(NamedTuple):
    """What stands in a mask."""

    mean: float
    deviation: float
    smallest: float
    largest: float
    covered: float


def colored(values: Tensor, name: str) -> Tensor:
    """Return colours, (..., 3) float32 in 0 to 1, of values from 0 to 1, (...).

    Args:
        values: What lies beyond gets the colour of the end.
        name: Of a colour map of matplotlib.
    """
    found = colormaps[name](values.detach().cpu().numpy())[..., :3]
    return torch.from_numpy(found.astype(np.float32))


def heat(masks: Sequence[Mask], name: str, low: float, high: float) -> Tensor:
    """Return masks as colours, (B, H, W, 3), all on one scale.

    Args:
        masks: Of one size; batches are taken apart.
        name: Of a colour map of matplotlib.
        low: What gets its first colour.
        high: What gets its last; 0 is the largest of all.

    Raises:
        SizeError: There is none, or they differ in size.
    """
    if not masks:
        raise SizeError("there is no mask to show; link some to masks")
    sizes = {tuple(one.values.shape[1:]) for one in masks}
    if len(sizes) > 1:
        shown = ", ".join(f"{width} x {height}" for height, width in sorted(sizes))
        raise SizeError(f"the masks are of several sizes, {shown}; bring them to one first")
    values = torch.cat([one.values.detach().cpu() for one in masks])
    high = high or float(values.max())
    return colored((values - low) / max(high - low, LEAST), name)


def over(images: Sequence[Image], colors: Tensor, opacity: float) -> Tensor:
    """Lay heat over pictures, which lose their own colour where it lies.

    Args:
        images: One for all, or as many as there are masks.
        colors: (B, H, W, 3) in 0 to 1; enlarged to the pictures' size.
        opacity: 0 is the grey picture alone, 1 the heat alone.

    Raises:
        SizeError: The pictures differ in size, or are as many as fit nothing.
    """
    found = pictures(images)
    if len(found) not in (1, len(colors)) or len({one.shape for one in found}) > 1:
        raise SizeError(
            f"{len(found)} pictures go under {len(colors)} masks; give one, or as many of one size"
        )
    under = torch.stack(found)
    grey = under @ under.new_tensor([[0.2126], [0.7152], [0.0722]])
    height, width = under.shape[1:3]
    grown = resizing.resized(colors.movedim(-1, 1), width, height, "bilinear").movedim(1, -1)
    return (grey * (1 - opacity) + grown * opacity).clamp(0, 1).contiguous()


def statistics(mask: Mask, level: float) -> Statistics:
    """Return mean, standard deviation, extremes, and the share of what is above a level."""
    values = mask.values.detach().float()
    numbers = values.mean(), values.std(correction=0), values.min(), values.max()
    return Statistics(*map(float, numbers), float((values > level).float().mean()))


def channels(latent: Latent, scale: int, limit: float) -> Tensor:
    """Return each channel of each latent as a picture, (B * C, H, W, 3).

    Args:
        latent: (B, C, h, w).
        scale: Pixels a cell is wide.
        limit: What is full red, and full blue below zero; 0 is the largest number of all.
    """
    cells = latent.samples.detach().cpu().flatten(0, 1)
    limit = limit or max(float(cells.abs().max()), LEAST)
    grown = cells.repeat_interleave(scale, 1).repeat_interleave(scale, 2)
    return colored(grown / (2 * limit) + 0.5, AROUND)
