"""Differences where they are wanted: on another device, as rows of a layer, in a wider one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.adapters.kinds import Hadamard, Instead, LowRank, Renormed, Rotation

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.lib.adapters.kinds import Difference


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a difference for several layers that are one in the file.

    Attributes:
        inner: The difference; it knows the shape of the weights alone, not what is in them.
        first: The first row.
        total: How many the file's layer has.
    """

    inner: Difference
    first: int
    total: int

    def of(self, weight: Tensor) -> Tensor:
        """Return the rows for these weights; see ``Difference``."""
        shape = (self.total, *weight.shape[1:])
        whole = self.inner.of(weight.new_empty(1).expand(shape))
        return whole[self.first : self.first + len(weight)]


@dataclass(frozen=True, eq=False)
class Swapped:
    """A difference with its halves the other way round."""

    inner: Difference

    def of(self, weight: Tensor) -> Tensor:
        """Return it so; see ``Difference``."""
        first, second = self.inner.of(weight.roll(len(weight) // 2, 0)).chunk(2)
        return torch.cat([second, first])


@dataclass(frozen=True, eq=False)
class Widened:
    """A difference for a layer that reads more than it did; what is new begins with zeros.

    Attributes:
        inner: The difference.
        columns: How much the layer reads with it.
    """

    inner: Difference
    columns: int

    def of(self, weight: Tensor) -> Tensor:
        """Return it, (out, columns), for weights of (out, in)."""
        return self.inner.of(wide(weight, self.columns))


def wide(weight: Tensor, columns: int) -> Tensor:
    """Return weights, (out, in), with columns of zeros behind their own."""
    return torch.nn.functional.pad(weight, (0, max(0, columns - weight.shape[1])))


def whole(kind: Difference) -> bool:
    """Tell whether a difference can only be made for all rows at once."""
    by_columns = isinstance(kind, Renormed) and kind.magnitude.ndim > 1 and len(kind.magnitude) == 1
    return by_columns or isinstance(kind, Rotation | Instead)


def rows(kind: Difference, first: int, number: int, total: int) -> Difference:
    """Return the rows of a difference that are one layer's, of a file's layer with so many."""
    mine = slice(first, first + number)
    match kind:
        case LowRank(mid=None) if len(kind.up) == total:
            return replace(kind, up=kind.up[mine])
        case Hadamard(t1=None, t2=None) if len(kind.w1_a) == total == len(kind.w2_a):
            return replace(kind, w1_a=kind.w1_a[mine], w2_a=kind.w2_a[mine])
        case Renormed() if len(kind.magnitude) == total:
            inner = rows(kind.inner, first, number, total)
            return Renormed(inner, kind.magnitude[mine])
        case _:
            return Rows(kind, first, total)


def moved(kind: Any, device: Any) -> Any:
    """Return a kind with its tensors, and those of what it holds, elsewhere.

    Numbers of a byte each, with which nothing can be computed, become float32.
    """
    found: dict[str, Any] = {}
    for one in fields(kind):
        value = getattr(kind, one.name)
        if isinstance(value, torch.Tensor):
            kind_of = torch.float32 if value.itemsize == 1 else value.dtype
            found[one.name] = value.to(device, kind_of)
        elif hasattr(value, "of"):
            found[one.name] = moved(value, device)
    return replace(kind, **found)


def fits(kind: Difference, weight: Tensor) -> bool:
    """Tell whether a kind is for weights of this shape; nothing is computed."""
    empty = torch.empty(weight.shape, device="meta")
    columns = kind.columns if isinstance(kind, Widened) else None
    wanted = weight.shape if columns is None else (len(weight), columns)
    try:
        return moved(kind, "meta").of(empty).shape == wanted
    except (RuntimeError, IndexError, ValueError):
        return False
