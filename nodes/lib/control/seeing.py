"""How a network that leads sees its picture: as pixels, or as a latent of the model's."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import NodegraphError
from nodes.lib import autoencoder
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError, to_model_space
from nodes.lib.models import network
from nodes.lib.pictures import resizing
from nodes.types import Image

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.latents import LatentFormat
    from nodes.types import Control

GREY = 1
"""Channels of adapters that read pictures without colour."""

SIGNED = "the picture in -1 to 1"
CANNY = "edges of 0 or 1, from 0.5 to 128"
"""How numbers stand before an autoencoder; the second is what Stability's network for edges in
Stable Diffusion 3.5 was trained on."""


class ControlError(NodegraphError):
    """A control network that cannot lead this network."""


@lru_cache(maxsize=8)
def pixels(control: Control, height: int, width: int) -> Tensor:
    """Return a control's picture as its network reads it: (B, 3 or 1, height, width) in 0 to 1.

    The largest part about the centre that has the shape, resampled to the nearest pixels.
    """
    part = control.part
    found = _fitted(control.hint.movedim(-1, 1), height, width)
    if getattr(network(part).config, "in_channels", 3) == GREY:
        found = found.mean(1, keepdim=True)
    return found.to(part.device, DTYPES[part.dtype])


@lru_cache(maxsize=8)
def latent(
    control: Control, form: LatentFormat, height: int, width: int, range_: str = SIGNED
) -> Tensor:
    """Return a control's picture as a latent in a network's units: (B, C, height, width) float32.

    Where a mask stands with it, what it covers is black, and a channel more says what is kept,
    1 for all of it.

    Args:
        control: Whose.
        form: How the network's latents relate to those the VAE emits.
        height: Cells.
        width: Cells.
        range_: How its numbers stand before the autoencoder.

    Raises:
        ControlError: No autoencoder was linked, or one of another model.
    """
    vae, name = control.vae, control.part.folder.name
    if vae is None:
        raise ControlError(
            f"the ControlNet {name} reads its picture as a latent; link the model's vae to the "
            "node that applies it"
        )
    cell = vae.downscale
    picture = _fitted(control.hint.movedim(-1, 1), height * cell, width * cell)
    covered = _covered(control, height * cell, width * cell)
    if covered is not None:
        picture = picture * (1 - covered)
    if range_ == CANNY:
        picture = (picture * 127.5 + 1.5) / 2  # the autoencoder takes twice of it, less 1
    found = autoencoder.encode(vae, Image(picture.movedim(1, -1).contiguous())).samples
    if found.shape[1] != form.channels:
        raise ControlError(
            f"the ControlNet {name} reads latents of {form.channels} channels, and the linked vae "
            f"makes {found.shape[1]}; link the vae of the model that it leads"
        )
    found = to_model_space(found, form)
    if covered is None:
        return found
    kept = 1 - torch.nn.functional.interpolate(covered, (height, width))
    return torch.cat([found, kept.expand(len(found), -1, -1, -1).to(found)], dim=1)


def _covered(control: Control, height: int, width: int) -> Tensor | None:
    """Return which pixels are painted anew, (1 or B, 1, height, width) of 0 and 1."""
    if control.mask is None:
        return None
    return (_fitted(control.mask[:, None], height, width) > 0.5).float()


def _fitted(found: Tensor, height: int, width: int) -> Tensor:
    filling = found.new_zeros(found.shape[1])
    return resizing.fitted(found, width, height, "nearest-exact", "crop", filling)


def repeated(pictures: Tensor, count: int, batch: int) -> Tensor:
    """Bring (1 or batch, …) to rows of as many latents.

    Raises:
        SizeError: There are others.
    """
    if len(pictures) not in (1, batch):
        raise SizeError(
            f"a control has {len(pictures)} pictures for {batch} latents; give one, or one for each"
        )
    return pictures.repeat(count // len(pictures), *[1] * (pictures.ndim - 1))


def forget() -> None:
    """Let go of what is kept from step to step."""
    pixels.cache_clear()
    latent.cache_clear()
