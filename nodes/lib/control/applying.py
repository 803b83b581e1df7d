"""Conditions that a picture leads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodes.lib.control.leading import ControlError
from nodes.types import Conditioning, Control

if TYPE_CHECKING:
    from nodes.handles import ControlNet
    from nodes.types import Image

Sides = tuple[Conditioning, Conditioning | None]


def applied(
    sides: Sides, control_net: ControlNet, image: Image, strength: float, span: tuple[float, float]
) -> Sides:
    """Let a picture lead conditions, beside what leads them already.

    Args:
        sides: What shall be shown, and what not.
        control_net: The network that leads.
        image: What it follows.
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
    control = Control(control_net.part, image.pixels, strength, start, end)
    positive, negative = sides
    return _led(positive, control), None if negative is None else _led(negative, control)


def _led(conditioning: Conditioning, control: Control) -> Conditioning:
    return Conditioning(
        tuple(replace(entry, controls=(*entry.controls, control)) for entry in conditioning.entries)
    )
