"""Sizes: how pictures, masks and latents come to another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import PIL.Image
import torch

from nodes.lib.latents import SizeError
from nodes.types import Image

if TYPE_CHECKING:
    from torch import Tensor

Method = Literal["nearest-exact", "bilinear", "bicubic", "area", "lanczos", "bislerp"]
Fit = Literal["stretch", "crop", "fit", "pad"]

MEGAPIXEL = 1024**2
MAX_SIDE = 16384


class Box(NamedTuple):
    """A part of a picture, in pixels."""

    left: int
    top: int
    width: int
    height: int


def planes(image: Image) -> Tensor:
    """Return pictures channel by channel: (B, 3, H, W)."""
    return image.pixels.movedim(-1, 1)


def picture(x: Tensor) -> Image:
    """Return pictures of (B, 3, H, W), clipped to 0 to 1."""
    return Image(x.movedim(1, -1).clamp(0, 1).contiguous())


def resized(x: Tensor, width: int, height: int, method: str) -> Tensor:
    """Resample (B, C, h, w) to (B, C, height, width), float32; corners of pixels are aligned.

    Nothing is smoothed before it is made smaller, except by ``area``, which takes means, and
    ``lanczos``, whose kernel widens (three lobes, Pillow's, in floating point). ``bislerp`` turns
    the vectors of channels: see ``bislerp``.

    Raises:
        SizeError: The size is none, or too large.
    """
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise SizeError(f"{width} x {height} is no size; use sides from 1 to {MAX_SIDE}")
    if tuple(x.shape[2:]) == (height, width):
        return x
    if method == "lanczos":
        return _lanczos(x, width, height)
    if method == "bislerp":
        return bislerp(x, width, height)
    return torch.nn.functional.interpolate(x, (height, width), mode=method)


def _lanczos(x: Tensor, width: int, height: int) -> Tensor:
    planes = x.detach().cpu().reshape(-1, *x.shape[2:]).numpy()
    size = (width, height)
    done = [np.asarray(PIL.Image.fromarray(one).resize(size, PIL.Image.LANCZOS)) for one in planes]
    return torch.from_numpy(np.stack(done)).reshape(*x.shape[:2], height, width).to(x.device)


def bislerp(x: Tensor, width: int, height: int) -> Tensor:
    """Resample (B, C, h, w), along rows and then columns, by turning the vectors of channels.

    Between two cells the length of the vector is interpolated linearly and its direction along
    the arc (slerp), so that latents between two unlike ones do not become weak.
    Source: Shoemake 1985, "Animating rotation with quaternion curves" (slerp).
    """
    rows = _bislerp_last(x, width)
    return _bislerp_last(rows.transpose(2, 3), height).transpose(2, 3).contiguous()


def _bislerp_last(x: Tensor, count: int) -> Tensor:
    old = x.shape[-1]
    place = ((torch.arange(count, device=x.device) + 0.5) * (old / count) - 0.5).clamp(0, old - 1)
    below = place.floor().long()
    above = (below + 1).clamp(max=old - 1)
    return slerp(x[..., below], x[..., above], place - below, dim=1)


def slerp(a: Tensor, b: Tensor, share: Any, dim: int | tuple[int, ...]) -> Tensor:
    """Go from a to b: lengths linearly, directions along the arc.

    Opposite directions, of which no arc is the shortest, are gone between linearly.

    Args:
        a: Any tensor.
        b: One of the same shape.
        share: How far, 0 to 1; a number, or a tensor that broadcasts.
        dim: The axes that make up one vector.
    """
    lengths = [torch.linalg.vector_norm(one, dim=dim, keepdim=True) for one in (a, b)]
    ends = [one / length.clamp(min=1e-12) for one, length in zip((a, b), lengths, strict=True)]
    cosine = (ends[0] * ends[1]).sum(dim, keepdim=True)
    angle = cosine.clamp(-1, 1).acos()
    straight = (cosine.abs() > 1 - 1e-5) | (lengths[0] * lengths[1] == 0)
    sine = torch.where(straight, 1.0, angle.sin())
    first = ((1 - share) * angle).sin() / sine
    second = (share * angle).sin() / sine
    length = lengths[0] * (1 - share) + lengths[1] * share
    turned = (ends[0] * first + ends[1] * second) * length
    return torch.where(straight, a * (1 - share) + b * share, turned)


def wanted(width: int, height: int, old_width: int, old_height: int) -> tuple[int, int]:
    """Fill in sides that are 0, so that the shape is kept.

    Raises:
        SizeError: Both are 0.
    """
    if not width and not height:
        raise SizeError("width and height are both 0; set at least one of them")
    keep_width = max(round(old_width * height / old_height), 1)
    keep_height = max(round(old_height * width / old_width), 1)
    return width or keep_width, height or keep_height


def sides_of_area(width: int, height: int, megapixels: float) -> tuple[int, int]:
    """Return the sides of the same shape with int(megapixels * 1024**2) pixels in all."""
    scale = (int(megapixels * MEGAPIXEL) / (width * height)) ** 0.5
    return max(round(width * scale), 1), max(round(height * scale), 1)


def centred(old_width: int, old_height: int, width: int, height: int) -> Box:
    """Return the largest part about the centre that has the shape of width x height."""
    across = old_width / old_height
    shape = width / height
    left = round((old_width - old_width * (shape / across)) / 2) if across > shape else 0
    top = round((old_height - old_height * (across / shape)) / 2) if across < shape else 0
    return Box(left, top, old_width - 2 * left, old_height - 2 * top)


def inside(old_width: int, old_height: int, width: int, height: int) -> tuple[int, int]:
    """Return the largest sides of the old shape that fit into width x height."""
    scale = min(width / old_width, height / old_height)
    sides = (old_width * scale, width), (old_height * scale, height)
    across, down = (min(max(round(side), 1), most) for side, most in sides)
    return across, down


def fitted(x: Tensor, width: int, height: int, method: str, fit: str, fill: Tensor) -> Tensor:
    """Bring (B, C, h, w) to a size, or into it.

    Args:
        x: What.
        width: Of the result.
        height: Of the result.
        method: How it is resampled.
        fit: ``stretch`` changes the shape, ``crop`` takes the centre, ``fit`` stays within the
            size and keeps the shape, ``pad`` does so and fills the rest.
        fill: (C,) what ``pad`` fills with.
    """
    old_height, old_width = x.shape[2:]
    if fit == "crop":
        left, top, across, down = centred(old_width, old_height, width, height)
        x = x[:, :, top : top + down, left : left + across]
    if fit not in ("fit", "pad"):
        return resized(x, width, height, method)
    small = resized(x, *inside(old_width, old_height, width, height), method)
    return small if fit == "fit" else padded(small, width, height, fill)


def padded(x: Tensor, width: int, height: int, fill: Tensor) -> Tensor:
    """Lay (B, C, h, w) in the middle of a larger (B, C, height, width) of one colour, (C,)."""
    whole = fill.to(x).view(1, -1, 1, 1).repeat(x.shape[0], 1, height, width)
    top, left = (height - x.shape[2]) // 2, (width - x.shape[3]) // 2
    whole[:, :, top : top + x.shape[2], left : left + x.shape[3]] = x
    return whole
