"""Nodes between pictures and latents."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Range, current, node
from nodes.handles import Vae
from nodes.types import Image, Latent

Tile = Annotated[int, Range(64, 8192, step=64)]
Overlap = Annotated[int, Range(0, 4096, step=8)]


@node("vae.decode", title="VAE decode")
def decode(vae: Vae, latent: Latent) -> Image:
    """Turn latents into pictures."""
    from nodes.lib import autoencoder

    return autoencoder.decode(vae, latent)


@node("vae.encode", title="VAE encode")
def encode(vae: Vae, image: Image) -> Latent:
    """Turn pictures into latents, cropped about the centre to a multiple of 8 pixels."""
    from nodes.lib import autoencoder

    return autoencoder.encode(vae, image)


@node("vae.decode_tiled", title="VAE decode tiled")
def decode_tiled(vae: Vae, latent: Latent, *, tile: Tile = 512, overlap: Overlap = 64) -> Image:
    """Turn latents into pictures tile by tile, for pictures too large to decode at once.

    Args:
        tile: Side of a tile in pixels; a smaller one takes less memory.
        overlap: Pixels that a tile shares with the next, where they are blended.
    """
    from nodes.lib import tiling

    tiles = tiling.Tiles.of_pixels(tile, overlap, vae)
    return tiling.decode(vae, latent, tiles, current().progress)


@node("vae.encode_tiled", title="VAE encode tiled")
def encode_tiled(vae: Vae, image: Image, *, tile: Tile = 512, overlap: Overlap = 64) -> Latent:
    """Turn pictures into latents tile by tile, for pictures too large to encode at once.

    Args:
        tile: Side of a tile in pixels; a smaller one takes less memory.
        overlap: Pixels that a tile shares with the next, where they are blended.
    """
    from nodes.lib import tiling

    tiles = tiling.Tiles.of_pixels(tile, overlap, vae)
    return tiling.encode(vae, image, tiles, current().progress)
