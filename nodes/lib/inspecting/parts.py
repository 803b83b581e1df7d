"""Parts of values, for who inspects them: one item of many, and the numbers that one is made of."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy
import torch

from nodegraph.engine import host
from nodegraph.engine.host import NoItemError
from nodegraph.errors import NodegraphError
from nodes.types import Audio, Conditioning, Image, Latent, Mask, Noise, Prediction, Schedule, Video

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

MOST = 64 * 2**20
"""Bytes of numbers that are given at once."""

AREA = {
    Image: (1, 2),
    Video: (1, 2),
    Mask: (1, 2),
    Latent: (2, 3),
    Noise: (2, 3),
    Prediction: (2, 3),
}
"""The axes of height and width."""

BATCH = {Image: "pixels", Mask: "values", Latent: "samples", Noise: "samples", Audio: "waveform"}
"""The tensor of a type that may be cut into single samples."""


class AreaError(NodegraphError):
    """Numbers that cannot be given."""


def item(value: Any, index: int) -> Any:
    """Return one item of a list, one sample of a batch, one text of several.

    Raises:
        NoItemError: There is none of that number.
    """
    if isinstance(value, Video):
        return item(value.frames, index)
    if isinstance(value, Conditioning):
        return Conditioning((host.item(value.entries, index),))
    if isinstance(value, Prediction):
        return replace(value, x=item(value.x, index), denoised=item(value.denoised, index))
    if type(value) not in BATCH:
        return host.item(value, index)
    name = BATCH[type(value)]
    batch = getattr(value, name)
    if not 0 <= index < len(batch):
        raise NoItemError(f"there is no item {index}; there are {len(batch)}, counted from 0")
    return replace(value, **{name: batch[index : index + 1]})


def tensor(value: Any) -> Tensor | None:
    """Return the numbers that a value is about, or nothing."""
    if isinstance(value, torch.Tensor):
        return value
    if type(value) in BATCH:
        return getattr(value, BATCH[type(value)])
    if isinstance(value, Prediction):
        return value.denoised.samples
    if isinstance(value, Conditioning):
        return value.entries[0].embedding if value.entries else None
    if isinstance(value, Schedule):
        return torch.tensor(value.sigmas)
    if isinstance(value, Audio):
        return value.waveform
    return value.frames.pixels if isinstance(value, Video) else None


@torch.inference_mode()
def data(value: Any, window: Sequence[int]) -> bytes:
    """Return a value's numbers as float32 in NumPy's format; nothing where it has none.

    Args:
        value: Any value.
        window: Only an area: left, top, width, height; empty for everything.

    Raises:
        AreaError: It has no such area, or these are too many numbers.
    """
    numbers = tensor(value)
    if numbers is None:
        return b""
    if window:
        numbers = _cut(numbers, AREA.get(type(value)), window)
    if numbers.numel() * 4 > MOST:
        size = numbers.numel() * 4 / 2**20
        raise AreaError(
            f"these numbers take {size:,.0f} MB, more than {MOST >> 20}; ask for a window"
        )
    file = io.BytesIO()
    numpy.save(file, numbers.detach().float().cpu().contiguous().numpy(), allow_pickle=False)
    return file.getvalue()


def _cut(numbers: Tensor, axes: tuple[int, int] | None, window: Sequence[int]) -> Tensor:
    if axes is None:
        raise AreaError("this value is no picture and has no areas; ask for all of its numbers")
    left, top, width, height = window
    down, across = axes
    if left + width > numbers.shape[across] or top + height > numbers.shape[down]:
        size = f"{numbers.shape[across]} x {numbers.shape[down]}"
        raise AreaError(f"the window leaves the picture, which is {size}; ask for a part of it")
    return numbers.narrow(down, top, height).narrow(across, left, width)
