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


def to_model_space(samples: Tensor, latent_format: LatentFormat) -> Tensor:
    """From the VAE's units to the network's; (B, C, h, w) both."""
    shift = latent_format.shift
    return (samples - shift if shift else samples) * latent_format.scale


def to_latent(x: Tensor, latent_format: LatentFormat) -> Tensor:
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


def draw_noise(shape: Sequence[int], seed: int) -> Noise:
    """Draw (B, C, h, w) noise.

    Raises:
        SizeError: There is no memory for it.
    """
    try:
        return Noise(initial_noise(shape, seed), seed)
    except (RuntimeError, MemoryError) as error:
        size = 4 * torch.Size(shape).numel() / 2**30
        raise SizeError(
            f"noise of shape {tuple(shape)} takes {size:,.1f} GB, more than there is; "
            "lower width, height or batch_size"
        ) from error
