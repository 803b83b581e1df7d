"""Pictures side by side, and the sizes that Flux kontext knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib import batches
from nodes.lib.pictures import resizing

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.types import Image

KONTEXT = (
    (672, 1568),
    (688, 1504),
    (720, 1456),
    (752, 1392),
    (800, 1328),
    (832, 1248),
    (880, 1184),
    (944, 1104),
    (1024, 1024),
    (1104, 944),
    (1184, 880),
    (1248, 832),
    (1328, 800),
    (1392, 752),
    (1456, 720),
    (1504, 688),
    (1568, 672),
)
"""Widths and heights it was trained with. Source: Labs et al. 2025, arXiv:2506.15742, and the
code they published."""


def nearest_of_kontext(width: int, height: int) -> tuple[int, int]:
    """Return the width and height that are nearest in shape, width by height."""
    return min(KONTEXT, key=lambda sides: abs(width / height - sides[0] / sides[1]))


def stitched(
    image: Image, other: Image, direction: str, *, match_size: bool, gap: tuple[int, Tensor]
) -> Tensor:
    """Lay two pictures side by side; (B, H, W, 3).

    Args:
        direction: Where the other one goes: right, left, up, down.
        match_size: Scale it so that the edges that meet are as long, else fill up with black.
        gap: How many pixels are between them, rounded up to an even number, and their color (3,).

    Raises:
        SizeError: Batches do not go together.
    """
    x, y = batches.together(resizing.planes(image), resizing.planes(other))
    across = direction in ("right", "left")
    meeting, along = (2, 3) if across else (3, 2)
    if match_size:
        y = _matched(y, x.shape[meeting], across=across)
    else:
        longest = max(x.shape[meeting], y.shape[meeting])
        x, y = (_filled(one, longest, meeting) for one in (x, y))
    width = gap[0] + gap[0] % 2
    shape = [len(x), 3, *x.shape[2:]]
    shape[along] = width
    between = gap[1].reshape(1, 3, 1, 1).expand(shape)
    parts = [x, between, y] if direction in ("right", "down") else [y, between, x]
    return torch.cat(parts, along).movedim(1, -1).clamp(0, 1).contiguous()


def _matched(y: Tensor, length: int, *, across: bool) -> Tensor:
    """Scale (B, 3, H, W) to a height, or to a width, and keep its shape."""
    height, width = y.shape[2:]
    other = max(int(length * width / height) if across else int(length * height / width), 1)
    return resizing.resized(y, *((other, length) if across else (length, other)), "lanczos")


def _filled(x: Tensor, length: int, axis: int) -> Tensor:
    """Put black margins about (B, 3, H, W), so that an axis has a length."""
    before = (length - x.shape[axis]) // 2
    after = length - x.shape[axis] - before
    margins = (0, 0, before, after) if axis == 2 else (before, after, 0, 0)
    return torch.nn.functional.pad(x, margins)
