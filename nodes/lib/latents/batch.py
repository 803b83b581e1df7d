"""Batches of latents; each picture keeps the draw of noise that is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib import batches
from nodes.lib.latents import SizeError
from nodes.types import Latent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def draws(latent: Latent) -> tuple[int, ...]:
    """Return which draw of noise each picture gets."""
    return latent.batch_index or tuple(range(len(latent.samples)))


def repeated(latent: Latent, times: int) -> Latent:
    """Repeat a whole batch; the repeated ones get the draws of noise that follow."""
    found = draws(latent)
    step = max(found) - min(found) + 1
    index = tuple(one + step * turn for turn in range(times) for one in found)
    several = latent.mask is not None and len(latent.mask) > 1
    mask = latent.mask.repeat(times, 1, 1) if several and latent.mask is not None else latent.mask
    return Latent(latent.samples.repeat(times, 1, 1, 1), mask, latent.gradual, _plain(index))


def picked(latent: Latent, index: int, count: int) -> Latent:
    """Take some pictures out of a batch, with their masks and draws of noise.

    Raises:
        SizeError: There are not that many.
    """
    wanted = batches.numbers(len(latent.samples), index, count)
    found = draws(latent)
    mask = latent.mask if latent.mask is None or len(latent.mask) == 1 else latent.mask[wanted]
    chosen = tuple(found[one] for one in wanted)
    return Latent(latent.samples[wanted], mask, latent.gradual, _plain(chosen))


def _plain(index: tuple[int, ...]) -> tuple[int, ...]:
    """Return an index as it is kept: nothing where it says what holds anyway."""
    return () if index == tuple(range(len(index))) else index


def single(latent: Latent) -> list[Latent]:
    """Take a batch apart."""
    return [picked(latent, index, 1) for index in range(len(latent.samples))]


def joined(latents: Sequence[Latent]) -> Latent:
    """Put latents of one size into one batch; those without a mask get one of ones beside others.

    Each keeps its draw of noise, unless two have the same: then all are drawn anew, in order.

    Raises:
        SizeError: There are none, or they differ in channels, size, size of masks, or in how
            masks count.
    """
    if len({one.samples.shape[1] for one in latents}) > 1:
        raise SizeError("latents of several channels belong to different models; join them apart")
    samples = batches.joined([one.samples for one in latents], (2, 3), "latents")
    masked = [one for one in latents if one.mask is not None]
    if len({one.gradual for one in masked}) > 1:
        raise SizeError("some of these masks count by time and some do not; make them alike")
    index = tuple(draw for one in latents for draw in draws(one))
    kept = _plain(index) if len(index) == len(set(index)) else ()
    gradual = bool(masked) and masked[0].gradual
    return Latent(samples, _masks(latents) if masked else None, gradual, kept)


def _masks(latents: Sequence[Latent]) -> Tensor:
    shape = next(one.mask.shape[1:] for one in latents if one.mask is not None)
    found = [torch.ones(1, *shape) if one.mask is None else one.mask for one in latents]
    full = [
        mask.expand(len(one.samples), *mask.shape[1:])
        for mask, one in zip(found, latents, strict=True)
    ]
    return batches.joined(full, (1, 2), "masks")
