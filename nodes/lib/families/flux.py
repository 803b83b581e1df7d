"""Calling a FluxTransformer2DModel: Flux.1 dev, schnell, fill, kontext."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.changes import applied
from nodes.lib.device import DTYPES
from nodes.lib.families import grouping
from nodes.lib.latents import SizeError
from nodes.lib.model_sampling import FLOW_TIMESTEPS
from nodes.lib.models import network
from nodes.lib.vision import style

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition

PATCH = 2
"""Cells a side that make one token."""

GUIDANCE = 3.5
"""What networks distilled with guidance are told, where nothing else is said."""


def evaluate(model: Model, x: Tensor, sigma: float, entries: tuple[Condition, ...]) -> Tensor:
    """Return the network's output for every text, (n * B, C, h, w); x is (B, C, h, w).

    What lies beside x goes to its channels where the network reads more of them (fill: 16 of the
    masked picture, then 64 of the mask, whose 8 x 8 pixels a cell are channels); else it is a
    latent to look at, of any size, laid behind x along the tokens (kontext).

    Raises:
        ConditionError: A condition lacks what the network reads.
        ControlError: A control network is for another family, or lacks what it reads.
        SizeError: A side of x is odd.
    """
    transformer = network(model.part)

    def call(group: tuple[Condition, ...]) -> Tensor:
        return _call(transformer, model, x, sigma, group)

    with applied(model.changes, transformer):
        return grouping.by_length(entries, call)


def _call(
    transformer: Any, model: Model, x: Tensor, sigma: float, group: tuple[Condition, ...]
) -> Tensor:
    part, batch = model.part, x.shape[0]
    reads = transformer.x_embedder.weight.shape[1]  # with control LoRAs more than it is built for
    tokens, ids = _tokens(reads, x, group)
    texts = grouping.texts(group, batch, part)
    time = model.sampling.timestep(sigma) / FLOW_TIMESTEPS
    times = torch.full((len(tokens),), time, device=x.device)
    added = {
        "pooled_projections": grouping.pooled(group, batch, part),
        "guidance": _guidance(group, batch, x.device),
    }
    led = _led(model, group, sigma, (torch.cat([x] * len(group)), times, texts, added), ids)
    if not transformer.config.guidance_embeds:
        del added["guidance"]
    output = transformer(
        tokens.to(DTYPES[part.dtype]),
        encoder_hidden_states=texts,
        timestep=times,
        img_ids=ids,
        txt_ids=torch.zeros(texts.shape[1], 3, device=x.device),
        return_dict=False,
        joint_attention_kwargs=_attention(group, batch, tokens.shape[1], texts),
        **added,
        **led,
    )[0].float()
    height, width = x.shape[2:]
    return unpack(output[:, : height * width // PATCH**2], height, width)


def _led(
    model: Model, group: tuple[Condition, ...], sigma: float, seen: tuple[Any, ...], ids: Tensor
) -> dict[str, Any]:
    """Return what control networks hand to the transformer, if conditions have any."""
    if not any(entry.controls for entry in group):
        return {}
    from nodes.lib.control import flux as control
    from nodes.lib.control import leading

    own = math.prod(seen[0].shape[2:]) // PATCH**2
    shown = control.Shown(leading.Seen(*seen), pack, ids[:own], len(ids))
    return control.residuals(model, network(model.part), group, sigma, shown)


def _tokens(channels: int, x: Tensor, group: tuple[Condition, ...]) -> tuple[Tensor, Tensor]:
    """Return what the network reads, (n * B, L, channels), and where each token is, (L, 3)."""
    tokens, ids = torch.cat([pack(x)] * len(group)), places(*x.shape[2:], 0, x.device)
    looked_at = [entry.beside for entry in group if entry.beside is not None]
    if channels == tokens.shape[-1] and looked_at and looked_at[0].shape[1] == x.shape[1]:
        batch, (height, width) = x.shape[0], looked_at[0].shape[2:]
        rows = [pack(one.to(x)).expand(batch, -1, -1) for one in looked_at]
        more = places(height, width, 1, x.device)
        return torch.cat([tokens, torch.cat(rows)], dim=1), torch.cat([ids, more])
    more = grouping.beside(group, x, channels // PATCH**2)
    return (tokens if more is None else torch.cat([tokens, pack(more)], dim=-1)), ids


def _attention(
    group: tuple[Condition, ...], batch: int, seen: int, texts: Tensor
) -> dict[str, Any] | None:
    """Return how likely pictures among the words are attended to, where it is said."""
    mask = style.mask(group, batch, seen, texts)
    return None if mask is None else {"attention_mask": mask}


@lru_cache(maxsize=8)
def _guidance(group: tuple[Condition, ...], batch: int, device: torch.device) -> Tensor:
    scales = [float(entry.options.get("guidance", GUIDANCE)) for entry in group]
    return torch.tensor(scales, device=device).repeat_interleave(batch)


def pack(x: Tensor) -> Tensor:
    """From (B, C, h, w) to tokens of 2 x 2 cells, row by row: (B, h / 2 * w / 2, 4 * C).

    Raises:
        SizeError: A side is odd.
    """
    batch, channels, height, width = x.shape
    if height % PATCH or width % PATCH:
        raise SizeError(
            f"the network reads latents in patches of {PATCH} x {PATCH} cells, and this one is "
            f"{width} x {height}; choose a width and a height that divide by 16 pixels"
        )
    cells = x.view(batch, channels, height // PATCH, PATCH, width // PATCH, PATCH)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(batch, -1, channels * PATCH**2)


def unpack(tokens: Tensor, height: int, width: int) -> Tensor:
    """From tokens, (B, h / 2 * w / 2, 4 * C), to (B, C, h, w)."""
    rows, columns = height // PATCH, width // PATCH
    cells = tokens.view(len(tokens), rows, columns, -1, PATCH, PATCH)
    return cells.permute(0, 3, 1, 4, 2, 5).reshape(len(tokens), -1, height, width)


@lru_cache(maxsize=8)
def places(height: int, width: int, picture: int, device: torch.device) -> Tensor:
    """Return which picture each token of (h, w) cells is of, its row and its column: (L, 3)."""
    rows, columns = height // PATCH, width // PATCH
    found = torch.zeros(rows, columns, 3)
    found[..., 0] = picture
    found[..., 1] = torch.arange(rows)[:, None]
    found[..., 2] = torch.arange(columns)[None]
    return found.view(-1, 3).to(device)


def forget() -> None:
    """Let go of what is kept from step to step."""
    _guidance.cache_clear()
    places.cache_clear()
