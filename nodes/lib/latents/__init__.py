"""Latents as the VAE emits them, and the same in the units a network was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.noise import initial_noise
from nodes.types import Noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.handles import Vae


@dataclass(frozen=True)
class LatentFormat:
    """How a network's latents relate to those the VAE emits.

    Attributes:
        channels: C of (B, C, h, w).
        downscale: Pixels a latent cell is wide.
        scale: Brings latents to about unit variance; 0.18215 for Stable Diffusion.
        shift: Taken off before.
    """

    channels: int
    downscale: int
    scale: float
    shift: float = 0.0


def to_model_space(samples: Tensor, latent_format: LatentFormat | Vae) -> Tensor:
    """From the VAE's units to the network's; (B, C, h, w) both."""
    shift = latent_format.shift
    return (samples - shift if shift else samples) * latent_format.scale


def to_latent(x: Tensor, latent_format: LatentFormat | Vae) -> Tensor:
    """From the network's units to the VAE's; (B, C, h, w) both."""
    shift = latent_format.shift
    samples = x / latent_format.scale
    return samples + shift if shift else samples


def shape(
    latent_format: LatentFormat, width: int, height: int, batch_size: int
) -> tuple[int, int, int, int]:
    """Return the (B, C, h, w) of latents for pictures of a size.

    Raises:
        SizeError: The sides are no multiples of a latent cell.
    """
    cell = latent_format.downscale
    if width % cell or height % cell:
        raise SizeError(
            f"{width} x {height} pixels do not divide into cells of {cell}; use "
            f"{width // cell * cell} x {height // cell * cell}"
        )
    return batch_size, latent_format.channels, height // cell, width // cell


class SizeError(NodegraphError):
    """A size that cannot be, or that does not fit another."""


def empty(latent_format: LatentFormat, width: int, height: int, batch_size: int) -> Tensor:
    """Return latents, (B, C, h, w), that are 0 in the network's units.

    Raises:
        SizeError: The sides are no multiples of a latent cell.
    """
    return to_latent(torch.zeros(shape(latent_format, width, height, batch_size)), latent_format)


def no_noise(shape: Sequence[int], seed: int) -> Noise:
    """Return zeros, (B, C, h, w), in place of noise."""
    return Noise(torch.zeros(tuple(shape)), seed)


def drawn_one_by_one(shape: Sequence[int], seed: int, batch_index: Sequence[int]) -> Tensor:
    """Draw noise picture by picture from one generator; return the draws asked for."""
    generator = torch.Generator().manual_seed(seed)
    wanted, found = set(batch_index), dict[int, torch.Tensor]()
    for number in range(max(wanted) + 1):
        drawn = torch.randn((1, *shape[1:]), generator=generator)
        if number in wanted:
            found[number] = drawn
    return torch.cat([found[number] for number in batch_index])


def draw_noise(shape: Sequence[int], seed: int, batch_index: Sequence[int] = ()) -> Noise:
    """Draw (B, C, h, w) noise.

    Args:
        shape: Of all of it.
        seed: Where the draws start.
        batch_index: Which draw each picture gets, of those made picture by picture; nothing
            draws the whole batch at once. Both give the same numbers where a picture has a
            multiple of 16 of them, as all have whose sides are multiples of 16 pixels.

    Raises:
        SizeError: There is no memory for it.
    """
    try:
        drawn = drawn_one_by_one(shape, seed, batch_index) if batch_index else None
        return Noise(initial_noise(shape, seed) if drawn is None else drawn, seed)
    except (RuntimeError, MemoryError) as error:
        size = 4 * torch.Size(shape).numel() / 2**30
        raise SizeError(
            f"noise of shape {tuple(shape)} takes {size:,.1f} GB, more than there is; "
            "lower width, height or batch_size"
        ) from error
