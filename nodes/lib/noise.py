"""Randomness, all of it from a seed and all of it drawn on the CPU.

A seed therefore means the same picture on every device. Samplers never draw: they are handed
a :class:`NoiseSource` and ask it for noise on the way from one sigma to the next.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import torch

from nodes.lib.transfers import sent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

PATH_DIGITS = 6
"""The Brownian path is resolved to a millionth of sigma; it warns of queries beyond its ends."""

NoiseKind = Literal["none", "ancestral", "continued", "brownian"]


class NoiseSource(Protocol):
    """Unit noise like x, for one move between two sigmas."""

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return a tensor of x's shape, dtype and device."""
        ...


def initial_noise(shape: Sequence[int], seed: int) -> Tensor:
    """Draw the whole batch at once, (B, C, h, w) float32, on the CPU.

    The numbers are those of ``torch.manual_seed(seed); torch.randn(shape)``, without touching
    the global generator. Seeds run from 0 to 2**64 - 1.
    """
    return torch.randn(tuple(shape), generator=torch.Generator().manual_seed(seed))


class NoNoise:
    """Zeros: what a deterministic sampler is given, and never asks for."""

    def __init__(self, x: Tensor) -> None:
        self._x = x

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return zeros like x."""
        return torch.zeros_like(self._x)


class AncestralNoise:
    """Independent draws, one after the other, from a generator of their own.

    The generator starts from seed + 1: from the seed itself its first draw would be the initial
    noise once more, and x would be pushed the way it already leans.
    """

    def __init__(self, x: Tensor, seed: int) -> None:
        self._x = x
        self._generator = torch.Generator().manual_seed((seed + 1) % 2**64)

    @classmethod
    def continued(cls, x: Tensor, seed: int) -> AncestralNoise:
        """Go on with the generator that drew the initial noise, as ComfyUI did before 0.3.12."""
        made = cls(x, seed)
        made._generator = torch.Generator().manual_seed(seed)
        torch.randn(x.shape, generator=made._generator)
        return made

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return the next draw."""
        return sent(torch.randn(self._x.shape, generator=self._generator), self._x)


class BrownianNoise:
    """Increments of one Brownian path over sigma, scaled to unit variance.

    The path depends on the seed alone, so that more steps refine the picture fewer steps gave.
    Source: Li et al. 2020, arXiv:2001.01328, section 4 (the virtual Brownian tree).
    """

    def __init__(self, x: Tensor, sigmas: Sequence[float], seed: int) -> None:
        self._x = x
        self._levels = [sigma for sigma in sigmas if sigma > 0]
        self._seed = seed

    @cached_property
    def _path(self) -> Any:
        import torchsde  # brings SciPy along, which only this family needs

        start = torch.zeros(self._x.shape)
        ends = round(min(self._levels), PATH_DIGITS), round(max(self._levels), PATH_DIGITS)
        return torchsde.BrownianTree(ends[0], start, ends[1], entropy=self._seed)

    def __call__(self, sigma: float, sigma_next: float) -> Tensor:
        """Return the path's increment from sigma to sigma_next over its standard deviation."""
        low, high = sorted((sigma, sigma_next))
        sign = 1 if sigma < sigma_next else -1
        moved = self._path(round(low, PATH_DIGITS), round(high, PATH_DIGITS))
        return sent(moved * (sign / math.sqrt(high - low)), self._x)


def noise_source(kind: NoiseKind, x: Tensor, sigmas: Sequence[float], seed: int) -> NoiseSource:
    """Make the source a sampler needs on its way through ``sigmas``, for noise like x."""
    if kind == "brownian":
        return BrownianNoise(x, sigmas, seed)
    if kind == "continued":
        return AncestralNoise.continued(x, seed)
    return AncestralNoise(x, seed) if kind == "ancestral" else NoNoise(x)


def noise_kind(kind: NoiseKind, options: Mapping[str, Any]) -> NoiseKind:
    """Return the kind a sampler draws when it is told these options: what churns draws too."""
    if kind == "none":
        return "ancestral" if options.get("s_churn") else "none"
    return "continued" if kind == "ancestral" and options.get("noise") == "continued" else kind
