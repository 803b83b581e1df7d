"""Masks: made from pictures and shapes, grown, softened and combined; all are (B, H, W)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from nodes.lib import batches
from nodes.lib.latents import SizeError
from nodes.lib.pictures import resizing

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

LUMINANCE = (0.299, 0.587, 0.114)
"""How bright red, green and blue are. Source: ITU-R BT.601."""


def over(mask: Tensor, samples: Tensor) -> Tensor:
    """Bring a mask to the cells of a latent, bilinearly: (B, 1, h, w) for (B, C, h, w).

    Raises:
        SizeError: There are neither one mask nor as many as latents.
    """
    check_count(mask, samples)
    cells = resizing.resized(mask[:, None], samples.shape[3], samples.shape[2], "bilinear")
    return cells.expand(len(samples), -1, -1, -1)


def check_count(mask: Tensor, samples: Tensor) -> None:
    """Refuse a mask of another batch than a latent's.

    Raises:
        SizeError: There are neither one mask nor as many as latents.
    """
    if len(mask) not in (1, len(samples)):
        raise SizeError(
            f"there are {len(mask)} masks for {len(samples)} latents; give one, or one for each"
        )


def from_channel(pixels: Tensor, channel: str) -> Tensor:
    """Read a mask off (B, H, W, 3): a channel, the luminance (BT.601) or the brightest channel."""
    if channel == "luminance":
        return pixels @ pixels.new_tensor(LUMINANCE)
    if channel == "brightest":
        return pixels.amax(-1)
    return pixels[..., ("red", "green", "blue").index(channel)].contiguous()


def painted(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Read a mask that was painted for a picture of a size (height, width); exact where it is grey.

    Raises:
        SizeError: It was painted for a picture of another size.
    """
    height, width = pixels.shape[1:3]
    if (height, width) != tuple(size):
        raise SizeError(
            f"the mask was painted for a picture of {width} x {height} pixels, and this one has "
            f"{size[1]} x {size[0]}; open Paint mask and keep it, which brings it to this size"
        )
    return from_channel(pixels, "brightest")


def from_color(pixels: Tensor, color: Tensor, tolerance: float) -> Tensor:
    """Return 1 where (B, H, W, 3) is within the tolerance of a color, (3,), in every channel."""
    apart = (pixels - color.to(pixels)).abs().amax(-1)
    return (apart <= tolerance + 1e-6).float()  # an 8 bit color is its float32 up to rounding


def threshold(values: Tensor, level: float, softness: float) -> Tensor:
    """Return 1 from the level upwards and 0 below, with a straight ramp about it.

    Args:
        values: (B, H, W).
        level: Half way up.
        softness: How wide the ramp is, in values; 0 is a hard edge.
    """
    if softness == 0:
        return (values >= level).float()
    return ((values - level) / softness + 0.5).clamp(0, 1)


def grown(values: Tensor, pixels: int, corners: str) -> Tensor:
    """Let areas reach further by a number of pixels, or less far where it is negative.

    Args:
        values: (B, H, W).
        pixels: How far.
        corners: ``round``, ``square`` or ``diamond``: the shape a single pixel grows into.
    """
    import cv2  # which a walk, that looks for masks in latents, need not wait for

    if pixels == 0:
        return values
    reach = abs(pixels)
    down, across = np.ogrid[-reach : reach + 1, -reach : reach + 1]
    distance = {
        "round": np.sqrt(down**2 + across**2),
        "square": np.maximum(abs(down), abs(across)),
        "diamond": abs(down) + abs(across),
    }[corners]
    kernel = (distance <= reach).astype(np.uint8)
    change = cv2.dilate if pixels > 0 else cv2.erode
    return each(values, lambda one: change(one, kernel))


def blurred(values: Tensor, radius: float) -> Tensor:
    """Soften (B, H, W) by a Gaussian of that standard deviation in pixels."""
    import cv2

    if radius == 0:
        return values
    return each(values, lambda one: cv2.GaussianBlur(one, (0, 0), radius)).clamp(0, 1)


def each(values: Tensor, change: Callable[..., np.ndarray]) -> Tensor:
    """Change every picture of a batch, (B, H, W) or (B, H, W, C), by a function of OpenCV's."""
    done = [change(np.ascontiguousarray(one)) for one in values.detach().cpu().numpy()]
    return torch.from_numpy(np.stack(done)).reshape(values.shape).to(values)


def combined(a: Tensor, b: Tensor, operation: str) -> Tensor:
    """Combine two masks, (B, H, W), by the fuzzy logic of minimum and maximum.

    ``union`` max(a, b), ``intersect`` min(a, b), ``subtract`` min(a, 1 - b), ``xor`` |a - b|,
    ``multiply`` a * b, ``add`` min(a + b, 1).
    Source: Zadeh 1965, "Fuzzy sets" (union, intersection, complement).

    Raises:
        SizeError: They differ in size.
    """
    batches.one_size((a, b), (1, 2), "masks")
    first, second = batches.together(a, b)
    return {
        "union": lambda: torch.maximum(first, second),
        "intersect": lambda: torch.minimum(first, second),
        "subtract": lambda: torch.minimum(first, 1 - second),
        "xor": lambda: (first - second).abs(),
        "multiply": lambda: first * second,
        "add": lambda: (first + second).clamp(max=1),
    }[operation]()


def shape(kind: str, width: int, height: int, box: resizing.Box) -> Tensor:
    """Draw a filled shape, (1, height, width); each pixel is the share of it that is covered.

    Args:
        kind: ``rectangle`` or ``ellipse``, within the box.
        width: Of the mask.
        height: Of the mask.
        box: May reach over the edges.
    """
    if kind == "rectangle":
        down = _covered(height, box.top, box.height)
        return (down[:, None] * _covered(width, box.left, box.width))[None]
    if not box.width or not box.height:
        return torch.zeros(1, height, width)
    down = (torch.arange(height) + 0.5 - box.top - box.height / 2) / (box.height / 2)
    across = (torch.arange(width) + 0.5 - box.left - box.width / 2) / (box.width / 2)
    radius = (down[:, None] ** 2 + across**2).sqrt()
    pixel = min(box.width, box.height) / 2
    return ((1 - radius) * pixel + 0.5).clamp(0, 1)[None]


def _covered(length: int, start: int, size: int) -> Tensor:
    place = torch.arange(length)
    return ((place >= start) & (place < start + size)).float()


def gradient(kind: str, width: int, height: int, angle: float, span: tuple[float, float]) -> Tensor:
    """Draw a ramp from 0 to 1, (1, height, width).

    Args:
        kind: ``linear`` rises towards the angle, ``radial`` falls from the centre.
        width: Of the mask.
        height: Of the mask.
        angle: Degrees clockwise; 0 rises to the right, 90 downwards.
        span: Between which shares of the way across, or from the centre to a corner, it changes.
    """
    down = (torch.arange(height) + 0.5 - height / 2)[:, None]
    across = torch.arange(width) + 0.5 - width / 2
    if kind == "radial":
        way = 1 - (down**2 + across**2).sqrt() / math.hypot(width / 2, height / 2)
    else:
        x, y = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        reach = abs(x) * width + abs(y) * height
        way = (across * x + down * y) / reach + 0.5
    start, end = span
    return ((way - start) / max(end - start, 1e-6)).clamp(0, 1).expand(height, width)[None].clone()
