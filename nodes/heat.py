"""Nodes that show numbers as colours, and say them."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, node
from nodes.types import Image, Latent, Mask

ColorMap = Literal["inferno", "magma", "viridis", "turbo", "gray"]
Share = Annotated[float, Range(0.0, 1.0, step=0.05)]
Level = Annotated[float, Range(-1000.0, 1000.0, step=0.1)]


class Statistics(NamedTuple):
    """What stands in a mask.

    Attributes:
        mean: Of all numbers.
        deviation: Their standard deviation.
        smallest: The least.
        largest: The greatest.
        covered: The share of what is above the level.
    """

    mean: float
    deviation: float
    smallest: float
    largest: float
    covered: float


@node("image.heat", title="Heat map")
def heat(
    masks: list[Mask],
    images: list[Image] | None = None,
    *,
    color_map: ColorMap = "inferno",
    opacity: Share = 0.65,
    low: Level = 0.0,
    high: Level = 0.0,
) -> Image:
    """Show masks as heat, alone or over pictures: attention, guidance, differences.

    All of them are on one scale, so that they can be compared; they come as a batch.

    Args:
        masks: A mask, or the list that a zone collected.
        images: One for all masks, or one each; shown in grey beneath.
        color_map: By its name in matplotlib.
        opacity: How much of the heat shows, where there is a picture.
        low: What gets the first colour.
        high: What gets the last; 0 is the greatest of all numbers.
    """
    from nodes.lib import heat as lib

    colors = lib.heat(masks, color_map, low, high)
    return Image(colors if images is None else lib.over(images, colors, opacity))


@node("mask.statistics", title="Mask statistics")
def statistics(mask: Mask, *, level: Share = 0.5) -> Statistics:
    """Say what stands in a mask: its mean, its extremes, and how much it covers.

    Args:
        level: What is above it counts as covered.
    """
    from nodes.lib import heat as lib

    return Statistics(*lib.statistics(mask, level))


@node("latent.channels", title="Latent channels")
def channels(
    latent: Latent, *, scale: Annotated[int, Range(1, 64)] = 8, limit: Level = 0.0
) -> Image:
    """Show each channel of a latent as a picture: red above zero, blue below.

    Args:
        latent: One or several; they come one after another, channel by channel.
        scale: Pixels a cell is wide.
        limit: What is full red; 0 is the greatest of all numbers.
    """
    from nodes.lib import heat as lib

    return Image(lib.channels(latent, scale, limit))
