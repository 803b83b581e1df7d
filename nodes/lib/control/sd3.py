"""What ControlNets add to Stable Diffusion 3's transformer: to what each of its blocks makes.

Their picture is a latent. Those of InstantX read no shift of it and no text as a whole; Stability's
for 3.5 large read no words either, and x as the transformer itself embeds it. Those for inpainting
read a channel more, of what is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.control import kinds, leading, opening, seeing
from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.latents import LatentFormat
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.control.leading import Seen
    from nodes.types import Condition, Control

POOLED = "pooled_projections"


def residuals(
    model: Model, transformer: Any, entries: Sequence[Condition], sigma: float, seen: Seen
) -> dict[str, Any]:
    """Return what is handed to the transformer: for each block (n * B, L, D), or nothing.

    Each network's few layers stand for as many stretches of blocks.

    Raises:
        ControlError: A control network is for another family, or lacks what it reads.
        SizeError: There are neither one picture nor as many as latents.
    """
    count, blocks = len(seen.x), len(transformer.transformer_blocks)
    total: list[Tensor] = []
    for control, rows in leading.chosen(model, entries, sigma, count // len(entries)):
        lead = network(control.part)
        leading.check(lead, transformer, control)
        made = _evaluated(lead, transformer, control, seen.rows(rows), model, count // len(entries))
        whole = leading.plus([], made, rows, count)
        stretch = blocks / len(whole)
        total = leading.plus(total, [whole[int(n / stretch)] for n in range(blocks)], None, count)
    kind = DTYPES[model.part.dtype]
    return {"block_controlnet_hidden_states": [one.to(kind) for one in total]} if total else {}


def _evaluated(
    lead: Any, transformer: Any, control: Control, seen: Seen, model: Model, batch: int
) -> list[Tensor]:
    config, kind = lead.config, DTYPES[control.part.dtype]
    hint = seeing.repeated(_hint(lead, control, seen, model.latent_format), len(seen.x), batch)
    pooled = (seen.added or {})[POOLED]
    if config.force_zeros_for_pooled_projection or config.extra_conditioning_channels:
        pooled = torch.zeros_like(pooled)
    x = seen.x
    if not config.use_pos_embed:
        own = transformer.pos_embed
        x = own(x.to(own.proj.weight)).to(x.device)
    return lead(
        x.to(kind),
        hint.to(x.device, kind),
        conditioning_scale=float(control.strength),
        encoder_hidden_states=None if config.joint_attention_dim is None else seen.context.to(kind),
        pooled_projections=pooled.to(kind),
        timestep=seen.times,
        return_dict=False,
    )[0]


def _hint(lead: Any, control: Control, seen: Seen, form: LatentFormat) -> Tensor:
    """Return the picture as the network reads it, (1 or B, 16 or 17, h, w)."""
    config, masked = lead.config, control.mask is not None
    if masked != bool(config.extra_conditioning_channels):
        wants = "reads no mask; take it away" if masked else "is for inpainting; link a mask"
        raise ControlError(f"the ControlNet {control.part.folder.name} {wants} where it is applied")
    if config.force_zeros_for_pooled_projection and not masked:
        form = LatentFormat(form.channels, form.downscale, form.scale)
    if config.joint_attention_dim is None:
        if control.kind:
            kinds.index(control, opening.TOLD_KINDS, len(opening.TOLD_KINDS))
    else:
        kinds.refuse(control, "Stable Diffusion 3")
    range_ = seeing.CANNY if control.kind == "canny" else seeing.SIGNED
    return seeing.latent(control, form, *seen.x.shape[2:], range_)
