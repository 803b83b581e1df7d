"""Nodes that make latents and noise, and batches of them."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, Seed, node
from nodes.handles import Model
from nodes.types import Latent, Noise

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
            A picture picked from a batch gets the noise that it had there.
        seed: Another number, another picture.
        width: In pixels, a multiple of 8.
        height: In pixels, a multiple of 8.
        batch_size: Pictures made at once.
    """
    from nodes.lib import latents

    if latent is None:
        shape = latents.shape(model.latent_format, width, height, batch_size)
        return latents.draw_noise(shape, seed)
    return latents.draw_noise(latent.samples.shape, seed, latent.batch_index)


@node("latent.no_noise", title="No noise")
def no_noise(latent: Latent, *, seed: Seed = 0) -> Noise:
    """Add no noise: a sampler goes on from a latent that has noise left, or starts from a picture.

    Args:
        latent: Gives the size.
        seed: For samplers that draw noise on the way.
    """
    from nodes.lib import latents

    return latents.no_noise(latent.samples.shape, seed)


@node("latent.empty", title="Empty latent")
def empty(
    model: Model,
    *,
    width: Side = 128,
    height: Side = 128,
    batch_size: Annotated[int, Range(1, 4096)] = 1,
) -> Latent:
    """Give an empty latent: nothing but a size, as a latent that others are laid over.

    Args:
        width: In pixels, a multiple of 8.
        height: In pixels, a multiple of 8.
        batch_size: Pictures in it.
    """
    from nodes.lib import latents

    return Latent(latents.empty(model.latent_format, width, height, batch_size))


@node("latent.batch", title="Batch latents")
def batch(*latents: list[Latent]) -> Latent:
    """Put latents of one size into one batch, in the order of their links.

    Args:
        latents: Latents, batches and lists of them.
    """
    from nodes.lib.latents import batch as latents_batch

    return latents_batch.joined([one for several in latents for one in several])


@node("latent.unbatch", title="Unbatch latent")
def unbatch(latent: Latent) -> list[Latent]:
    """Take a batch of latents apart into a list, to go through one by one; each keeps its noise."""
    from nodes.lib.latents import batch as latents_batch

    return latents_batch.single(latent)


@node("latent.pick", title="Pick latent")
def pick(
    latent: Latent,
    *,
    index: Annotated[int, Range(-100_000, 100_000)] = 0,
    count: Annotated[int, Range(1, 100_000)] = 1,
) -> Latent:
    """Take latents from a batch; each gets the noise it had there, so the same picture again.

    Args:
        index: The first, from 0; negative numbers count from the end.
        count: How many.
    """
    from nodes.lib.latents import batch as latents_batch

    return latents_batch.picked(latent, index, count)


@node("latent.repeat", title="Repeat latent")
def repeat(latent: Latent, *, times: Annotated[int, Range(1, 4096)] = 2) -> Latent:
    """Repeat a batch of latents; each copy gets noise of its own.

    Args:
        times: How often it is there.
    """
    from nodes.lib.latents import batch as latents_batch

    return latents_batch.repeated(latent, times)
