"""Which networks lead another one at a noise level, and on which rows of a batch.

A ControlNet adds to what a network carries from layer to layer (Zhang et al. 2023,
arXiv:2302.05543, section 3.2). Several are added up. What each adds is for its family to say:
``unets``, ``sd3``, ``flux``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.control import opening, seeing
from nodes.lib.control.seeing import ControlError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition, Control

XL = "Stable Diffusion XL"
WIDTHS = {768: "Stable Diffusion 1", 1024: "Stable Diffusion 2"}
"""Families of UNets that read nothing beside texts, by the width of these."""

SHAPES = {
    "Stable Diffusion 3": ("attention_head_dim", "num_attention_heads"),
    "Flux.1": ("attention_head_dim", "num_attention_heads"),
}
"""What a ControlNet shares with the network it leads; of UNets, where nothing is said."""

UNETS = ("cross_attention_dim", "addition_embed_type", "block_out_channels")


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network is shown.

    Attributes:
        x: (n * B, C, h, w), of n conditions.
        times: (n * B,).
        context: (n * B, T, D).
        added: What else it is told, each (n * B, …).
    """

    x: Tensor
    times: Tensor
    context: Tensor
    added: Mapping[str, Tensor] | None

    def rows(self, chosen: Tensor | None) -> Seen:
        """Return some of the rows, or all of them."""
        if chosen is None:
            return self
        chosen = chosen.to(self.x.device)
        added = self.added and {name: one[chosen] for name, one in self.added.items()}
        return Seen(self.x[chosen], self.times[chosen], self.context[chosen], added)


def chosen(
    model: Model, entries: Sequence[Condition], sigma: float, batch: int
) -> Iterator[tuple[Control, Tensor | None]]:
    """Yield the controls that count at sigma, each with the rows that it leads, or none for all."""
    controls = dict.fromkeys(one for entry in entries for one in entry.controls)
    for control in controls:
        if control.part.name != opening.NAME:
            continue
        if control.strength != 0 and counts(model, control, sigma):
            led = [n for n, entry in enumerate(entries) if control in entry.controls]
            rows = torch.cat([torch.arange(batch) + n * batch for n in led])
            yield control, None if len(led) == len(entries) else rows


def counts(model: Model, control: Control, sigma: float) -> bool:
    """Tell whether a noise level lies in the share of the way that a control is for."""
    first, last = (model.sampling.sigma_at(share) for share in (control.start, control.end))
    return last <= sigma <= first


def plus(
    total: Sequence[Tensor], made: Sequence[Tensor], rows: Tensor | None, count: int
) -> list[Tensor]:
    """Add what a network made of some of count rows to what others made: zeros for the rest."""
    if rows is not None:
        spread = [one.new_zeros((count, *one.shape[1:])) for one in made]
        made = [
            one.index_copy(0, rows.to(one.device), part)
            for one, part in zip(spread, made, strict=True)
        ]
    if not total:
        return list(made)
    return [one + more for one, more in zip(total, made, strict=True)]


def check(lead: Any, network: Any, control: Control) -> None:
    """Refuse a network that was made for another one.

    Raises:
        ControlError: It says for which.
    """
    own, wanted, name = family(lead), family(network), control.part.folder.name
    if own != wanted:
        raise ControlError(
            f"the ControlNet {name} is for another family of models: it leads {own}, and the "
            f"model is {wanted}; use a ControlNet for {wanted}, or a model of {own}"
        )
    for one in SHAPES.get(own, UNETS):
        has, wants = _plain(lead.config[one]), _plain(network.config[one])
        if has != wants:
            raise ControlError(
                f"the ControlNet {name} is for another {own}: its {one} is {has}, and the model's "
                f"is {wants}; use one for this model"
            )


def family(network: Any) -> str:
    """Return what people call the models that a network is of, or leads."""
    name, config = type(network).__name__, network.config
    for mark, title in (("SD3", "Stable Diffusion 3"), ("Flux", "Flux.1")):
        if mark in name:
            return title
    if config.get("addition_embed_type") == "text_time" or "xl" in config.get("adapter_type", ""):
        return XL
    width = config.get("cross_attention_dim")
    return WIDTHS.get(width, f"a Stable Diffusion whose texts are {width} wide")


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def forget() -> None:
    """Let go of what is kept from step to step."""
    from nodes.lib.control import unets

    seeing.forget()
    unets.forget()
