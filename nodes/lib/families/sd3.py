"""Calling an SD3Transformer2DModel: Stable Diffusion 3 and 3.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib.changes import applied
from nodes.lib.device import DTYPES
from nodes.lib.families import grouping
from nodes.lib.latents import SizeError
from nodes.lib.models import network

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition


def evaluate(model: Model, x: Tensor, sigma: float, entries: tuple[Condition, ...]) -> Tensor:
    """Return the network's output for every text, (n * B, C, h, w); x is (B, C, h, w).

    Source: Esser et al. 2024, arXiv:2403.03206, section 4.

    Raises:
        ConditionError: A condition lacks what the network reads.
        SizeError: x does not divide into the network's patches, or is larger than it knows.
    """
    transformer = network(model.part)
    _check(tuple(x.shape), transformer.config.patch_size, transformer.config.pos_embed_max_size)
    kind, batch = DTYPES[model.part.dtype], x.shape[0]

    def call(group: tuple[Condition, ...]) -> Tensor:
        shown = torch.cat([x] * len(group))
        more = grouping.beside(group, x, transformer.config.in_channels)
        shown = shown if more is None else torch.cat([shown, more], dim=1)
        return transformer(
            shown.to(kind),
            encoder_hidden_states=grouping.texts(group, batch, model.part),
            pooled_projections=grouping.pooled(group, batch, model.part),
            timestep=torch.full((len(shown),), model.sampling.timestep(sigma), device=x.device),
            return_dict=False,
        )[0].float()

    with applied(model.changes, transformer):
        return grouping.by_length(entries, call)


def _check(shape: tuple[int, ...], patch: int, most: int) -> None:
    height, width = shape[2:]
    if height % patch or width % patch or max(height, width) > patch * most:
        raise SizeError(
            f"the network reads latents in patches of {patch} x {patch} cells, up to {most} a "
            f"side; {width} x {height} cells do not fit, choose width and height that do"
        )
