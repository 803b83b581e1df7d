"""The autoencoder tile by tile: what it takes of memory is bounded by a tile's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import ParamError
from nodes.lib.pictures.composing import ramp
from nodes.types import Image, Latent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    from nodes.handles import Vae

    Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Tiles:
    """A way to cut pictures up.

    Attributes:
        side: Of a tile, in cells of a latent.
        overlap: Cells that a tile shares with the next, at least; there they are blended.
        coarse: Pixels a cell is wide.
    """

    side: int
    overlap: int
    coarse: int

    @classmethod
    def of_pixels(cls, tile: int, overlap: int, vae: Vae) -> Tiles:
        """Cut into tiles of a side in pixels.

        Raises:
            ParamError: They would never get across the picture.
        """
        side, shared = tile // vae.downscale, overlap // vae.downscale
        if shared >= side:
            raise ParamError(
                f"tiles of {tile} pixels that overlap by {overlap} get nowhere; use an overlap of "
                f"at most {tile // 2}"
            )
        return cls(side, shared, vae.downscale)

    def starts(self, length: int) -> list[int]:
        """Return where tiles begin along an axis of a length in cells; the last ends with it."""
        last = max(length - self.side, 0)
        inner = range(0, last, self.side - self.overlap)
        return [*inner, last]


def decode(
    vae: Vae,
    latent: Latent,
    tiles: Tiles,
    report: Report,
    each: Callable[[Vae, Latent], Image] | None = None,
) -> Image:
    """Decode latents tile by tile, to (B, H, W, 3) on the CPU.

    A tile does not see what is beyond it, so that colours may differ a little from those of the
    whole; overlaps are blended linearly, and no seam shows.

    Args:
        vae: By which autoencoder.
        latent: What.
        tiles: How it is cut.
        report: Told how many tiles are done, and of how many, before each.
        each: Decodes a tile; in one way or another, as memory allows, if nothing is given.
    """
    from nodes.lib import autoencoder

    one = each or autoencoder.decode

    def run(part: Tensor) -> Tensor:
        return one(vae, Latent(part)).pixels.movedim(-1, 1)

    whole = blended(latent.samples, tiles, (1, tiles.coarse), run, report)
    return Image(whole.movedim(1, -1).contiguous())


def encode(
    vae: Vae,
    image: Image,
    tiles: Tiles,
    report: Report,
    each: Callable[[Vae, Image], Latent] | None = None,
) -> Latent:
    """Encode pictures tile by tile, to (B, C, h, w) on the CPU; see ``decode``.

    Raises:
        SizeError: They are smaller than one latent cell.
    """
    from nodes.lib import autoencoder

    one = each or autoencoder.encode

    def run(part: Tensor) -> Tensor:
        return one(vae, Image(part.movedim(1, -1).contiguous())).samples.cpu()

    pixels = autoencoder.cropped(image.pixels, vae.downscale).movedim(-1, 1)
    return Latent(blended(pixels, tiles, (tiles.coarse, 1), run, report))


@torch.inference_mode()
def blended(
    x: Tensor,
    tiles: Tiles,
    grain: tuple[int, int],
    run: Callable[[Tensor], Tensor],
    report: Report,
) -> Tensor:
    """Run every tile of every picture by itself, and blend them where they overlap.

    Args:
        x: (B, C, H, W).
        tiles: How it is cut.
        grain: What a cell is wide in x, and in the result.
        run: From (1, C, h, w) to the same part of the result, on the CPU.
        report: See ``decode``.
    """
    height, width = (side // grain[0] for side in x.shape[2:])
    parts = list(_parts(tiles, height, width))
    total = len(parts) * len(x)
    done: list[Tensor] = []
    for number, one in enumerate(x.split(1)):
        summed, weights = torch.zeros(()), torch.zeros(1, 1, height * grain[1], width * grain[1])
        for index, (top, left) in enumerate(parts):
            report(number * len(parts) + index, total)
            made = run(_cut(one, top, left, tiles.side, grain[0]))
            weight = _weight(made, tiles, (top, left), (height, width), grain[1])
            if not summed.ndim:
                summed = made.new_zeros(1, made.shape[1], *weights.shape[2:])
            _cut(summed, top, left, tiles.side, grain[1]).add_(made * weight)
            _cut(weights, top, left, tiles.side, grain[1]).add_(weight)
        done.append(summed.div_(weights))
    return torch.cat(done)


def _parts(tiles: Tiles, height: int, width: int) -> Iterator[tuple[int, int]]:
    for top in tiles.starts(height):
        for left in tiles.starts(width):
            yield top, left


def _cut(x: Tensor, top: int, left: int, side: int, grain: int) -> Tensor:
    """Return a view of one tile; places and side are in cells."""
    down = slice(top * grain, (top + side) * grain)
    return x[:, :, down, left * grain : (left + side) * grain]


def _weight(
    made: Tensor, tiles: Tiles, start: tuple[int, int], size: tuple[int, int], grain: int
) -> Tensor:
    """Return (h, w) ones that fall linearly over the overlap, at edges inside the picture."""
    down, across = (
        ramp(length, tiles.overlap * grain, first > 0, first + tiles.side < whole)
        for length, first, whole in zip(made.shape[2:], start, size, strict=True)
    )
    return down[:, None] * across
