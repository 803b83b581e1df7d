"""Between pictures and latents."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import torch

from nodegraph import current
from nodes.lib import tiling
from nodes.lib.device import DTYPES
from nodes.lib.latents import SizeError, to_latent, to_model_space
from nodes.lib.memory import ladder
from nodes.lib.models import network
from nodes.types import Image, Latent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    from nodes.handles import Vae

T = TypeVar("T")

TILES = (1024, 512, 256, 128)
"""Sides of the tiles that are tried where memory is short, in pixels; an eighth overlaps."""

ADVICE = "make a smaller picture, or choose another device"


def decode(vae: Vae, latent: Latent) -> Image:
    """Decode latents, (B, C, h, w), to pictures, on the CPU.

    Where memory runs out: one by one, then in tiles, smaller and smaller.

    Raises:
        SizeError: They have another number of channels than the autoencoder.
        ShortError: Memory is too short, even for the smallest tile.
    """
    whole = [side * vae.downscale for side in latent.samples.shape[2:]]

    def tiled(tiles: tiling.Tiles) -> Image:
        return tiling.decode(vae, latent, tiles, _turn, decode_whole)

    def one_by_one() -> Image:
        return _each(latent.samples, lambda one: decode_whole(vae, Latent(one)).pixels, Image)

    ways = _ways(vae, len(latent.samples), max(whole), one_by_one, tiled)
    return ladder.climb(lambda: decode_whole(vae, latent), [vae.part], ways, ADVICE)


@torch.inference_mode()
def decode_whole(vae: Vae, latent: Latent) -> Image:
    """Decode latents all at once; see ``decode``."""
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


def encode(vae: Vae, image: Image) -> Latent:
    """Encode pictures to the mode of their posterior, (B, C, h, w); tiny VAEs give it alone.

    Where memory runs out, as in ``decode``.

    Raises:
        SizeError: They are smaller than one latent cell.
        ShortError: Memory is too short, even for the smallest tile.
    """

    def tiled(tiles: tiling.Tiles) -> Latent:
        return tiling.encode(vae, image, tiles, _turn, encode_whole)

    def one_by_one() -> Latent:
        return _each(image.pixels, lambda one: encode_whole(vae, Image(one)).samples, Latent)

    ways = _ways(vae, len(image.pixels), max(image.pixels.shape[1:3]), one_by_one, tiled)
    return ladder.climb(lambda: encode_whole(vae, image), [vae.part], ways, ADVICE)


@torch.inference_mode()
def encode_whole(vae: Vae, image: Image) -> Latent:
    """Encode pictures all at once; see ``encode``."""
    pixels = cropped(image.pixels, vae.downscale)
    signed = (pixels * 2 - 1).movedim(-1, 1).to(vae.part.device, DTYPES[vae.part.dtype])
    posterior = network(vae.part).encode(signed, return_dict=False)[0]
    found = posterior if isinstance(posterior, torch.Tensor) else posterior.mode()
    return Latent(to_latent(found.float(), vae))


def _ways(
    vae: Vae,
    batch: int,
    longest: int,
    one_by_one: Callable[[], T],
    tiled: Callable[[tiling.Tiles], T],
) -> Iterator[ladder.Rung[T]]:
    """Yield what helps an autoencoder, each thing slower than the one before."""
    if batch > 1:
        yield ladder.Rung("pictures went through the vae one by one", lambda: True, one_by_one)
    for side in TILES:
        if side < longest:
            tiles = tiling.Tiles.of_pixels(side, max(side // 8, vae.downscale), vae)
            name = f"pictures went through the vae in tiles of {side} pixels, which blend"
            yield ladder.Rung(name, lambda: True, partial(tiled, tiles))


def _each(x: Tensor, run: Callable[[Tensor], Tensor], kind: Callable[[Tensor], T]) -> T:
    return kind(torch.cat([run(one) for one in x.split(1)]))


def _turn(_done: int, _total: int) -> None:
    """Let a run be cancelled between tiles."""
    current().check_cancelled()


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
