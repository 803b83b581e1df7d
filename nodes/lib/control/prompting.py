"""IP-Adapters over a UNet: attention to pictures beside that to texts."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import torch

from nodes.lib import changes
from nodes.lib.control import leading
from nodes.lib.control.pictures import ADAPTER
from nodes.lib.control.seeing import ControlError
from nodes.lib.device import DTYPES
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.folders import Part
    from nodes.types import Condition, Control

KEPT = 2
"""Sets of adapters that a network has ready."""


class _Made(NamedTuple):
    processors: dict[str, Any]
    projection: Any


_made: WeakKeyDictionary[Any, dict[tuple[Part, ...], _Made]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Prompts:
    """IP-Adapters, each with how much it counts.

    Attributes:
        parts: Their weights.
        strengths: As many.
    """

    parts: tuple[Part, ...]
    strengths: tuple[float, ...]

    @contextmanager
    def over(self, unet: Any) -> Iterator[None]:
        """Let the UNet attend to pictures; it does until it is evaluated without.

        Raises:
            ControlError: One is for another family.
        """
        if not changes.lingers(unet, self):
            changes.linger(unet, self, _laid(unet, self))
        yield


@dataclass(frozen=True, eq=False)
class Pictures:
    """What a UNet is told of pictures: adapters, and for each (n * B, pictures, …)."""

    change: Prompts
    embeds: list[Tensor]


def pictures(
    model: Model, entries: Sequence[Condition], sigma: float, batch: int
) -> Pictures | None:
    """Return what counts at sigma of the pictures in conditions; conditions without see none."""
    groups: dict[tuple[Part, float, float, float], list[list[Control]]] = {}
    for index, entry in enumerate(entries):
        for one in entry.controls:
            if is_prompt(one) and leading.counts(model, one, sigma):
                key = (one.part, one.strength, one.start, one.end)
                groups.setdefault(key, [[] for _ in entries])[index].append(one)
    if not groups:
        return None
    change = Prompts(tuple(key[0] for key in groups), tuple(key[1] for key in groups))
    return Pictures(change, [_embeds(rows, batch, model.part) for rows in groups.values()])


def is_prompt(control: Control) -> bool:
    """Tell whether a control is a picture for an IP-Adapter, read already."""
    return control.part.name == ADAPTER


def _embeds(rows: list[list[Control]], batch: int, part: Part) -> Tensor:
    """Return (n * B, pictures, …); where there are fewer pictures, none stands for them."""
    nothing = next(one.hint[-1:] for row in rows for one in row)
    seen = [torch.cat([one.hint[:-1] for one in row]) if row else nothing for row in rows]
    most = max(len(one) for one in seen)
    filled = [torch.cat([one, *[nothing] * (most - len(one))]) for one in seen]
    whole = torch.stack(filled).repeat_interleave(batch, 0)
    return whole.to(part.device, DTYPES[part.dtype])


def _laid(unet: Any, prompts: Prompts) -> Callable[[], None]:
    """Give a UNet its adapters; return what takes them off."""
    before, kind = dict(unet.attn_processors), unet.config.encoder_hid_dim_type

    def off() -> None:
        unet.encoder_hid_proj = None  # first, since it may have processors of its own
        unet.set_attn_processor(dict(before))
        unet.config.encoder_hid_dim_type = kind

    with torch.inference_mode(False), torch.no_grad():
        known = _made.setdefault(unet, {})
        made = known.get(prompts.parts)
        if made is None:
            try:
                made = _new(unet, prompts.parts)
            except (KeyError, ValueError, RuntimeError, IndexError) as error:
                off()
                raise ControlError(
                    f"the IP-Adapter {prompts.parts[0].folder.name} is for another family of "
                    "models; use one for this model's"
                ) from error
            while len(known) >= KEPT:
                del known[next(iter(known))]
            known[prompts.parts] = made
        unet.set_attn_processor(dict(made.processors))
        unet.encoder_hid_proj = made.projection
        unet.config.encoder_hid_dim_type = "ip_image_proj"
    for processor in made.processors.values():
        if hasattr(processor, "to_k_ip"):
            processor.scale = list(prompts.strengths)
    return off


def _new(unet: Any, parts: Sequence[Part]) -> _Made:
    """Make what attends and projects, with diffusers' own reader."""
    states = [
        {half: {name: one.clone() for name, one in own.items()} for half, own in halves.items()}
        for halves in map(network, parts)
    ]
    unet._load_ip_adapter_weights(states)
    projection, unet.encoder_hid_proj = unet.encoder_hid_proj, None
    made = _Made(dict(unet.attn_processors), projection)
    for module in (*made.processors.values(), made.projection):
        if isinstance(module, torch.nn.Module):
            module.requires_grad_(False)
    return made
