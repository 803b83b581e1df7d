"""Nodes that make latents and noise."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, Seed, node
from nodes.types import Latent, Model, Noise

Side = Annotated[int, Range(16, 16384, step=8)]


@node("latent.noise", title="Noise")
def noise(
    model: Model,
    latent: Latent | None = None,
    *,
    seed: Seed = 0,
    width: Side = 128,
    height: Side = 128,
    batch_size: Annotated[int, Range(1, 4096)] = 1,
) -> Noise:
    """Draw the noise a picture starts from; on every machine the same for the same seed.

    Args:
        latent: Gives the size, where there is one; then width, height and batch_size do not count.
        seed: Another number, another picture.
        width: In pixels, a multiple of 8.
        height: In pixels, a multiple of 8.
        batch_size: Pictures made at once.
    """
    from nodes.lib import latents

    if latent is None:
        shape = latents.shape(model.latent_format, width, height, batch_size)
    else:
        shape = latent.samples.shape
    return latents.draw_noise(shape, seed)
