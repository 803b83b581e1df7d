"""Small pictures of latents on their way, without the cost of decoding them."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import PIL.Image
import torch

from nodes.lib.autoencoder import decode
from nodes.lib.device import vae_dtype
from nodes.types import Latent, Vae

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodegraph.execution.context import Context
    from nodes.lib.sampling import Walk
    from nodes.types import Model

EVERY = 0.25
"""Seconds between two previews; each makes the device wait."""

SIDE = 256
CELLS = 8


def reporter(model: Model, context: Context) -> Callable[[Walk], None]:
    """Return what tells a run how far a walk is, with a picture now and then if anyone looks."""
    due = time.monotonic() + EVERY
    wanted = context.listener is not None and context.options.previews

    def report(walk: Walk) -> None:
        nonlocal due
        picture = b""
        if wanted and walk.denoised is not None and time.monotonic() >= due:
            picture = preview(model, walk.denoised)
            due = time.monotonic() + EVERY
        context.progress(walk.step, walk.steps, preview=picture)

    return report


@torch.inference_mode()
def preview(model: Model, latent: Latent) -> bytes:
    """Return the first latent of a batch as a small JPEG, each cell one colour."""
    weights = _colors(model)
    samples = latent.samples[0].movedim(0, -1).cpu()
    pixels = (samples @ weights[:-1] + weights[-1]).clamp(0, 1)
    picture = PIL.Image.fromarray((pixels * 255).to(torch.uint8).numpy())
    grow = max(SIDE // max(picture.size), 1)
    picture = picture.resize((picture.width * grow, picture.height * grow), PIL.Image.BICUBIC)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()


@lru_cache(maxsize=8)
def _colors(model: Model) -> Tensor:
    """Return (C + 1, 3): the linear map from a latent cell to its mean colour, and an offset.

    Fitted once for each model, to what its VAE makes of one small random latent.
    """
    part, form = model.part, model.latent_format
    vae = Vae(replace(part, name="vae", dtype=vae_dtype(part.dtype)), form.downscale)
    drawn = torch.randn(
        (1, form.channels, CELLS, CELLS), generator=torch.Generator().manual_seed(0)
    )
    samples = drawn / form.scale + form.shift
    pixels = decode(vae, Latent(samples)).pixels.movedim(-1, 1)
    colors = torch.nn.functional.avg_pool2d(pixels, form.downscale)[0].flatten(1).T
    cells = samples[0].flatten(1).T
    known = torch.cat([cells, torch.ones(len(cells), 1)], dim=1)
    return torch.linalg.lstsq(known, colors).solution
