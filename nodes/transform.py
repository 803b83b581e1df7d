"""Nodes that change a picture's size, and where things are in it."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, node
from nodes.ranges import Pixels
from nodes.types import Image

Method = Literal["nearest-exact", "bilinear", "bicubic", "area", "lanczos"]
Fit = Literal["stretch", "crop", "fit", "pad"]
Size = Annotated[int, Range(1, 16384, step=8)]


class Sides(NamedTuple):
    """How large pictures are."""

    width: int
    height: int
    batch_size: int


@node("image.resize", title="Resize image")
def resize(
    image: Image,
    *,
    width: Pixels = 512,
    height: Pixels = 0,
    method: Method = "lanczos",
    fit: Fit = "stretch",
    color: str = "#000000",
) -> Image:
    """Resize pictures: upscale or scale them down to a size (image scale).

    Args:
        width: In pixels; 0 keeps the shape.
        height: In pixels; 0 keeps the shape.
        method: How pixels are made from others; ``lanczos`` is the best for pictures, ``area``
            takes means, ``nearest-exact`` keeps hard pixels.
        fit: For another shape: ``stretch`` it, ``crop`` it about the centre, ``fit`` it within
            the size, or ``pad`` it to the size.
        color: What ``pad`` fills with.
    """
    from nodes.lib import colors
    from nodes.lib.pictures import resizing

    x = resizing.planes(image)
    sides = resizing.wanted(width, height, x.shape[3], x.shape[2])
    return resizing.picture(resizing.fitted(x, *sides, method, fit, colors.rgb(color)))


@node("image.scale_by", title="Scale image by")
def scale_by(
    image: Image,
    *,
    factor: Annotated[float, Range(0.01, 16.0, step=0.25)] = 2.0,
    method: Method = "lanczos",
) -> Image:
    """Resize pictures by a factor: upscale or shrink both sides.

    Args:
        factor: Of width and height; sides are rounded to pixels.
        method: How pixels are made from others.
    """
    from nodes.lib.pictures import resizing

    x = resizing.planes(image)
    width, height = (max(round(side * factor), 1) for side in (x.shape[3], x.shape[2]))
    return resizing.picture(resizing.resized(x, width, height, method))


@node("image.scale_to_megapixels", title="Scale image to megapixels")
def scale_to_megapixels(
    image: Image,
    *,
    megapixels: Annotated[float, Range(0.01, 64.0, step=0.25)] = 1.0,
    method: Method = "lanczos",
) -> Image:
    """Resize pictures to a number of pixels in all, keeping their shape (scale to total pixels).

    Args:
        megapixels: Of 1024 x 1024 pixels each.
        method: How pixels are made from others.
    """
    from nodes.lib.pictures import resizing

    x = resizing.planes(image)
    width, height = resizing.sides_of_area(x.shape[3], x.shape[2], megapixels)
    return resizing.picture(resizing.resized(x, width, height, method))


@node("image.crop", title="Crop image")
def crop(
    image: Image, *, x: Pixels = 0, y: Pixels = 0, width: Size = 512, height: Size = 512
) -> Image:
    """Cut a part out of pictures.

    Args:
        x: Pixels from the left.
        y: Pixels from the top.
        width: In pixels.
        height: In pixels.
    """
    from nodes.lib.pictures import resizing, turning

    box = resizing.Box(x, y, width, height)
    return resizing.picture(turning.cropped(resizing.planes(image), box))


@node("image.pad", title="Pad image")
def pad(
    image: Image,
    *,
    left: Pixels = 0,
    top: Pixels = 0,
    right: Pixels = 0,
    bottom: Pixels = 0,
    fill: Literal["color", "edge", "mirror"] = "color",
    color: str = "#000000",
) -> Image:
    """Give pictures margins.

    Args:
        left: Pixels to add at the left.
        top: Pixels to add at the top.
        right: Pixels to add at the right.
        bottom: Pixels to add at the bottom.
        fill: A color, the outermost pixels repeated, or the picture mirrored.
        color: Which.
    """
    from nodes.lib import colors
    from nodes.lib.pictures import resizing, turning

    margins = (left, top, right, bottom)
    x = resizing.planes(image)
    return resizing.picture(turning.padded(x, margins, fill, colors.rgb(color)))


@node("image.flip", title="Flip image")
def flip(image: Image, *, direction: Literal["horizontal", "vertical"] = "horizontal") -> Image:
    """Mirror pictures.

    Args:
        direction: ``horizontal`` swaps left and right, ``vertical`` top and bottom.
    """
    return Image(image.pixels.flip(2 if direction == "horizontal" else 1))


@node("image.rotate", title="Rotate image")
def rotate(
    image: Image,
    *,
    angle: Annotated[float, Range(-360.0, 360.0, step=90)] = 90.0,
    expand: bool = True,
    color: str = "#000000",
) -> Image:
    """Turn pictures.

    Args:
        angle: Degrees clockwise; multiples of 90 move whole pixels.
        expand: Make the picture large enough for the turned one, rather than cut it off.
        color: Of what comes into view.
    """
    from nodes.lib import colors
    from nodes.lib.pictures import resizing, turning

    x = resizing.planes(image)
    return resizing.picture(turning.rotated(x, angle, colors.rgb(color), expand=expand))


@node("image.size", title="Image size")
def size(image: Image) -> Sides:
    """Give the size of pictures as numbers, to drive other parameters with."""
    batch_size, height, width = image.pixels.shape[:3]
    return Sides(width, height, batch_size)
