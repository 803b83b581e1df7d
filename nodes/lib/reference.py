"""Pictures that networks for editing look at while they paint."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.lib import autoencoder, opening
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.types import Conditioning, Image

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Vae
    from nodes.lib.latents import LatentFormat
    from nodes.types import Latent

FLUX = 16
"""Channels of Flux's latents."""


def shown(conditioning: Conditioning, vae: Vae, image: Image) -> Conditioning:
    """Lay an encoded picture, (B, C, h, w), beside x for every entry.

    Flux kontext reads it in its own units, two cells at a time; InstructPix2Pix reads what the VAE
    emits, as it was trained. Source: Labs et al. 2025, arXiv:2506.15742, section 3; Brooks et al.
    2022, arXiv:2211.09800, section 3.2, with the units of diffusers' pipeline.

    Raises:
        SizeError: The picture is smaller than what is read at once.
    """
    form = vae.latents or opening.formatted(network(vae.part).config)
    kontext = form.channels == FLUX
    cell = vae.downscale * (2 if kontext else 1)
    pixels = autoencoder.cropped(image.pixels, cell)
    return _beside(conditioning, autoencoder.encode(vae, Image(pixels)).samples, form)


def shown_latent(conditioning: Conditioning, form: LatentFormat, latent: Latent) -> Conditioning:
    """Lay a latent that is there already beside x for every entry; see ``shown``.

    Raises:
        SizeError: It is smaller than what is read at once.
    """
    samples = latent.samples
    if form.channels == FLUX:
        samples = autoencoder.cropped(samples.movedim(1, -1), 2).movedim(-1, 1)
    return _beside(conditioning, samples, form)


def _beside(conditioning: Conditioning, samples: Tensor, form: LatentFormat) -> Conditioning:
    kontext = form.channels == FLUX
    beside = (to_model_space(samples, form) if kontext else samples).contiguous().cpu()
    return conditioning.each(lambda entry: replace(entry, beside=beside))
