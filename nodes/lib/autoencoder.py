"""Between pictures and latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.lib.models import network
from nodes.types import Image, Latent

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.types import Vae


@torch.inference_mode()
def decode(vae: Vae, latent: Latent) -> Image:
    """Decode latents, (B, C, h, w), to pictures, on the CPU."""
    autoencoder = network(vae.part)
    wanted = autoencoder.config.latent_channels
    if latent.samples.shape[1] != wanted:
        raise SizeError(
            f"the VAE decodes latents of {wanted} channels; this one has "
            f"{latent.samples.shape[1]}, so it belongs to another model"
        )
    known = to_model_space(latent.samples, vae)
    samples = known.to(vae.part.device, DTYPES[vae.part.dtype])
    return Image(to_pixels(autoencoder.decode(samples, return_dict=False)[0]))


def to_pixels(decoded: Tensor) -> Tensor:
    """From (B, 3, H, W) in -1..1 to (B, H, W, 3) float32 in 0..1 on the CPU."""
    return (decoded.float() / 2 + 0.5).clamp_(0, 1).movedim(1, -1).contiguous().cpu()


@torch.inference_mode()
def encode(vae: Vae, image: Image) -> Latent:
    """Encode pictures to the mode of their posterior, (B, C, h, w); tiny VAEs give it alone.

    Raises:
        SizeError: They are smaller than one latent cell.
    """
    pixels = cropped(image.pixels, vae.downscale)
    signed = (pixels * 2 - 1).movedim(-1, 1).to(vae.part.device, DTYPES[vae.part.dtype])
    posterior = network(vae.part).encode(signed, return_dict=False)[0]
    found = posterior if isinstance(posterior, torch.Tensor) else posterior.mode()
    return Latent(to_latent(found.float(), vae))


def cropped(pixels: Tensor, multiple: int) -> Tensor:
    """Crop (B, H, W, C) about its centre so that both sides are multiples.

    Raises:
        SizeError: Nothing would be left.
    """
    height, width = pixels.shape[1:3]
    if min(height, width) < multiple:
        raise SizeError(
            f"a picture of {width} x {height} is too small to encode; both sides need at least "
            f"{multiple} pixels"
        )
    top, left = height % multiple // 2, width % multiple // 2
    bottom, right = top + height // multiple * multiple, left + width // multiple * multiple
    return pixels[:, top:bottom, left:right]
