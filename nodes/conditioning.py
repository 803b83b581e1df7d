"""Nodes that join, mix, place and time texts once they are read."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.ranges import Pixels, Share
from nodes.types import Conditioning, Mask

Strength = Annotated[float, Range(0.0, 10.0, step=0.05)]
Side = Annotated[int, Range(8, 16384, step=8)]


@node("conditioning.combine", title="Combine conditioning")
def combine(*conditioning: Conditioning) -> Conditioning:
    """Let several texts count: each is predicted by itself, and the predictions are averaged.

    Args:
        conditioning: As many as you like.
    """
    from nodes.lib import conditioning as lib

    return lib.combined(conditioning)


@node("conditioning.concat", title="Concatenate conditioning")
def concat(conditioning: Conditioning, then: Conditioning) -> Conditioning:
    """Let the network read two texts as one long one, in a single prediction.

    Args:
        conditioning: What comes first.
        then: What is put behind each of its texts: the first of these.
    """
    from nodes.lib import conditioning as lib

    return lib.concatenated(conditioning, then)


@node("conditioning.average", title="Average conditioning")
def average(
    conditioning: Conditioning, other: Conditioning, *, strength: Share = 0.5
) -> Conditioning:
    """Mix two texts, token by token: strength of the one, the rest of the other.

    Args:
        conditioning: Its length stays.
        other: Cut to that length, or filled up with zeros.
        strength: The first one's share.
    """
    from nodes.lib import conditioning as lib

    return lib.averaged(conditioning, other, strength)


@node("conditioning.interpolate", title="Interpolate conditioning")
def interpolate(
    first: Conditioning,
    second: Conditioning,
    *,
    amount: Share = 0.5,
    method: Literal["linear", "spherical"] = "linear",
) -> Conditioning:
    """Go from one text to another, as for a morph.

    Args:
        first: Where amount is 0.
        second: Where amount is 1.
        amount: How far.
        method: ``linear`` goes straight; ``spherical`` turns each token's vector, so that it keeps
            its length on the way.
    """
    from nodes.lib import conditioning as lib

    blend = lib.slerp if method == "spherical" else lib.lerp
    return lib.interpolated(first, second, amount, blend)


@node("conditioning.area", title="Conditioning area")
def area(
    conditioning: Conditioning,
    *,
    x: Pixels = 0,
    y: Pixels = 0,
    width: Side = 64,
    height: Side = 64,
    strength: Strength = 1.0,
) -> Conditioning:
    """Let a text count in a rectangle of the picture only, in pixels; edges fade inside it.

    The network is shown that part of the picture alone; the negative is answered there too.
    Combine it with a text for the whole picture, or with one for the rest of it.

    Args:
        x: Of its left edge.
        y: Of its top edge.
        width: Of the rectangle.
        height: Of the rectangle.
        strength: How much it counts beside others that count there.
    """
    from nodes.lib import conditioning as lib

    where = {"unit": "pixels", "x": x, "y": y, "width": width, "height": height}
    return lib.stronger(lib.told(conditioning, area=where), strength)


@node("conditioning.area_percentage", title="Conditioning area, in shares")
def area_percentage(
    conditioning: Conditioning,
    *,
    x: Share = 0.0,
    y: Share = 0.0,
    width: Share = 0.5,
    height: Share = 1.0,
    strength: Strength = 1.0,
) -> Conditioning:
    """Let a text count in a rectangle of the picture only, whatever the picture's size.

    Args:
        x: Of its left edge, 0 to 1 of the picture's width.
        y: Of its top edge, 0 to 1 of the picture's height.
        width: 0 to 1 of the picture's.
        height: 0 to 1 of the picture's.
        strength: How much it counts beside others that count there.
    """
    from nodes.lib import conditioning as lib

    where = {"unit": "share", "x": x, "y": y, "width": width, "height": height}
    return lib.stronger(lib.told(conditioning, area=where), strength)


@node("conditioning.mask", title="Conditioning mask")
def mask(conditioning: Conditioning, mask: Mask, *, strength: Strength = 1.0) -> Conditioning:
    """Let a text count where a mask is bright; the network still sees the whole picture.

    Args:
        mask: Of any size; it is scaled to the picture's.
        strength: How much it counts beside others that count there.
    """
    from nodes.lib import conditioning as lib

    return lib.stronger(lib.masked(conditioning, mask.values), strength)


@node("conditioning.timestep_range", title="Conditioning time range")
def timestep_range(
    conditioning: Conditioning, *, start: Share = 0.0, end: Share = 1.0
) -> Conditioning:
    """Let a text count during a part of the way only: early for the layout, late for the details.

    Args:
        start: 0 is pure noise; in the network's time, not in steps.
        end: 1 is the finished picture.
    """
    from nodes.lib import conditioning as lib

    return lib.timed(conditioning, start, end)


@node("conditioning.strength", title="Conditioning strength")
def strength(conditioning: Conditioning, *, strength: Strength = 1.0) -> Conditioning:
    """Let texts count more or less beside others that they are combined with.

    Args:
        strength: Times as much; at 0 it is never evaluated.
    """
    from nodes.lib import conditioning as lib

    return lib.stronger(conditioning, strength)


@node("conditioning.zero_out", title="Zero out conditioning")
def zero_out(conditioning: Conditioning) -> Conditioning:
    """Put zeros in the place of a text: what some models read where nothing is asked."""
    from nodes.lib import conditioning as lib

    return lib.zeroed(conditioning)


@node("conditioning.size", title="SDXL size")
def size(
    conditioning: Conditioning,
    *,
    width: Side = 1024,
    height: Side = 1024,
    crop_x: Pixels = 0,
    crop_y: Pixels = 0,
    target_width: Side = 1024,
    target_height: Side = 1024,
) -> Conditioning:
    """Tell SDXL of what picture this one is a part; without, it is told the picture's own size.

    Args:
        width: Of the picture before it was cropped; small ones look blurred.
        height: Of the same.
        crop_x: How far from its left edge it was cropped; 0 keeps things in the middle.
        crop_y: How far from its top edge.
        target_width: Of the picture that is wanted.
        target_height: Of the same.
    """
    from nodes.lib import conditioning as lib

    return lib.told(conditioning, size=[height, width, crop_y, crop_x, target_height, target_width])


@node("conditioning.aesthetic", title="SDXL refiner score")
def aesthetic(
    conditioning: Conditioning, *, score: Annotated[float, Range(0.0, 10.0, step=0.5)] = 6.0
) -> Conditioning:
    """Tell SDXL's refiner how pleasing the picture shall be.

    Args:
        score: Of 10; 6 suits the prompt, 2.5 the negative one.
    """
    from nodes.lib import conditioning as lib

    return lib.told(conditioning, aesthetic=score)


@node("conditioning.guidance", title="Flux guidance")
def guidance(
    conditioning: Conditioning, *, guidance: Annotated[float, Range(0.0, 100.0, step=0.5)] = 3.5
) -> Conditioning:
    """Tell Flux how closely to follow the text; it was distilled with that, and wants cfg 1.

    Args:
        guidance: 3.5 is its own.
    """
    from nodes.lib import conditioning as lib

    return lib.told(conditioning, guidance=guidance)
