"""LoRA's relatives: what each adds to a layer's weights.

Each kind is a few small tensors and ``of``, which makes the whole difference out of them for the
weights it is added to. Sources: LoHa and LoKr, Yeh et al. 2023, arXiv:2309.14859 (LyCORIS),
sections 3.2 and 3.3; their Tucker decompositions, Hyeon-Woo et al. 2021, arXiv:2108.06098; DoRA,
Liu et al. 2024, arXiv:2402.09353; OFT, Qiu et al. 2023, arXiv:2306.07280.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch

if TYPE_CHECKING:
    from torch import Tensor


class Difference(Protocol):
    """What is added to a layer's weights, or to its biases."""

    def of(self, weight: Tensor) -> Tensor:
        """Return the difference for these weights, as many numbers as they have.

        Raises:
            RuntimeError: It is for weights of another shape.
        """
        ...


def _laid(found: Tensor, weight: Tensor) -> Tensor:
    """Shape a difference as the weights are; its rows are theirs."""
    if len(found) != len(weight):
        raise RuntimeError(f"{len(found)} rows for {len(weight)}")
    return found.reshape(weight.shape)


@dataclass(frozen=True, eq=False)
class LowRank:
    """LoRA: up @ down, and between them the core of a convolution's Tucker decomposition.

    Attributes:
        down: (r, in, …).
        up: (out, r, …).
        mid: (r, r, k, k).
        scale: alpha / r.
    """

    down: Tensor
    up: Tensor
    mid: Tensor | None = None
    scale: float = 1.0

    def of(self, weight: Tensor) -> Tensor:
        """Return scale * up @ down; see ``Difference``."""
        up, down = self.up.flatten(1), self.down.flatten(1)
        if self.mid is None:
            return _laid(up @ down, weight) * self.scale
        return _laid(_tucker(self.mid, up.T, down), weight) * self.scale


@dataclass(frozen=True, eq=False)
class Hadamard:
    """LoHa: (w1_a @ w1_b) * (w2_a @ w2_b), element by element.

    Attributes:
        w1_a: (out, r); with a core (r, out).
        w1_b: (r, in * k * k); with a core (r, in).
        w2_a: As the first.
        w2_b: As the first.
        t1: The core of a convolution's first factor, (r, r, k, k).
        t2: Of its second.
        scale: alpha / r.
    """

    w1_a: Tensor
    w1_b: Tensor
    w2_a: Tensor
    w2_b: Tensor
    t1: Tensor | None = None
    t2: Tensor | None = None
    scale: float = 1.0

    def of(self, weight: Tensor) -> Tensor:
        """Return scale * the product; see ``Difference``."""
        first = _product(self.w1_a, self.w1_b, self.t1)
        return _laid(first * _product(self.w2_a, self.w2_b, self.t2), weight) * self.scale


@dataclass(frozen=True, eq=False)
class Kronecker:
    """LoKr: w1 ⊗ w2, each whole or of low rank.

    Attributes:
        w1: (a, c), or its first factor (a, r).
        w2: (b, d, …), or its first factor (b, r); with a core (r, b).
        w1_b: The second factor of the first, (r, c).
        w2_b: Of the second, (r, d * k * k); with a core (r, d).
        t2: The core, (r, r, k, k).
        scale: alpha / r; 1 where both are whole.
    """

    w1: Tensor
    w2: Tensor
    w1_b: Tensor | None = None
    w2_b: Tensor | None = None
    t2: Tensor | None = None
    scale: float = 1.0

    def of(self, weight: Tensor) -> Tensor:
        """Return scale * the product; see ``Difference``."""
        first = self.w1 if self.w1_b is None else self.w1 @ self.w1_b
        second = self.w2 if self.w2_b is None else _product(self.w2, self.w2_b, self.t2)
        if second.ndim != weight.ndim:
            second = second.unflatten(1, (-1, *weight.shape[2:]))
        first = first.reshape(*first.shape, *(1,) * (second.ndim - first.ndim))
        return _laid(torch.kron(first, second), weight) * self.scale


def _product(first: Tensor, second: Tensor, core: Tensor | None) -> Tensor:
    return first @ second if core is None else _tucker(core, first, second)


def _tucker(core: Tensor, first: Tensor, second: Tensor) -> Tensor:
    """Return (out, in, k, k) of a core (r, s, k, k), (r, out) and (s, in)."""
    return torch.einsum("rskl,ro,si->oikl", core, first, second)


@dataclass(frozen=True, eq=False)
class Whole:
    """A difference as it is."""

    tensor: Tensor
    scale: float = 1.0

    def of(self, weight: Tensor) -> Tensor:
        """Return it; see ``Difference``."""
        return _laid(self.tensor, weight) * self.scale


@dataclass(frozen=True, eq=False)
class Instead:
    """Weights in place of those there."""

    tensor: Tensor

    def of(self, weight: Tensor) -> Tensor:
        """Return what makes the one out of the other; see ``Difference``."""
        return _laid(self.tensor, weight).to(weight) - weight


@dataclass(frozen=True, eq=False)
class Rotation:
    """OFT: R W, an orthogonal matrix of blocks along the diagonal, by Cayley's transform.

    Attributes:
        blocks: (n, b, b), with n * b rows.
        bound: What the norm of Q = blocks - blocks^T is cut to, a row; 0 for none.
        rescale: A factor for each row, (out, …).
    """

    blocks: Tensor
    bound: float = 0.0
    rescale: Tensor | None = None

    def of(self, weight: Tensor) -> Tensor:
        """Return (R - 1) W; see ``Difference``."""
        before, rotations = weight.float(), self._rotations(len(weight))
        rows = before.unflatten(0, rotations.shape[:2])
        found = torch.einsum("knm,kn...->km...", rotations, rows).flatten(0, 1)
        if self.rescale is not None:
            found = found * self.rescale.float()
        return _laid(found - before, weight)

    def _rotations(self, rows: int) -> Tensor:
        """Return (1 + Q) (1 - Q)^-1 for each block, which what trains it applies transposed."""
        blocks = self.blocks.float()
        turned = blocks - blocks.mT
        if self.bound > 0:
            norm = turned.norm() + 1e-8
            turned = turned * (self.bound * rows / norm).clamp(max=1)
        one = torch.eye(blocks.shape[-1], device=blocks.device)
        return (one + turned) @ torch.linalg.inv(one - turned)


@dataclass(frozen=True, eq=False)
class Renormed:
    """DoRA: m * V / |V|, with V = W + the difference of another kind.

    Attributes:
        inner: That.
        magnitude: (out, 1, …), for the norms of rows; or (1, in, …), for those of columns.
    """

    inner: Difference
    magnitude: Tensor

    def of(self, weight: Tensor) -> Tensor:
        """Return what makes W into that; see ``Difference``."""
        before, magnitude = weight.float(), self.magnitude.float()
        axis = 0 if len(magnitude) == len(weight) else 1
        if magnitude.shape[axis] != weight.shape[axis]:
            raise RuntimeError(f"{magnitude.shape[axis]} norms for {weight.shape[axis]}")
        found = before + self.inner.of(weight).float()
        others = tuple(one for one in range(weight.ndim) if one != axis)
        norm = torch.linalg.vector_norm(found, dim=others, keepdim=True)
        scale = magnitude.reshape(norm.shape) / (norm + torch.finfo(torch.float32).eps)
        return found * scale - before
