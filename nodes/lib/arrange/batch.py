"""Batches of pictures: put together, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodegraph.errors import ParamError
from nodes.lib.latents import SizeError
from nodes.types import Image

if TYPE_CHECKING:
    from collections.abc import Sequence


def joined(images: Sequence[Image]) -> Image:
    """Return one batch of all pictures.

    Raises:
        SizeError: There are none, or they differ in size.
    """
    if not images:
        raise SizeError("there is no picture to put into a batch; link some to images")
    sizes = list(dict.fromkeys((one.pixels.shape[2], one.pixels.shape[1]) for one in images))
    if len(sizes) > 1:
        shown = ", ".join(f"{width} x {height}" for width, height in sizes)
        raise SizeError(
            f"a batch takes pictures of one size; here are {shown}; resize or crop them first"
        )
    device = images[0].pixels.device
    return Image(torch.cat([one.pixels.to(device) for one in images]))


def single(image: Image) -> list[Image]:
    """Return each picture of a batch by itself."""
    return [Image(one) for one in image.pixels.split(1)]


def picked(image: Image, index: int, count: int) -> Image:
    """Return some pictures of a batch.

    Args:
        image: A batch.
        index: The first; negative numbers count from the end.
        count: How many.

    Raises:
        ParamError: They are not all there.
    """
    there = len(image.pixels)
    start = index + there if index < 0 else index
    if start < 0 or start + count > there:
        wanted = f"picture {index}" if count == 1 else f"{count} pictures from {index}"
        raise ParamError(f"there is no {wanted}: the batch has {there}, counted from 0")
    return Image(image.pixels[start : start + count])
