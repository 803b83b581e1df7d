"""Several texts at once: what fits goes into one batch, what does not is evaluated by itself."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.lib.folders import Part
    from nodes.types import Condition


Key = TypeVar("Key")

UNETS_ALONE = {"ip_adapter": "IP-Adapters", "gligen": "layers of GLIGEN"}
"""Controls that transformers have no place for, by the names of their parts."""


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
    for name in (one.part.name for entry in entries for one in entry.controls):
        if name in UNETS_ALONE:
            raise ConditionError(
                f"{UNETS_ALONE[name]} lead UNets alone, and this network is a transformer; use "
                "Stable Diffusion 1 or XL, or take the picture or the box away"
            )
    return grouped(entries, _shape, lambda _, some: call(some))


def _shape(entry: Condition) -> object:
    beside = None if entry.beside is None else tuple(entry.beside.shape[1:])
    return entry.embedding.shape[1], beside


def grouped(
    entries: Sequence[Condition],
    key: Callable[[Condition], Key],
    call: Callable[[Key, tuple[Condition, ...]], Tensor],
) -> Tensor:
    """Call once for all texts of one key; (n * B, C, h, w) in the texts' order."""
    groups: dict[Key, list[int]] = {}
    for index, entry in enumerate(entries):
        groups.setdefault(key(entry), []).append(index)
    if len(groups) == 1:
        return call(next(iter(groups)), tuple(entries))
    rows: dict[int, Tensor] = {}
    for one, indices in groups.items():
        output = call(one, tuple(entries[index] for index in indices))
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
