"""Calling an SD3Transformer2DModel: Stable Diffusion 3 and 3.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        ControlError: A control network is for another family, or lacks what it reads.
        SizeError: x does not divide into the network's patches, or is larger than it knows.
    """
    transformer = network(model.part)
    _check(tuple(x.shape), transformer.config.patch_size, transformer.config.pos_embed_max_size)
    kind, batch = DTYPES[model.part.dtype], x.shape[0]

    def call(group: tuple[Condition, ...]) -> Tensor:
        plain = torch.cat([x] * len(group))
        more = grouping.beside(group, x, transformer.config.in_channels)
        shown = plain if more is None else torch.cat([plain, more], dim=1)
        texts = grouping.texts(group, batch, model.part)
        pooled = grouping.pooled(group, batch, model.part)
        times = torch.full((len(shown),), model.sampling.timestep(sigma), device=x.device)
        return transformer(
            shown.to(kind),
            encoder_hidden_states=texts,
            pooled_projections=pooled,
            timestep=times,
            return_dict=False,
            **_led(model, group, sigma, (plain, times, texts, {"pooled_projections": pooled})),
        )[0].float()

    with applied(model.changes, transformer):
        return grouping.by_length(entries, call)


def _led(
    model: Model, group: tuple[Condition, ...], sigma: float, seen: tuple[Any, ...]
) -> dict[str, Any]:
    """Return what control networks hand to the transformer, if conditions have any."""
    if not any(entry.controls for entry in group):
        return {}
    from nodes.lib.control import leading
    from nodes.lib.control import sd3 as control

    return control.residuals(model, network(model.part), group, sigma, leading.Seen(*seen))


def _check(shape: tuple[int, ...], patch: int, most: int) -> None:
    height, width = shape[2:]
    if height % patch or width % patch or max(height, width) > patch * most:
        raise SizeError(
            f"the network reads latents in patches of {patch} x {patch} cells, up to {most} a "
            f"side; {width} x {height} cells do not fit, choose width and height that do"
        )
