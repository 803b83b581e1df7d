"""Nodes that put pictures together, write on them and compare them."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Multiline, Range, node
from nodes.ranges import Share
from nodes.types import Image, Mask

Mode = Literal[
    "normal",
    "multiply",
    "screen",
    "overlay",
    "soft_light",
    "hard_light",
    "color_dodge",
    "color_burn",
    "darken",
    "lighten",
    "difference",
    "exclusion",
    "add",
    "subtract",
]
Where = Literal[
    "top left",
    "top",
    "top right",
    "left",
    "center",
    "right",
    "bottom left",
    "bottom",
    "bottom right",
]
Place = Annotated[int, Range(-16384, 16384)]


class Compared(NamedTuple):
    """Two pictures in one, and how far apart they are."""

    image: Image
    mse: float
    psnr: float
    ssim: float


@node("image.blend", title="Blend images")
def blend(
    under: Image,
    over: Image,
    mask: Mask | None = None,
    *,
    mode: Mode = "normal",
    amount: Share = 0.5,
) -> Image:
    """Blend two pictures of one size: multiply, screen, overlay, difference and others.

    Args:
        under: The lower picture.
        over: The upper one.
        mask: Where it counts; everywhere if there is none.
        mode: How their values combine.
        amount: How much of that counts; 0 is the lower picture alone.
    """
    from nodes.lib.pictures import composing

    area = None if mask is None else mask.values
    return Image(composing.blended(under.pixels, over.pixels, area, mode, amount))


@node("image.composite", title="Composite images")
def composite(
    under: Image, over: Image, mask: Mask | None = None, *, x: Place = 0, y: Place = 0
) -> Image:
    """Lay one picture over another, by a mask (paste, image composite masked).

    Args:
        under: What keeps its size.
        over: What is laid over it; what reaches over the edges is cut off.
        mask: Where it counts; everywhere if there is none.
        x: Pixels from the left.
        y: Pixels from the top.
    """
    from nodes.lib.pictures import composing

    return composing.composited(under, over, mask, x, y)


@node("image.solid", title="Solid image")
def solid(
    *,
    color: str = "#808080",
    width: Annotated[int, Range(1, 16384, step=8)] = 128,
    height: Annotated[int, Range(1, 16384, step=8)] = 128,
    batch_size: Annotated[int, Range(1, 4096)] = 1,
) -> Image:
    """Give a picture of one color (empty image, color fill).

    Args:
        color: ``#rrggbb``, or a name such as red.
        width: In pixels.
        height: In pixels.
        batch_size: How many of them.
    """
    from nodes.lib import colors

    return Image(colors.rgb(color).repeat(batch_size, height, width, 1))


@node("image.draw_text", title="Draw text")
def draw_text(
    image: Image,
    *,
    text: Multiline = "",
    size: Annotated[float, Range(4.0, 2000.0, step=1)] = 24.0,
    place: Where = "bottom",
    margin: Annotated[int, Range(0, 8192)] = 8,
    color: str = "#ffffff",
    outline: Annotated[int, Range(0, 100)] = 2,
    outline_color: str = "#000000",
) -> Image:
    """Write a text on pictures (caption, label, watermark).

    Args:
        text: One or more lines.
        size: Of the letters, in pixels.
        place: Where on the picture.
        margin: Pixels from the edges.
        color: Of the letters.
        outline: How wide a line goes around the letters, in pixels.
        outline_color: Of that line.
    """
    from nodes.lib import colors
    from nodes.lib.pictures import lettering

    words = lettering.Words(text, size, place, margin, outline)
    found = lettering.written(words, image.pixels.shape[2], image.pixels.shape[1])
    inks = colors.rgb(color), colors.rgb(outline_color)
    return Image(lettering.over(image.pixels, found, *inks))


@node("image.compare", title="Compare images")
def compare(
    a: Image,
    b: Image,
    *,
    mode: Literal["side_by_side", "split", "difference"] = "side_by_side",
    gain: Annotated[float, Range(0.0, 1000.0, step=1)] = 1.0,
    share: Share = 0.5,
) -> Compared:
    """Compare two pictures of one size, to the eye and in numbers: mse, psnr, ssim.

    Args:
        mode: Both side by side, the one left and the other right of a line, or their difference.
        gain: Factor of the difference, so that small ones show.
        share: Where the line is, from 0, left, to 1.
    """
    from nodes.lib.pictures import comparing

    image = Image(comparing.shown(a.pixels, b.pixels, mode, gain, share))
    return Compared(image, *comparing.numbers(*comparing.alike(a.pixels, b.pixels)))
