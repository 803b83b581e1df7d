"""Nodes that make masks, and change and combine them."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import MaskPath, Range, current, node
from nodes.ranges import Share
from nodes.types import Image, Mask

Side = Annotated[int, Range(1, 16384, step=8)]
Place = Annotated[int, Range(-16384, 16384)]
Channel = Literal["luminance", "red", "green", "blue", "brightest"]
LoadedChannel = Literal["luminance", "alpha", "red", "green", "blue", "brightest"]


@node("mask.load", title="Load mask")
def load(
    *, path: MaskPath = "", channel: LoadedChannel = "luminance", invert: bool = False
) -> Mask:
    """Load a mask from a picture that any editor painted (load image as mask).

    Args:
        path: A PNG, JPEG, WebP or other picture.
        channel: What of it: how bright it is, one of its channels, or ``alpha``, which is 1
            where it is transparent.
        invert: Exchange 0 and 1.
    """
    from nodes.lib import images, masks

    image, transparent = images.load(current().options.resolve(path))
    alpha = channel == "alpha"
    values = transparent.values if alpha else masks.from_channel(image.pixels, channel)
    return Mask(1 - values if invert else values)


@node("mask.paint", title="Painted mask")
def paint(
    image: Image,
    *,
    path: MaskPath = "",
    feather: Annotated[float, Range(0.0, 256.0, step=0.5)] = 0.0,
) -> Mask:
    """Give a mask that was painted by hand over a picture (mask editor).

    Args:
        path: The painted mask, as large as the picture and white where it is 1; without one
            nothing is masked.
        feather: Standard deviation of the Gaussian that softens its edges, in pixels.
    """
    from nodes.lib import images, masks

    size = image.pixels.shape[1:3]
    if not path:
        return Mask(image.pixels.new_zeros(1, *size))
    painted = images.load(current().options.resolve(path)).image.pixels
    return Mask(masks.blurred(masks.painted(painted, size), feather))


@node("mask.from_image", title="Mask from image")
def from_image(image: Image, *, channel: Channel = "luminance") -> Mask:
    """Make a mask of how bright a picture is, or of one of its channels (convert image to mask).

    Args:
        channel: Of ``luminance``, green counts most; ``brightest`` is the largest of the three.
    """
    from nodes.lib import masks

    return Mask(masks.from_channel(image.pixels, channel))


@node("mask.from_color", title="Mask from color")
def from_color(image: Image, *, color: str = "#ffffff", tolerance: Share = 0.1) -> Mask:
    """Make a mask of where a picture has a color.

    Args:
        color: ``#rrggbb``, or a name such as red.
        tolerance: How far each channel may be off.
    """
    from nodes.lib import colors, masks

    return Mask(masks.from_color(image.pixels, colors.rgb(color), tolerance))


@node("mask.threshold", title="Threshold mask")
def threshold(mask: Mask, *, level: Share = 0.5, softness: Share = 0.0) -> Mask:
    """Make a mask black and white.

    Args:
        level: From where on it is white.
        softness: How wide a ramp between black and white may be; 0 is none.
    """
    from nodes.lib import masks

    return Mask(masks.threshold(mask.values, level, softness))


@node("mask.invert", title="Invert mask")
def invert(mask: Mask) -> Mask:
    """Exchange inside and outside."""
    return Mask(1 - mask.values)


@node("mask.grow", title="Grow mask")
def grow(
    mask: Mask,
    *,
    pixels: Annotated[int, Range(-256, 256)] = 8,
    corners: Literal["round", "square", "diamond"] = "round",
) -> Mask:
    """Let a mask reach further, or shrink it (expand, dilate, erode).

    Args:
        pixels: How far; negative shrinks.
        corners: What a single pixel grows into.
    """
    from nodes.lib import masks

    return Mask(masks.grown(mask.values, pixels, corners))


@node("mask.feather", title="Feather mask")
def feather(mask: Mask, *, radius: Annotated[float, Range(0.0, 256.0, step=0.5)] = 8.0) -> Mask:
    """Soften a mask's edges (blur).

    Args:
        radius: Standard deviation of the Gaussian, in pixels.
    """
    from nodes.lib import masks

    return Mask(masks.blurred(mask.values, radius))


@node("mask.combine", title="Combine masks")
def combine(
    a: Mask,
    b: Mask,
    *,
    operation: Literal["union", "intersect", "subtract", "xor", "multiply", "add"] = "union",
) -> Mask:
    """Combine two masks of one size: union, intersect, subtract, xor (mask composite).

    Args:
        operation: Where either is; where both are; where the first is and the second is not;
            where exactly one is; their product; their sum.
    """
    from nodes.lib import masks

    return Mask(masks.combined(a.values, b.values, operation))


@node("mask.shape", title="Shape mask")
def shape(
    *,
    kind: Literal["rectangle", "ellipse"] = "rectangle",
    width: Side = 128,
    height: Side = 128,
    x: Place = 32,
    y: Place = 32,
    shape_width: Annotated[int, Range(0, 32768)] = 64,
    shape_height: Annotated[int, Range(0, 32768)] = 64,
) -> Mask:
    """Draw a mask: a rectangle or an ellipse (solid mask).

    Args:
        width: Of the mask, in pixels.
        height: Of the mask, in pixels.
        x: Where the shape begins, in pixels from the left.
        y: Where the shape begins, in pixels from the top.
        shape_width: In pixels.
        shape_height: In pixels.
    """
    from nodes.lib import masks
    from nodes.lib.pictures.resizing import Box

    return Mask(masks.shape(kind, width, height, Box(x, y, shape_width, shape_height)))


@node("mask.gradient", title="Gradient mask")
def gradient(
    *,
    kind: Literal["linear", "radial"] = "linear",
    width: Side = 128,
    height: Side = 128,
    angle: Annotated[float, Range(-360.0, 360.0, step=15)] = 0.0,
    start: Share = 0.0,
    end: Share = 1.0,
) -> Mask:
    """Draw a mask that goes from 0 to 1.

    Args:
        kind: ``linear`` across the picture; ``radial`` is 1 in the centre and 0 in the corners.
        width: In pixels.
        height: In pixels.
        angle: Degrees clockwise of a linear one: 0 rises to the right, 90 downwards.
        start: The share of the way across at which it begins to rise.
        end: Where it is 1.
    """
    from nodes.lib import masks

    return Mask(masks.gradient(kind, width, height, angle, (start, end)))


@node("mask.resize", title="Resize mask")
def resize(
    mask: Mask,
    *,
    width: Annotated[int, Range(0, 16384, step=8)] = 512,
    height: Annotated[int, Range(0, 16384, step=8)] = 0,
    method: Literal["nearest-exact", "bilinear", "bicubic", "area", "lanczos"] = "bilinear",
) -> Mask:
    """Bring a mask to a size.

    Args:
        width: In pixels; 0 keeps the shape.
        height: In pixels; 0 keeps the shape.
        method: How values are made from others.
    """
    from nodes.lib.pictures import resizing

    values = mask.values[:, None]
    sides = resizing.wanted(width, height, values.shape[3], values.shape[2])
    return Mask(resizing.resized(values, *sides, method)[:, 0].clamp(0, 1).contiguous())


@node("mask.to_image", title="Mask to image")
def to_image(mask: Mask) -> Image:
    """Show a mask as a picture, white where it is 1 (convert mask to image)."""
    return Image(mask.values[..., None].repeat(1, 1, 1, 3))
