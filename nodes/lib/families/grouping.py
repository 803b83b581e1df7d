"""Several texts at once: what fits goes into one batch, what does not is evaluated by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.types import Condition


class ConditionError(NodegraphError):
    """A condition lacks what the network reads, or has what it cannot read."""


def by_length(
    entries: tuple[Condition, ...], call: Callable[[tuple[Condition, ...]], Tensor]
) -> Tensor:
    """Call a network once for all texts of one length; (n * B, C, h, w) in the texts' order.

    For networks that let picture and text attend to one another without masks, where neither
    padding nor repeating a text would leave the others as they are. What lies beside x tells
    conditions apart as well.

    Raises:
        ConditionError: A picture shall be a prompt for one, or a text stand in a box.
    """
    unets_alone = ("ip_adapter", "gligen")
    if any(one.part.name in unets_alone for entry in entries for one in entry.controls):
        raise ConditionError(
            "IP-Adapters and GLIGEN lead UNets alone, and this network is a transformer; use "
            "Stable Diffusion 1 or XL, or take the picture or the box away"
        )
    groups: dict[object, list[int]] = {}
    for index, entry in enumerate(entries):
        beside = None if entry.beside is None else tuple(entry.beside.shape[1:])
        groups.setdefault((entry.embedding.shape[1], beside), []).append(index)
    if len(groups) == 1:
        return call(entries)
    rows: dict[int, Tensor] = {}
    for indices in groups.values():
        output = call(tuple(entries[index] for index in indices))
        rows |= dict(zip(indices, output.chunk(len(indices)), strict=True))
    return torch.cat([rows[index] for index in range(len(entries))])


@lru_cache(maxsize=8)
def texts(entries: tuple[Condition, ...], batch: int, part: Part) -> Tensor:
    """Return the (n * batch, T, D) the network reads, of texts of one length."""
    rows = [entry.embedding.to(part.device, DTYPES[part.dtype]) for entry in entries]
    return torch.cat([row.expand(batch, -1, -1) for row in rows])


@lru_cache(maxsize=8)
def pooled(entries: tuple[Condition, ...], batch: int, part: Part) -> Tensor:
    """Return the (n * batch, D) of texts as a whole.

    Raises:
        ConditionError: One was read by an encoder that gives none.
    """
    found = [entry.pooled for entry in entries if entry.pooled is not None]
    if len(found) < len(entries):
        raise ConditionError(
            f"the {part.name} reads each text as a whole too, and this one has no such vector; "
            "encode it with the clip of the same model"
        )
    rows = [row.to(part.device, DTYPES[part.dtype]).expand(batch, -1) for row in found]
    return torch.cat(rows)


def beside(entries: tuple[Condition, ...], x: Tensor, channels: int) -> Tensor | None:
    """Return what is laid beside x, (B, C, h, w): (n * B, channels - C, h, w), or nothing.

    Args:
        entries: The conditions, n of them.
        x: What the network is shown.
        channels: How many the network reads.

    Raises:
        ConditionError: A condition brings none, or more or fewer than the network reads.
        SizeError: It is of another size than x.
    """
    batch, own, height, width = x.shape
    rows = [entry.beside for entry in entries if entry.beside is not None]
    given = sorted({row.shape[1] for row in rows} | ({0} if len(rows) < len(entries) else set()))
    if given != [channels - own]:
        raise ConditionError(
            f"the network reads {channels - own} channels beside the picture's {own}, and "
            f"{' and '.join(map(str, given))} were given; networks for inpainting and editing "
            "want a mask or a picture in both conditions, others want none"
        )
    if any(row.shape[2:] != x.shape[2:] for row in rows):
        raise SizeError(
            f"what is laid beside x is of another size than x, {width} x {height} cells; make "
            "both from pictures of one size"
        )
    return torch.cat([row.to(x).expand(batch, -1, -1, -1) for row in rows]) if rows else None


def forget() -> None:
    """Let go of what is kept from step to step."""
    texts.cache_clear()
    pooled.cache_clear()
