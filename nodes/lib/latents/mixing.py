"""Latents reckoned with: between two, added, taken off, weighed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodegraph.errors import ParamError
from nodes.lib import batches
from nodes.lib.latents import SizeError
from nodes.lib.pictures import resizing

if TYPE_CHECKING:
    from torch import Tensor

    from nodes.types import Latent


def interpolated(a: Latent, b: Latent, amount: float, method: str) -> Latent:
    """Go from a to b; the result has the mask of a.

    Args:
        a: What 0 is.
        b: What 1 is.
        amount: How far.
        method: ``linear``, or ``spherical``: each whole picture is one vector, of which lengths
            are interpolated linearly and directions along the arc.
    """
    first, second = _alike(a, b)
    if method == "linear":
        return replace(a, samples=first * (1 - amount) + second * amount)
    return replace(a, samples=resizing.slerp(first, second, amount, dim=(1, 2, 3)))


def calculated(a: Latent, b: Latent | None, operation: str, amount: float) -> Latent:
    """Return a + amount * b, a - amount * b, or a * b * amount; the mask of a stays.

    Raises:
        ParamError: There is nothing to add.
        SizeError: It has another size.
    """
    if b is None:
        if operation != "multiply":
            raise ParamError(f"there is nothing to {operation}; link a latent to b")
        return replace(a, samples=a.samples * amount)
    first, second = _alike(a, b)
    if operation == "multiply":
        return replace(a, samples=first * second * amount)
    return replace(a, samples=first + second * (amount if operation == "add" else -amount))


def _alike(a: Latent, b: Latent) -> list[Tensor]:
    """Return the samples of both in batches of one length.

    Raises:
        SizeError: They differ in channels or size.
    """
    if a.samples.shape[1:] != b.samples.shape[1:]:
        shown = (" x ".join(map(str, one.samples.shape[1:])) for one in (a, b))
        raise SizeError(
            f"latents of {' and '.join(shown)} (channels, height, width) do not go together; "
            "resize one of them"
        )
    return batches.together(a.samples, b.samples)
