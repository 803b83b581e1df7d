"""What control networks add to a UNet while it is evaluated.

A ControlNet adds to what its skips carry and to its middle (Zhang et al. 2023, arXiv:2302.05543,
section 3.2); a T2I adapter to what its levels make (Mou et al. 2023, arXiv:2302.08453, eq. 2).
Several are added up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.control import opening
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError
from nodes.lib.models import network
from nodes.lib.pictures import resizing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition, Control

GREY = 1
"""Channels of adapters that read pictures without colour."""


class ControlError(NodegraphError):
    """A control network that cannot lead this network."""


@dataclass(frozen=True, eq=False)
class Seen:
    """What the UNet is shown.

    Attributes:
        x: (n * B, C, h, w), of n conditions.
        times: (n * B,).
        context: (n * B, T, D).
        added: What SDXL reads besides, each (n * B, …).
    """

    x: Tensor
    times: Tensor
    context: Tensor
    added: dict[str, Tensor] | None

    def rows(self, chosen: Tensor) -> Seen:
        """Return some of the rows."""
        added = self.added and {name: one[chosen] for name, one in self.added.items()}
        return Seen(self.x[chosen], self.times[chosen], self.context[chosen], added)


def residuals(
    model: Model, unet: Any, entries: Sequence[Condition], sigma: float, seen: Seen
) -> dict[str, Any]:
    """Return what is handed to the UNet: nothing where nothing leads it at sigma.

    Conditions that a network does not lead get zeros from it.

    Raises:
        ControlError: A control network is for another family.
        SizeError: There are neither one picture nor as many as latents.
    """
    batch = len(seen.x) // max(len(entries), 1)
    skips: list[Tensor] = []
    levels: list[Tensor] = []
    for control, rows in _chosen(model, entries, sigma, batch):
        lead = network(control.part)
        whole = len(rows) == len(seen.x)
        part = seen if whole else seen.rows(rows.to(seen.x.device))
        if hasattr(lead, "controlnet_cond_embedding"):
            made = _controlnet(lead, unet, control, part, batch)
            skips = _plus(skips, made, None if whole else rows, len(seen.x))
        else:
            made = _adapter(lead, unet, control, part, batch)
            levels = _plus(levels, made, None if whole else rows, len(seen.x))
    kind = DTYPES[model.part.dtype]
    found: dict[str, Any] = {}
    if skips:
        *down, middle = [one.to(kind) for one in skips]
        found |= {"down_block_additional_residuals": down, "mid_block_additional_residual": middle}
    if levels:
        found["down_intrablock_additional_residuals"] = [one.to(kind) for one in levels]
    return found


def _chosen(
    model: Model, entries: Sequence[Condition], sigma: float, batch: int
) -> Iterable[tuple[Control, Tensor]]:
    """Yield the controls that count at sigma, each with the rows that it leads."""
    controls = dict.fromkeys(one for entry in entries for one in entry.controls)
    for control in controls:
        if control.part.name != opening.NAME:
            continue
        first = model.sampling.sigma_at(control.start)
        last = model.sampling.sigma_at(control.end)
        if control.strength != 0 and last <= sigma <= first:
            led = [n for n, entry in enumerate(entries) if control in entry.controls]
            yield control, torch.cat([torch.arange(batch) + n * batch for n in led])


def _plus(
    total: list[Tensor], made: Sequence[Tensor], rows: Tensor | None, count: int
) -> list[Tensor]:
    if rows is not None:
        spread = [one.new_zeros((count, *one.shape[1:])) for one in made]
        made = [
            one.index_copy(0, rows.to(one.device), part)
            for one, part in zip(spread, made, strict=True)
        ]
    if not total:
        return list(made)
    return [one + more for one, more in zip(total, made, strict=True)]


def _controlnet(lead: Any, unet: Any, control: Control, seen: Seen, batch: int) -> list[Tensor]:
    """Return what a ControlNet adds to each skip, and last to the middle."""
    _check(lead, unet, ("cross_attention_dim", "addition_embed_type", "block_out_channels"))
    kind = DTYPES[control.part.dtype]
    cell = 2 ** (len(lead.config.conditioning_embedding_out_channels) - 1)
    hint = hinted(control, seen.x.shape[2] * cell, seen.x.shape[3] * cell)
    down, middle = lead(
        seen.x[:, : lead.config.in_channels].to(kind),
        seen.times,
        encoder_hidden_states=seen.context.to(kind),
        controlnet_cond=_repeated(hint, len(seen.x), batch),
        conditioning_scale=control.strength,
        added_cond_kwargs=seen.added and {name: one.to(kind) for name, one in seen.added.items()},
        return_dict=False,
    )
    return [*down, middle]


def _adapter(lead: Any, unet: Any, control: Control, seen: Seen, batch: int) -> list[Tensor]:
    """Return what a T2I adapter adds to each level."""
    channels = tuple(lead.config.channels)
    if channels != tuple(unet.config.block_out_channels):
        raise ControlError(
            f"the T2I adapter {control.part.folder.name} is for a UNet whose levels have "
            f"{channels} channels, and this one's have {tuple(unet.config.block_out_channels)}; "
            "use one for this model's family"
        )
    features = _features(control, *seen.x.shape[2:])
    return [control.strength * _repeated(one, len(seen.x), batch) for one in features]


@lru_cache(maxsize=8)
def _features(control: Control, height: int, width: int) -> tuple[Tensor, ...]:
    """Return what an adapter makes of its picture, the same for every step."""
    lead = network(control.part)
    return tuple(lead(hinted(control, height * 8, width * 8)))


def _check(lead: Any, unet: Any, names: Sequence[str]) -> None:
    for name in names:
        own, wanted = lead.config[name], unet.config[name]
        if (tuple(own) if isinstance(own, list) else own) != (
            tuple(wanted) if isinstance(wanted, list) else wanted
        ):
            raise ControlError(
                f"the ControlNet is for another family of models: its {name} is {own}, and the "
                f"network's is {wanted}; use one for this model's family"
            )


@lru_cache(maxsize=8)
def hinted(control: Control, height: int, width: int) -> Tensor:
    """Return a control's picture as its network reads it: (B, 3 or 1, height, width) in 0 to 1.

    The largest part about the centre that has the shape, resampled to the nearest pixels.
    """
    part = control.part
    pixels = control.hint.movedim(-1, 1)
    fitted = resizing.fitted(pixels, width, height, "nearest-exact", "crop", pixels.new_zeros(3))
    lead = network(part)
    if getattr(lead.config, "in_channels", 3) == GREY:
        fitted = fitted.mean(1, keepdim=True)
    return fitted.to(part.device, DTYPES[part.dtype])


def _repeated(pictures: Tensor, count: int, batch: int) -> Tensor:
    """Bring (1 or batch, …) to rows of as many latents.

    Raises:
        SizeError: There are others.
    """
    if len(pictures) not in (1, batch):
        raise SizeError(
            f"a control has {len(pictures)} pictures for {batch} latents; give one, or one for each"
        )
    return pictures.repeat(count // len(pictures), 1, 1, 1)


def forget() -> None:
    """Let go of what is kept from step to step."""
    hinted.cache_clear()
    _features.cache_clear()
