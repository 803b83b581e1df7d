"""Feature maps as pictures: the strongest components as colours, or channel by channel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from nodegraph.errors import ParamError
from nodes.types import Features, Image

if TYPE_CHECKING:
    from torch import Tensor


def level(features: Features, name: str) -> Tensor:
    """Return what one level made, (B, C, h, w).

    Raises:
        ParamError: There is no level of that name.
    """
    if name not in features.levels:
        raise ParamError(f"there is no level {name!r}; there are {', '.join(features.levels)}")
    return features.levels[name]


@torch.inference_mode()
def components(maps: Tensor) -> Tensor:
    """Return (B, h, w, 3) in 0 to 1: the three strongest principal components as colours.

    All samples of the batch are seen by the same components, so that they can be compared.
    """
    batch, channels, height, width = maps.shape
    flat = maps.movedim(1, -1).reshape(-1, channels)
    flat = flat - flat.mean(0)
    strongest = torch.linalg.svd(flat, full_matrices=False).Vh[:3]
    strongest = strongest * strongest.sum(1, keepdim=True).sign()
    found = torch.zeros(len(flat), 3)
    found[:, : len(strongest)] = flat @ strongest.T
    spread = found.std(0).clamp(min=1e-6)
    return (found / spread / 5 + 0.5).clamp(0, 1).view(batch, height, width, 3)


@torch.inference_mode()
def channels(maps: Tensor, count: int) -> Tensor:
    """Return (B, H, W, 3): the channels that vary most, side by side; grey is 0."""
    count = min(count, maps.shape[1])
    chosen = maps.std((0, 2, 3)).argsort(descending=True)[:count]
    shown = maps[:, chosen] / (6 * maps[:, chosen].std().clamp(min=1e-6)) + 0.5
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    padded = functional.pad(shown, (0, 1, 0, 1, 0, rows * columns - count))
    table = padded.unflatten(1, (rows, columns)).movedim(2, 3).flatten(3, 4).flatten(1, 2)
    return table[..., None].expand(-1, -1, -1, 3).clamp(0, 1)


def enlarged(pixels: Tensor, side: int) -> Image:
    """Return pictures, (B, h, w, 3), enlarged by whole cells until one side is about ``side``."""
    factor = max(side // max(pixels.shape[1:3]), 1)
    grown = pixels.repeat_interleave(factor, 1).repeat_interleave(factor, 2)
    return Image(grown.float().contiguous())
