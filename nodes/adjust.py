"""Nodes that change the light, colour and sharpness of pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.ranges import Share
from nodes.types import Image

Factor = Annotated[float, Range(0.0, 10.0, step=0.05)]
Gamma = Annotated[float, Range(0.05, 20.0, step=0.05)]
Radius = Annotated[float, Range(0.0, 200.0, step=0.5)]


@node("image.adjust", title="Adjust image")
def adjust(
    image: Image,
    *,
    brightness: Factor = 1.0,
    contrast: Factor = 1.0,
    saturation: Factor = 1.0,
    hue: Annotated[float, Range(-360.0, 360.0, step=5)] = 0.0,
    gamma: Gamma = 1.0,
    exposure: Annotated[float, Range(-10.0, 10.0, step=0.1)] = 0.0,
) -> Image:
    """Adjust brightness, contrast, saturation, hue, gamma and exposure (color correct).

    Args:
        brightness: Factor of every pixel.
        contrast: Factor of the distance from the mean; 0 is all grey.
        saturation: Factor of the distance from grey; 0 is black and white.
        hue: Degrees around the color wheel.
        gamma: Above 1 lightens what is neither black nor white.
        exposure: Stops of light; 1 is twice as much.
    """
    from nodes.lib.pictures import adjusting

    wanted = adjusting.Adjustment(exposure, gamma, brightness, contrast, saturation, hue)
    return Image(adjusting.adjusted(image.pixels, wanted))


@node("image.levels", title="Levels")
def levels(
    image: Image,
    *,
    black: Share = 0.0,
    white: Share = 1.0,
    gamma: Gamma = 1.0,
    out_black: Share = 0.0,
    out_white: Share = 1.0,
) -> Image:
    """Say which values become black and white, and what black and white become.

    Args:
        black: What becomes black.
        white: What becomes white.
        gamma: Above 1 lightens what is between.
        out_black: What black becomes.
        out_white: What white becomes; below out_black the picture turns into its negative.
    """
    from nodes.lib.pictures import adjusting

    wanted = adjusting.Levels(black, white, gamma, out_black, out_white)
    return Image(adjusting.levelled(image.pixels, wanted))


@node("image.invert", title="Invert image")
def invert(image: Image) -> Image:
    """Turn pictures into their negatives."""
    return Image(1 - image.pixels)


@node("image.posterize", title="Posterize")
def posterize(image: Image, *, levels: Annotated[int, Range(2, 256)] = 4) -> Image:
    """Leave only a few values of each channel (quantize).

    Args:
        levels: How many.
    """
    from nodes.lib.pictures import adjusting

    return Image(adjusting.posterized(image.pixels, levels))


@node("image.blur", title="Blur image")
def blur(
    image: Image, *, kind: Literal["gaussian", "box", "median"] = "gaussian", radius: Radius = 2.0
) -> Image:
    """Blur pictures.

    Args:
        kind: ``gaussian`` is soft, ``box`` the mean of a square, ``median`` keeps edges.
        radius: In pixels; of ``gaussian`` the standard deviation.
    """
    from nodes.lib.pictures import adjusting

    return Image(adjusting.blurred(image.pixels, kind, radius))


@node("image.sharpen", title="Sharpen image")
def sharpen(
    image: Image,
    *,
    radius: Radius = 1.0,
    amount: Annotated[float, Range(0.0, 20.0, step=0.1)] = 1.0,
    threshold: Share = 0.0,
) -> Image:
    """Sharpen pictures by an unsharp mask.

    Args:
        radius: How fine what is sharpened is, in pixels.
        amount: How much.
        threshold: Differences up to it are left alone, so that grain is not sharpened.
    """
    from nodes.lib.pictures import adjusting

    return Image(adjusting.sharpened(image.pixels, radius, amount, threshold))


@node("image.canny", title="Canny edges")
def canny(image: Image, *, low: Share = 0.4, high: Share = 0.8) -> Image:
    """Draw the edges of pictures white on black, as ControlNets read them.

    Args:
        low: How steep an edge must be to go on.
        high: How steep an edge must be to begin.
    """
    from nodes.lib.pictures import adjusting

    return Image(adjusting.edges(image.pixels, low, high))
