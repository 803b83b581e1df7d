"""Small pictures of latents on their way, without the cost of decoding them."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

import PIL.Image

from nodes.lib.latents.projection import colors, guess, project
from nodes.lib.transfers import Fetched

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodegraph.execution.context import Context
    from nodes.handles import Model
    from nodes.lib.sampling import Walk

EVERY = 0.1
"""Seconds from one preview to the next, at least."""

SHARE = 0.015
"""The part of a run that previews may take; where one is dear, the next waits for longer."""

SIDE = 128


def reporter(model: Model, context: Context) -> Callable[[Walk], None]:
    """Return what tells a run how far a walk is, with a picture now and then if anyone looks."""
    due = time.monotonic() + EVERY
    wanted = context.listener is not None and context.options.previews
    coming: Fetched | None = None

    def report(walk: Walk) -> None:
        nonlocal due, coming
        picture = b""
        if wanted and coming is None and walk.denoised is not None and time.monotonic() >= due:
            coming = Fetched(walk.denoised.samples[0])
        if coming is not None and coming.ready:  # if not, it is shown with a later step
            start = time.monotonic()
            picture, coming = preview(coming.tensor, colors(model)), None
            due = start + max(EVERY, (time.monotonic() - start) / SHARE)
        context.progress(walk.step, walk.steps, preview=picture, note=f"sigma {walk.sigma:.3g}")

    return report


def preview(samples: Tensor, weights: Tensor | None) -> bytes:
    """Return one latent, (C, h, w) on the CPU, as a small JPEG.

    Args:
        weights: From its cells to colours; guessed where there are none.
    """
    picture = guess(samples) if weights is None else project(samples, weights)
    grow = max(SIDE // max(picture.size), 1)
    picture = picture.resize((picture.width * grow, picture.height * grow), PIL.Image.BICUBIC)
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=80)
    return data.getvalue()
