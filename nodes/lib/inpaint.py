"""Repainting a part of a picture: what models of each kind are given for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import ParamError
from nodes.lib import autoencoder, batches, masks, opening
from nodes.lib.latents import to_model_space
from nodes.lib.models import network
from nodes.lib.pictures import resizing
from nodes.types import Conditioning, Image, Latent, Mask

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Vae

FILL = 16
"""Channels of Flux's latents."""

GREY = 0.5
"""What a place is filled with that shall be painted anew."""


@torch.inference_mode()
def encode(vae: Vae, image: Image, mask: Mask, grow: int) -> Latent:
    """Encode a picture with grey where it shall be painted anew.

    Picture and mask are cropped about their centre to whole cells; the mask is rounded, and the
    latent's reaches further by ``grow`` pixels in all, so that the seam is painted too.

    Raises:
        SizeError: Batches do not go together, or the picture is smaller than a cell.
    """
    pixels, hole = _whole_cells(vae, image, mask)
    latent = autoencoder.encode(vae, Image(_emptied(pixels, hole)))
    return replace(latent, mask=_grown(hole, grow))


def _whole_cells(vae: Vae, image: Image, mask: Mask) -> list[Tensor]:
    """Return pixels (B, H, W, 3) and what of them is masked (B, H, W), 0 or 1."""
    height, width = image.pixels.shape[1:3]
    fitting = resizing.resized(mask.values[:, None], width, height, "bilinear")[:, 0]
    pixels, whole = batches.together(image.pixels, fitting)
    hole = (autoencoder.cropped(whole[..., None], vae.downscale)[..., 0] >= 0.5).float()
    return [autoencoder.cropped(pixels, vae.downscale), hole]


def _emptied(pixels: Tensor, hole: Tensor) -> Tensor:
    return (pixels - GREY) * (1 - hole[..., None]) + GREY


def _grown(hole: Tensor, pixels: int) -> Tensor:
    """Let areas of (B, H, W) grow by a square kernel of that many pixels."""
    if pixels < 2:
        return hole
    height, width = hole.shape[1:]
    grown = torch.nn.functional.max_pool2d(hole[:, None], pixels, 1, pixels // 2)
    return grown[:, 0, :height, :width].contiguous()


@torch.inference_mode()
def beside(vae: Vae, image: Image, mask: Mask) -> Tensor:
    """Return what networks for inpainting read beside x, (B, C, h, w): mask and masked picture.

    UNets read the mask first, 1 where it is painted anew, as each cell's first pixel has it. Flux
    fill, whose latents have 16 channels, reads it last, every pixel of a cell a channel. The
    picture with grey in its place is encoded to the mode of its posterior, in the network's units.
    Source: Rombach et al. 2022, arXiv:2112.10752, section 4.5; order and grid as in diffusers'
    ``StableDiffusionInpaintPipeline`` and ``FluxFillPipeline``.

    Raises:
        SizeError: Batches do not go together, or the picture is smaller than a cell.
    """
    pixels, hole = _whole_cells(vae, image, mask)
    samples = autoencoder.encode(vae, Image(_emptied(pixels, hole))).samples
    samples = to_model_space(samples, vae.latents or opening.formatted(network(vae.part).config))
    if samples.shape[1] == FILL:
        cells = torch.nn.functional.pixel_unshuffle(hole[:, None], vae.downscale)
        return torch.cat([samples, cells.to(samples)], dim=1).cpu()
    cells = hole[:, None, :: vae.downscale, :: vae.downscale].to(samples)
    return torch.cat([cells, samples], dim=1).cpu()


def start(vae: Vae, image: Image, mask: Mask, *, keep: bool) -> Latent:
    """Return the encoded picture, and where asked for the mask, not rounded, so that it is kept."""
    latent = autoencoder.encode(vae, image)
    if not keep:
        return latent
    height, width = image.pixels.shape[1:3]
    fitting = resizing.resized(mask.values[:, None], width, height, "bilinear")[:, 0]
    cells = autoencoder.cropped(fitting[..., None], vae.downscale)[..., 0]
    return masked(latent, Mask(cells.contiguous()))


def with_beside(conditioning: Conditioning, found: Tensor) -> Conditioning:
    """Lay the same beside x for every entry."""
    return conditioning.each(lambda entry: replace(entry, beside=found))


def padded(
    image: Image, left: int, top: int, right: int, bottom: int, feather: int
) -> tuple[Image, Mask]:
    """Return a picture with grey margins, and the mask of what is to be painted there.

    The mask is 1 in the margins; inside, within ``feather`` pixels of an edge with a margin, it is
    (1 - distance / feather)^2.

    Raises:
        ParamError: There is no margin.
    """
    if not (left or top or right or bottom):
        raise ParamError("there is no margin to paint; set left, top, right or bottom")
    batch, height, width, _ = image.pixels.shape
    inner = slice(top, top + height), slice(left, left + width)
    whole = image.pixels.new_full((batch, height + top + bottom, width + left + right, 3), GREY)
    whole[:, inner[0], inner[1]] = image.pixels
    mask = torch.ones(1, *whole.shape[1:3])
    down = _distance(height, top, bottom)[:, None]
    near = torch.minimum(down, _distance(width, left, right))
    mask[0, inner[0], inner[1]] = (1 - near / max(feather, 1)).clamp(min=0) ** 2 if feather else 0.0
    return Image(whole), Mask(mask)


def _distance(length: int, before: int, after: int) -> Tensor:
    """Return how far each place is from the nearer end that has a margin."""
    place = torch.arange(length, dtype=torch.float32)
    far = torch.full_like(place, float("inf"))
    return torch.minimum(place if before else far, length - place if after else far)


def masked(latent: Latent, mask: Mask) -> Latent:
    """Give a latent a mask.

    Raises:
        SizeError: There are neither one mask nor as many as latents.
    """
    masks.check_count(mask.values, latent.samples)
    return replace(latent, mask=mask.values)


def gradual(latent: Latent) -> Latent:
    """Let a latent's mask count by time: see ``keeping.Kept``.

    Raises:
        ParamError: It has none.
    """
    if latent.mask is None:
        raise ParamError("this latent has no mask; set one first, with latent.set_mask")
    return replace(latent, gradual=True)
