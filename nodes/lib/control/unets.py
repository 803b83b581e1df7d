"""What control networks add to a UNet while it is evaluated.

A ControlNet adds to what its skips carry and to its middle; a T2I adapter to what its levels make
(Mou et al. 2023, arXiv:2302.08453, eq. 2).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.control import kinds, leading, seeing
from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.control.leading import Seen
    from nodes.types import Condition, Control

CELL = 8
"""Pixels a cell of latents is wide."""


def residuals(
    model: Model, unet: Any, entries: Sequence[Condition], sigma: float, seen: Seen
) -> dict[str, Any]:
    """Return what is handed to the UNet: nothing where nothing leads it at sigma.

    Conditions that a network does not lead get zeros from it.

    Raises:
        ControlError: A control network is for another family, or was told of no kind.
        SizeError: There are neither one picture nor as many as latents, or it does not divide.
    """
    count = len(seen.x)
    batch = count // max(len(entries), 1)
    skips: list[Tensor] = []
    levels: list[Tensor] = []
    for control, rows in leading.chosen(model, entries, sigma, batch):
        lead, part = network(control.part), seen.rows(rows)
        if type(lead).__name__ == "T2IAdapter":
            levels = leading.plus(levels, _adapter(lead, unet, control, part, batch), rows, count)
        else:
            skips = leading.plus(skips, _controlnet(lead, unet, control, part, batch), rows, count)
    kind = DTYPES[model.part.dtype]
    found: dict[str, Any] = {}
    if skips:
        *down, middle = [one.to(kind) for one in skips]
        found |= {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}
    if levels:
        found["down_intrablock_additional_residuals"] = [one.to(kind) for one in levels]
    return found


def _controlnet(lead: Any, unet: Any, control: Control, seen: Seen, batch: int) -> list[Tensor]:
    """Return what a ControlNet adds to each skip, and last to the middle."""
    leading.check(lead, unet, control)
    _check_mask(control)
    kind, count = DTYPES[control.part.dtype], len(seen.x)
    cell = 2 ** (len(lead.config.conditioning_embedding_out_channels) - 1)
    hint = seeing.pixels(control, seen.x.shape[2] * cell, seen.x.shape[3] * cell)
    hint = seeing.repeated(hint, count, batch)
    down, middle = lead(
        seen.x[:, : lead.config.in_channels].to(kind),
        seen.times,
        encoder_hidden_states=seen.context.to(kind),
        conditioning_scale=float(control.strength),
        added_cond_kwargs=seen.added and {name: one.to(kind) for name, one in seen.added.items()},
        return_dict=False,
        **_told(lead, control, hint),
    )
    return [*down, middle]


def _told(lead: Any, control: Control, hint: Tensor) -> dict[str, Any]:
    """Return how a ControlNet is told of its picture; unions are told its kind too."""
    if type(lead).__name__ != "ControlNetUnionModel":
        kinds.refuse(control, leading.family(lead))
        return {"controlnet_cond": hint}
    known = lead.config.num_control_type
    index = kinds.index(control, kinds.OF_SDXL, known)
    told = torch.zeros(len(hint), known, dtype=hint.dtype, device=hint.device)
    told[:, index] = 1
    return {"controlnet_cond": [hint], "control_type": told, "control_type_idx": [index]}


def _check_mask(control: Control) -> None:
    if control.mask is not None:
        raise ControlError(
            f"the ControlNet {control.part.folder.name} reads no mask, and one is linked where it "
            "is applied; take the mask away, or use one for inpainting in Stable Diffusion 3"
        )


def _adapter(lead: Any, unet: Any, control: Control, seen: Seen, batch: int) -> list[Tensor]:
    """Return what a T2I adapter adds to each level, and in Stable Diffusion XL to the middle."""
    _check_mask(control)
    kinds.refuse(control, "UNets")
    wanted, channels = tuple(unet.config.block_out_channels), tuple(lead.config.channels)
    xl = [leading.family(one) == leading.XL for one in (lead, unet)]
    if channels[: len(wanted)] != wanted or xl[0] != xl[1]:
        raise ControlError(
            f"the T2I adapter {control.part.folder.name} is for a UNet "
            f"{'of' if xl[0] else 'other than'} {leading.XL} with {channels} channels a level, and "
            f"this is {leading.family(unet)} with {wanted}; use an adapter for that"
        )
    _check_size(lead, *seen.x.shape[2:])
    features = _features(control, *seen.x.shape[2:])
    return [control.strength * seeing.repeated(one, len(seen.x), batch) for one in features]


def _check_size(lead: Any, height: int, width: int) -> None:
    cell = lead.config.downscale_factor
    if height * CELL % cell or width * CELL % cell:
        raise SizeError(
            f"the T2I adapter reads patches of {cell} pixels a side, and a picture of "
            f"{width * CELL} x {height * CELL} does not divide into them; choose another size"
        )


@lru_cache(maxsize=8)
def _features(control: Control, height: int, width: int) -> tuple[Tensor, ...]:
    """Return what an adapter makes of its picture, the same for every step."""
    return tuple(network(control.part)(seeing.pixels(control, height * CELL, width * CELL)))


def forget() -> None:
    """Let go of what is kept from step to step."""
    _features.cache_clear()
