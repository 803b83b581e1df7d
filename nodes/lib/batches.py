"""Batches: put together, taken apart, and met by others of another length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def together(*batches: Tensor) -> list[Tensor]:
    """Give batches one length, where the first is: single ones are repeated, in no memory.

    Raises:
        SizeError: Two of them have several entries, and not the same number.
    """
    counts = {len(one) for one in batches} - {1}
    if len(counts) > 1:
        shown = " and ".join(str(len(one)) for one in batches)
        raise SizeError(
            f"batches of {shown} do not go together; give both the same number, or one of them "
            "a single entry"
        )
    count = counts.pop() if counts else 1
    device = batches[0].device
    return [one.to(device).expand(count, *one.shape[1:]) for one in batches]


def one_size(batches: Sequence[Tensor], axes: tuple[int, int], what: str) -> None:
    """Refuse batches whose entries differ in size.

    Args:
        batches: At least one.
        axes: Those of height and width.
        what: What they are, in the plural.

    Raises:
        SizeError: It says which sizes there are.
    """
    sizes = dict.fromkeys(tuple(one.shape[axis] for axis in axes) for one in batches)
    if len(sizes) != 1:
        shown = ", ".join(f"{width} x {height}" for height, width in sizes) or "none"
        raise SizeError(f"{what} must be of one size; here are {shown}; resize them first")


def picked(batch: Tensor, start: int, length: int) -> Tensor:
    """Return some entries of a batch in a row.

    Args:
        batch: Along its first axis.
        start: The first, from 0; negative counts from the end.
        length: How many.

    Raises:
        SizeError: There are not that many.
    """
    return batch[numbers(len(batch), start, length)]


def numbers(count: int, start: int, length: int) -> list[int]:
    """Return which entries of a batch ``picked`` takes.

    Raises:
        SizeError: There are not that many.
    """
    first = start + count if start < 0 else start
    if not 0 <= first <= first + length <= count:
        raise SizeError(
            f"there are {count} in this batch, so {length} from number {start} cannot be taken; "
            "they are counted from 0"
        )
    return list(range(first, first + length))


def joined(batches: Sequence[Tensor], axes: tuple[int, int], what: str) -> Tensor:
    """Put batches of one size one after another.

    Raises:
        SizeError: There are none, or they differ in size.
    """
    one_size(batches, axes, what)
    return torch.cat(list(batches))
