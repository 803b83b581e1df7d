"""Pictures in place of the text as a whole: unCLIP, and SDXL's "revision".

What an image encoder says of a picture is noised, so that one chooses how much of it the network
may rely on, and told together with the noise's level. Several pictures are added up, each as
strong as it shall be, and their sum is noised in turn.

Source: Ramesh et al. 2022, arXiv:2204.06125, section 2.1; the level's place beside it as in Stable
unCLIP 2.1. Its published mean and deviation of pictures are 0 and 1 here, as ComfyUI has them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import cos, pi
from typing import TYPE_CHECKING

import torch

from nodes.lib.device import DTYPES
from nodes.lib.families.grouping import ConditionError
from nodes.types import Conditioning, Picture

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.types import Condition, ImageEmbedding

LEVELS = 1000
LONGEST = 10000
"""The longest period that a level is told by."""

MERGE = 0.05
"""How much of the noise the sum of several pictures gets, where the network reads no text pooled.

A network that does, SDXL's, was not trained to know of noise, so it gets the least there is.
"""

BEFORE = 10
"""The noise is drawn from so much below the seed, as ComfyUI does."""


def shown(
    conditioning: Conditioning, said: ImageEmbedding, strength: float, noise: float, seed: int
) -> Conditioning:
    """Let pictures be told of beside every text; of strength 0 nothing changes.

    Raises:
        ConditionError: The encoder says nothing of pictures as a whole.
    """
    if strength == 0:
        return conditioning
    if said.projected is None:
        raise ConditionError(
            "this image encoder says nothing of a picture as a whole; use CLIP's, with projection"
        )
    more = Picture(said.projected, strength, noise, seed)
    return conditioning.each(lambda entry: replace(entry, pictures=(*entry.pictures, more)))


def told(pictures: tuple[Picture, ...], merge: float) -> Tensor:
    """Return what a network is told of pictures: their sum and its noise's level, (1, 2 * D)."""
    rows: list[Tensor] = []
    generator = torch.Generator()
    for one in pictures:
        for row in one.embedding:
            generator.manual_seed(one.seed - BEFORE)
            rows.append(_noised(row[None], one.noise, generator) * one.strength)
    if len(rows) == 1:
        return rows[0]
    total = torch.stack(rows).sum(0)
    return _noised(total[:, : total.shape[1] // 2], merge, generator)


def _noised(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Noise (1, D) by a share of all there is, and put the level behind it: (1, 2 * D)."""
    level = round((LEVELS - 1) * share)
    kept = _kept()[level]
    noise = torch.randn(x.shape, generator=generator)
    return torch.cat([x * kept.sqrt() + noise * (1 - kept).sqrt(), waves(level, x.shape[1])], 1)


@lru_cache(maxsize=1)
def _kept() -> Tensor:
    """Return how much of the variance each level keeps, (1000,).

    Source: Nichol & Dhariwal 2021, arXiv:2102.09672, eq. 17, with no beta above 0.999.
    """
    heights = [cos((n / LEVELS + 0.008) / 1.008 * pi / 2) ** 2 for n in range(LEVELS + 1)]
    betas = [min(1 - heights[n + 1] / heights[n], 0.999) for n in range(LEVELS)]
    return (1 - torch.tensor(betas, dtype=torch.float64)).cumprod(0).float()


def waves(level: int, width: int) -> Tensor:
    """Return a level as cosines and sines of half as many periods, (1, width).

    Source: Vaswani et al. 2017, arXiv:1706.03762, section 3.5.
    """
    half = width // 2
    speeds = torch.exp(-torch.log(torch.tensor(float(LONGEST))) * torch.arange(half) / half)
    angles = level * speeds[None]
    return torch.cat([angles.cos(), angles.sin()], 1)


@lru_cache(maxsize=8)
def labels(entries: tuple[Condition, ...], batch: int, width: int, part: Part) -> Tensor:
    """Return the (n * batch, width) a network for unCLIP reads; zeros where there is no picture.

    Raises:
        ConditionError: The pictures were read by another encoder than the network's.
    """
    rows = [
        _fitting(told(one.pictures, MERGE), width) if one.pictures else torch.zeros(1, width)
        for one in entries
    ]
    return _placed(rows, batch, part)


@lru_cache(maxsize=8)
def instead(entries: tuple[Condition, ...], batch: int, part: Part) -> Tensor | None:
    """Return the (n * batch, D) a network reads as the texts as a whole; nothing without pictures.

    Raises:
        ConditionError: The pictures were read by another encoder than the network's.
    """
    if not any(one.pictures for one in entries):
        return None
    rows: list[Tensor] = []
    for one in entries:
        if one.pooled is None:
            return None
        width = one.pooled.shape[-1]
        rows.append(_half(told(one.pictures, 0.0), width) if one.pictures else one.pooled)
    return _placed(rows, batch, part)


def _half(found: Tensor, width: int) -> Tensor:
    return _fitting(found, 2 * width)[:, :width]


def _fitting(found: Tensor, width: int) -> Tensor:
    if found.shape[1] != width:
        raise ConditionError(
            f"the network wants {width // 2} numbers of a picture and the image encoder gives "
            f"{found.shape[1] // 2}; use the one that the model was trained with"
        )
    return found


def _placed(rows: list[Tensor], batch: int, part: Part) -> Tensor:
    kind = DTYPES[part.dtype]
    return torch.cat([row.to(part.device, kind).expand(batch, -1) for row in rows])


def forget() -> None:
    """Let go of what is kept from step to step."""
    labels.cache_clear()
    instead.cache_clear()
