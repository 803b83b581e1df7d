"""What ControlNets add to Flux' transformer: to what each double and each single block makes.

InstantX' and Shakker's read their picture as a latent, packed as x is, and those for several kinds
a token that says of which; XLabs' read pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.control import kinds, leading, seeing
from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.control.leading import Seen
    from nodes.types import Condition, Control

    Pack = Callable[[Tensor], Tensor]

DOUBLES, SINGLES = "controlnet_block_samples", "controlnet_single_block_samples"
PIXELS = 8
"""Pixels a cell of latents is wide, where a network reads pixels."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What the transformer is shown.

    Attributes:
        seen: Its x are latents, not tokens yet.
        pack: From latents to tokens.
        ids: Where each token of x is, (L, 3).
        length: How many tokens the transformer reads; those past x are led by none.
    """

    seen: Seen
    pack: Pack
    ids: Tensor
    length: int

    def rows(self, chosen: Tensor | None) -> Shown:
        """Return some of the rows, or all of them."""
        return replace(self, seen=self.seen.rows(chosen))


def residuals(
    model: Model, transformer: Any, entries: Sequence[Condition], sigma: float, shown: Shown
) -> dict[str, Any]:
    """Return what is handed to the transformer: for each block (n * B, length, D), or nothing.

    Raises:
        ControlError: A control network is for another family, or lacks what it reads.
        SizeError: There are neither one picture nor as many as latents.
    """
    count, kind = len(shown.seen.x), DTYPES[model.part.dtype]
    batch = count // len(entries)
    blocks = {
        DOUBLES: len(transformer.transformer_blocks),
        SINGLES: len(transformer.single_transformer_blocks),
    }
    found: dict[str, list[Tensor]] = {}
    for control, rows in leading.chosen(model, entries, sigma, batch):
        lead = network(control.part)
        leading.check(lead, transformer, control)
        made = _evaluated(lead, control, shown.rows(rows), model, batch)
        for name, samples in made.items():
            whole = leading.plus([], samples, rows, count)
            padded = [_padded(one.to(kind), shown.length) for one in whole]
            in_turn = name == DOUBLES and lead.input_hint_block is not None
            spread = _spread(padded, blocks[name], in_turn)
            found[name] = leading.plus(found.get(name, []), spread, None, count)
    return found


def _evaluated(
    lead: Any, control: Control, shown: Shown, model: Model, batch: int
) -> dict[str, list[Tensor]]:
    """Return what a network makes for double and for single blocks; nothing for none of its own."""
    seen, kind = shown.seen, DTYPES[control.part.dtype]
    count, device = len(seen.x), seen.x.device
    hint = _hint(lead, control, shown, model)
    added = dict(seen.added or {})
    guidance = added.pop("guidance", None)
    double, single = lead(
        shown.pack(seen.x).to(kind),
        controlnet_cond=seeing.repeated(hint, count, batch).to(device, kind),
        controlnet_mode=_mode(lead, control, count, device),
        conditioning_scale=float(control.strength),
        encoder_hidden_states=seen.context.to(kind),
        timestep=seen.times,
        img_ids=shown.ids,
        txt_ids=torch.zeros(seen.context.shape[1], 3, device=device),
        guidance=guidance if lead.config.guidance_embeds else None,
        return_dict=False,
        **{name: one.to(kind) for name, one in added.items()},
    )
    return {name: made for name, made in ((DOUBLES, double), (SINGLES, single)) if made}


def _hint(lead: Any, control: Control, shown: Shown, model: Model) -> Tensor:
    """Return the picture as the network reads it: tokens, or pixels in -1 to 1."""
    if control.mask is not None:
        raise ControlError(
            f"the ControlNet {control.part.folder.name} reads no mask; take it away where it is "
            "applied, or use Flux.1 fill"
        )
    height, width = shown.seen.x.shape[2:]
    if lead.input_hint_block is not None:
        return seeing.pixels(control, height * PIXELS, width * PIXELS) * 2 - 1
    return shown.pack(seeing.latent(control, model.latent_format, height, width))


def _mode(lead: Any, control: Control, count: int, device: Any) -> Tensor | None:
    if not lead.union:
        kinds.refuse(control, "Flux.1")
        return None
    number = kinds.index(control, kinds.OF_FLUX, lead.config.num_mode)
    return torch.full((count, 1), number, dtype=torch.long, device=device)


def _spread(samples: Sequence[Tensor], blocks: int, in_turn: bool) -> list[Tensor]:
    """Give each block one sample: each for a stretch of them, or all in turn."""
    stretch = ceil(blocks / len(samples))
    return [samples[n % len(samples) if in_turn else n // stretch] for n in range(blocks)]


def _padded(sample: Tensor, length: int) -> Tensor:
    missing = length - sample.shape[1]
    return torch.nn.functional.pad(sample, (0, 0, 0, missing)) if missing else sample
