"""Parts, margins and turns of pictures, (B, C, H, W)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.pictures.resizing import Box


def cropped(x: Tensor, box: Box) -> Tensor:
    """Cut a part out.

    Raises:
        SizeError: It reaches over the edges.
    """
    height, width = x.shape[2:]
    if box.left + box.width > width or box.top + box.height > height:
        raise SizeError(
            f"{box.width} x {box.height} pixels from {box.left}, {box.top} reach over the edge of "
            f"a picture of {width} x {height}; choose a part within it, or pad it first"
        )
    return x[:, :, box.top : box.top + box.height, box.left : box.left + box.width]


def padded(x: Tensor, margins: tuple[int, int, int, int], kind: str, fill: Tensor) -> Tensor:
    """Add margins.

    Args:
        x: What.
        margins: Left, top, right, bottom.
        kind: ``color``, ``edge`` repeats the outermost pixels, ``mirror`` reflects at them.
        fill: (C,) the colour.

    Raises:
        SizeError: There is not enough to reflect.
    """
    left, top, right, bottom = margins
    height, width = x.shape[2:]
    if kind == "color":
        size = height + top + bottom, width + left + right
        whole = fill.to(x).view(1, -1, 1, 1).repeat(len(x), 1, *size)
        whole[:, :, top : top + height, left : left + width] = x
        return whole
    if kind == "mirror" and (max(left, right) >= width or max(top, bottom) >= height):
        raise SizeError(
            f"a picture of {width} x {height} cannot be mirrored into larger margins; use smaller "
            "ones, or edge"
        )
    mode = {"edge": "replicate", "mirror": "reflect"}[kind]
    return torch.nn.functional.pad(x, (left, right, top, bottom), mode=mode)


def rotated(x: Tensor, degrees: float, fill: Tensor, *, expand: bool) -> Tensor:
    """Turn clockwise about the centre; exactly at multiples of 90, bicubic between.

    Args:
        x: What.
        degrees: How far.
        fill: (C,) the colour of what comes into view.
        expand: Make the picture as large as the turned one, rather than cut it off.
    """
    quarters = degrees / 90
    if quarters == round(quarters) and (expand or round(quarters) % 2 == 0):
        return torch.rot90(x, round(quarters), (-1, -2))
    height, width = x.shape[2:]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -degrees, 1.0)
    size = _box(width, height, degrees) if expand else (width, height)
    matrix[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    border = tuple(float(one) for one in fill)
    turned = [
        cv2.warpAffine(
            np.ascontiguousarray(one.movedim(0, -1).cpu().numpy()),
            matrix,
            size,
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=border,
        )
        for one in x
    ]
    stacked = torch.from_numpy(np.stack(turned)).reshape(len(x), size[1], size[0], -1)
    return stacked.movedim(-1, 1).to(x)


def _box(width: int, height: int, degrees: float) -> tuple[int, int]:
    """Return the sides of what a turned picture fits into."""
    cosine, sine = (abs(one(math.radians(degrees))) for one in (math.cos, math.sin))
    across, down = width * cosine + height * sine, width * sine + height * cosine
    return math.ceil(across - 1e-6), math.ceil(down - 1e-6)
