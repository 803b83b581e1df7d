"""Nodes that change the size of latents, and where things are in them."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.ranges import Pixels
from nodes.types import Latent, Mask

Method = Literal["nearest-exact", "bilinear", "bicubic", "area", "bislerp"]
Place = Annotated[int, Range(-16384, 16384, step=8)]


@node("latent.resize", title="Resize latent")
def resize(
    latent: Latent, *, width: Pixels = 512, height: Pixels = 0, method: Method = "nearest-exact"
) -> Latent:
    """Upscale a latent to a size, or shrink it (latent upscale).

    Sampling it again at a denoise of about 0.5 makes it sharp.

    Args:
        width: Of the picture, in pixels; 0 keeps the shape.
        height: Of the picture, in pixels; 0 keeps the shape.
        method: How cells between cells are made; ``bislerp`` keeps their strength.
    """
    from nodes.lib.latents import layout

    return layout.resized(latent, width, height, method)


@node("latent.scale_by", title="Scale latent by")
def scale_by(
    latent: Latent,
    *,
    factor: Annotated[float, Range(0.01, 16.0, step=0.25)] = 1.5,
    method: Method = "nearest-exact",
) -> Latent:
    """Upscale a latent by a factor, or shrink it (latent upscale by).

    Args:
        factor: Of both sides; rounded to whole cells of 8 pixels.
        method: How cells between cells are made; ``bislerp`` keeps their strength.
    """
    from nodes.lib.latents import layout

    return layout.scaled(latent, factor, method)


@node("latent.composite", title="Composite latents")
def composite(
    under: Latent,
    over: Latent,
    mask: Mask | None = None,
    *,
    x: Place = 0,
    y: Place = 0,
    feather: Pixels = 0,
) -> Latent:
    """Lay one latent over another (paste, latent composite).

    Args:
        under: What keeps its size.
        over: What is laid over it; what reaches over the edges is cut off.
        mask: Where it counts; everywhere if there is none.
        x: Pixels from the left, rounded down to a multiple of 8.
        y: Pixels from the top, rounded down to a multiple of 8.
        feather: Pixels over which its inner edges fade, linearly.
    """
    from nodes.lib.latents import layout

    area = None if mask is None else mask.values
    return layout.placed(under, over, x, y, feather, area)


@node("latent.crop", title="Crop latent")
def crop(
    latent: Latent, *, x: Pixels = 0, y: Pixels = 0, width: Pixels = 512, height: Pixels = 512
) -> Latent:
    """Cut a part out of a latent.

    Args:
        x: Pixels from the left, rounded down to a multiple of 8, as all of these.
        y: Pixels from the top.
        width: In pixels.
        height: In pixels.
    """
    from nodes.lib.latents import layout
    from nodes.lib.pictures.resizing import Box

    return layout.cropped(latent, Box(x, y, width, height))


@node("latent.flip", title="Flip latent")
def flip(latent: Latent, *, direction: Literal["horizontal", "vertical"] = "horizontal") -> Latent:
    """Mirror a latent.

    Args:
        direction: ``horizontal`` swaps left and right, ``vertical`` top and bottom.
    """
    from nodes.lib.latents import layout

    return layout.flipped(latent, direction)


@node("latent.rotate", title="Rotate latent")
def rotate(latent: Latent, *, angle: Literal["90", "180", "270"] = "90") -> Latent:
    """Turn a latent.

    Args:
        angle: Degrees clockwise.
    """
    from nodes.lib.latents import layout

    return layout.rotated(latent, int(angle))
