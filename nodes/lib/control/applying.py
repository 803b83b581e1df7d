"""Conditions that a picture leads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.lib.control.seeing import ControlError
from nodes.types import Conditioning, Control

if TYPE_CHECKING:
    from nodes.handles import ControlNet, Vae
    from nodes.types import Image, Mask

Sides = tuple[Conditioning, Conditioning | None]


def control(
    control_net: ControlNet, image: Image, vae: Vae | None = None, mask: Mask | None = None
) -> Control:
    """Return a picture as what leads, all of the way.

    Args:
        control_net: The network that leads.
        image: What it follows.
        vae: Makes a latent of the picture, for networks that read one.
        mask: What is painted anew, for networks that read one.
    """
    covered = None if mask is None else mask.values
    return Control(control_net.part, image.pixels, kind=control_net.kind, vae=vae, mask=covered)


def applied(sides: Sides, lead: Control, strength: float, span: tuple[float, float]) -> Sides:
    """Let a picture lead conditions, beside what leads them already.

    Args:
        sides: What shall be shown, and what not.
        lead: What leads.
        strength: How much; at 0 nothing is changed.
        span: From which share of the way to which.

    Raises:
        ControlError: It would never count.
    """
    start, end = span
    if strength == 0:
        return sides
    if start >= end:
        raise ControlError(f"a control from {start} to {end} never counts; let it end later")
    control = replace(lead, strength=strength, start=start, end=end)
    positive, negative = sides
    return led(positive, control), None if negative is None else led(negative, control)


def led(conditioning: Conditioning, control: Control) -> Conditioning:
    """Let every text be led by one more control, behind those it has."""
    return conditioning.each(lambda entry: replace(entry, controls=(*entry.controls, control)))
