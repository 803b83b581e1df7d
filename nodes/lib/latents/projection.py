"""From a latent to the colours it stands for, cell by cell, without decoding it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import PIL.Image
import torch
from torch.nn import functional

from nodes.handles import Vae
from nodes.lib import models
from nodes.lib.autoencoder import encode
from nodes.lib.device import vae_dtype
from nodes.types import Image

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.handles import Model
    from nodes.lib.folders import Part

CELLS = 16
FAINT = 0.25
"""How strong the colours of a projection without a model are."""

RARE = 0.02
"""The part of the darkest, and of the brightest, numbers that may be clipped."""

_latest: dict[int, Tensor] = {}
"""The map fitted last, by the number of channels: of what is used here, most likely."""


def colors(model: Model) -> Tensor | None:
    """Return (C + 1, 3): the linear map from a latent cell to its mean colour, and an offset.

    Nothing of a network that came without an autoencoder, where no other was ever opened.
    """
    part = model.part.named("vae", vae_dtype(model.part.dtype))
    channels = model.latent_format.channels
    if not models.holds(part):
        return likely(channels)
    _latest[channels] = found = _fitted(Vae(part, model.latent_format.downscale))
    return found


def likely(channels: int) -> Tensor | None:
    """Return the map of the model that was used last with so many channels, or nothing."""
    vae = models.opened.get(channels)
    if channels not in _latest and vae is not None:
        _latest[channels] = _fitted(vae)
    return _latest.get(channels)


def _fitted(vae: Vae) -> Tensor:
    return _fit(vae.part, vae.downscale)


@lru_cache(maxsize=8)
@torch.inference_mode()
def _fit(part: Part, downscale: int) -> Tensor:
    """Fit the map to what a VAE makes of a picture of soft random colours, one a cell."""
    dots = torch.rand((1, 3, CELLS, CELLS), generator=torch.Generator().manual_seed(0))
    side = (CELLS * downscale, CELLS * downscale)
    pixels = functional.interpolate(dots, side, mode="bicubic").clamp(0, 1)
    encoded = encode(Vae(part, downscale), Image(pixels.movedim(1, -1).contiguous()))
    means = functional.avg_pool2d(pixels, downscale)[0].flatten(1).T
    cells = encoded.samples[0].flatten(1).T.cpu()
    known = torch.cat([cells, torch.ones(len(cells), 1)], dim=1)
    return torch.linalg.lstsq(known, means).solution


def forget() -> None:
    """Let go of the VAEs' maps; those of the latest are small, and stay."""
    _fit.cache_clear()


@torch.inference_mode()
def project(samples: Tensor, weights: Tensor) -> PIL.Image.Image:
    """Return one latent, (C, h, w) on the CPU, as a picture with a pixel a cell."""
    return to_picture(samples.movedim(0, -1) @ weights[:-1] + weights[-1])


@torch.inference_mode()
def guess(samples: Tensor) -> PIL.Image.Image:
    """Return one latent, (C, h, w) on the CPU, as well as can be without knowing its model.

    The map of the model used last is taken, its contrast lowered as far as a noisy latent needs
    it; without any, the strongest component of the channels is the brightness, the next two a
    faint colour.
    """
    cells = samples.float().movedim(0, -1)
    weights = likely(len(samples))
    if weights is None:
        return to_picture(_components(cells))
    shown = cells @ weights[:-1] + weights[-1]
    low, high = shown.quantile(torch.tensor([RARE, 1 - RARE]))
    low, high = low.clamp(max=0), high.clamp(min=1)
    return to_picture((shown - low) / (high - low))


def _components(cells: Tensor) -> Tensor:
    """Return (h, w, 3) of the three strongest principal components of (h, w, C)."""
    flat = cells.flatten(0, 1) - cells.mean((0, 1))
    _, vectors = torch.linalg.eigh(flat.T @ flat)
    strongest = vectors.flip(1)[:, :3]
    strongest = strongest * strongest.sum(0).sign()
    found = torch.zeros(len(flat), 3)
    found[:, : strongest.shape[1]] = flat @ strongest
    found = found / found.std(0).clamp(min=1e-6) / 5
    red, blue = FAINT * found[:, 1], FAINT * found[:, 2]
    shown = 0.5 + found[:, :1] + torch.stack([red, -(red + blue) / 2, blue], dim=1)
    return shown.view(*cells.shape[:2], 3)


def to_picture(pixels: Tensor) -> PIL.Image.Image:
    """Return (H, W, 3) or (H, W) in 0 to 1 as a picture, clipped; what is no number is black."""
    shown = pixels.nan_to_num(0.0).clamp(0, 1).mul(255).to(torch.uint8)
    return PIL.Image.fromarray(shown.numpy(force=True))
