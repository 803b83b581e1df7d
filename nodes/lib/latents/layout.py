"""Where things are in a latent: its size, its parts, the way it faces. Its mask follows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from nodes.lib import masks
from nodes.lib.latents import SizeError
from nodes.lib.pictures import composing, resizing

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from nodes.types import Latent

CELL = 8
"""Pixels a cell is wide, in every model that makes pictures here."""

LEAST = 64
"""Pixels a latent's sides have at least after it was brought to a size."""


def resized(latent: Latent, width: int, height: int, method: str) -> Latent:
    """Bring a latent to the size of pictures of width x height pixels, at least 64.

    A side of 0 keeps the shape.
    """
    old_height, old_width = (side * CELL for side in latent.samples.shape[2:])
    sides = resizing.wanted(width, height, old_width, old_height)
    across, down = (max(side, LEAST) // CELL for side in sides)
    return replace(latent, samples=resizing.resized(latent.samples, across, down, method))


def scaled(latent: Latent, factor: float, method: str) -> Latent:
    """Scale a latent; its sides are round(side * factor) cells, at least one."""
    down, across = (max(round(side * factor), 1) for side in latent.samples.shape[2:])
    return replace(latent, samples=resizing.resized(latent.samples, across, down, method))


def placed(
    under: Latent, over: Latent, x: int, y: int, feather: int, mask: Tensor | None
) -> Latent:
    """Lay a latent over another at a place in pixels, with soft edges inside the whole.

    Args:
        under: What keeps its size and mask.
        over: What is laid over it.
        x: From the left; rounded down to cells.
        y: From the top.
        feather: Pixels over which it becomes opaque, linearly.
        mask: (1 or B, H, W) where it counts; everywhere if there is none.

    Raises:
        SizeError: The channels or batches differ.
    """
    if under.samples.shape[1] != over.samples.shape[1]:
        raise SizeError(
            f"latents of {under.samples.shape[1]} and {over.samples.shape[1]} channels belong to "
            "different models; decode one and encode it by the other's VAE"
        )
    left, top = x // CELL, y // CELL
    alpha = composing.feathered(over.samples, under.samples, left, top, feather // CELL)
    if mask is not None:
        alpha = alpha * masks.over(mask, over.samples).to(alpha)
    return replace(under, samples=composing.placed(under.samples, over.samples, left, top, alpha))


def cropped(latent: Latent, box: resizing.Box) -> Latent:
    """Cut out a part, given in pixels and rounded down to cells.

    Raises:
        SizeError: It reaches over the edges, or is smaller than a cell.
    """
    cells = resizing.Box(*(side // CELL for side in box))
    height, width = latent.samples.shape[2:]
    fits = cells.left + cells.width <= width and cells.top + cells.height <= height
    if not fits or not cells.width or not cells.height:
        raise SizeError(
            f"{box.width} x {box.height} pixels from {box.left}, {box.top} are no part of a "
            f"latent for {width * CELL} x {height * CELL} pixels; choose a part within it"
        )
    return _both(latent, lambda one: _part(one, cells, width, height))


def _part(x: Tensor, cells: resizing.Box, width: int, height: int) -> Tensor:
    """Cut (…, H, W) as (…, height, width) is cut at cells."""
    across, down = x.shape[-1] / width, x.shape[-2] / height
    left, right = round(cells.left * across), round((cells.left + cells.width) * across)
    top, bottom = round(cells.top * down), round((cells.top + cells.height) * down)
    return x[..., top : max(bottom, top + 1), left : max(right, left + 1)]


def flipped(latent: Latent, direction: str) -> Latent:
    """Mirror a latent: ``horizontal`` swaps left and right, ``vertical`` top and bottom."""
    axis = -1 if direction == "horizontal" else -2
    return _both(latent, lambda one: one.flip(axis))


def rotated(latent: Latent, angle: int) -> Latent:
    """Turn a latent clockwise by a multiple of 90 degrees."""
    return _both(latent, lambda one: torch.rot90(one, angle // 90, (-1, -2)))


def _both(latent: Latent, change: Callable[[Tensor], Tensor]) -> Latent:
    """Do the same to samples and mask."""
    mask = None if latent.mask is None else change(latent.mask)
    return replace(latent, samples=change(latent.samples), mask=mask)
