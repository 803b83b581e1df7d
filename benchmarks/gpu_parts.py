"""A step, a decoding and a whole picture of each family, beside the limit and the goal.

The limit is the arithmetic of the networks over the rate of a large matrix product in the same run:
what the chip could do if it did nothing else. Goals are those of an H200.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib.autoencoder import decode

if TYPE_CHECKING:
    from nodes.types import Latent

GOALS = {
    "SD 1.5": {"step": 4.5},
    "SDXL": {"step": 26.0, "decode": 25.0, "picture": 560.0},
}
"""Milliseconds at most on an H200, one picture of the family's own size."""

BEST = {"SDXL": 2.4}
"""Pictures a second at least on an H200, at the best batch."""

BATCHES = (4, 8, 16)
Pair = tuple[Callable[[], object], Callable[[], object]]
HEAD = ("model", "size", "part", "ours ms", "diffusers ms", "ratio", "limit ms", "share", "goal ms")


def parts(
    name: str,
    size: int,
    pictures: Pair,
    decoders: Pair,
    limits: tuple[float, float],
    steps: int,
    seconds: Callable[[Callable[[], object]], float],
) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a family.

    Args:
        name: The family's.
        size: Pixels of a side.
        pictures: What makes one, ours and diffusers'.
        decoders: What decodes one latent, likewise.
        limits: Least seconds of a step and of a decoding.
        steps: Of a picture.
        seconds: Times a call, the device's work included.
    """
    decoded = [median(seconds, call) for call in decoders]
    whole = [median(seconds, call) for call in pictures]
    step = [(all_of_it - one) / steps for all_of_it, one in zip(whole, decoded, strict=True)]
    limit_step, limit_decode = limits
    found = {
        "step": (step, limit_step),
        "decode": (decoded, limit_decode),
        "picture": (whole, steps * limit_step + limit_decode),
    }
    for part, ((ours, theirs), limit) in found.items():
        goal = GOALS.get(name, {}).get(part)
        verdict = "" if goal is None else f"{goal:g} ({'yes' if ours * 1e3 <= goal else 'NO'})"
        yield (
            *(name, str(size), part, f"{ours * 1e3:.2f}", f"{theirs * 1e3:.2f}"),
            *(f"{ours / theirs:.2f}", f"{limit * 1e3:.2f}", f"{limit / ours:.0%}", verdict),
        )


def median(seconds: Callable[[Callable[[], object]], float], call: Callable[[], object]) -> float:
    """Return the seconds of a call, after one that does not count."""
    call()
    return statistics.median(seconds(call) for _ in range(3))


def best_batch(
    name: str, make: Callable[[int], Callable[[], object]], seconds: Callable[..., float]
) -> str:
    """Return how many pictures a second are made at the best batch, in words.

    Args:
        name: The family's.
        make: From a batch to what makes it.
        seconds: Times a call.
    """
    rates: dict[int, float] = {}
    for batch in BATCHES:
        try:
            rates[batch] = batch / median(seconds, make(batch))
        except torch.OutOfMemoryError:
            break
    if not rates:
        return f"{name}: no batch of {min(BATCHES)} fits the memory"
    batch = max(rates, key=rates.__getitem__)
    goal = BEST.get(name)
    verdict = (
        "" if goal is None else f"; the goal is {goal}: {'yes' if rates[batch] >= goal else 'NO'}"
    )
    return f"{name}, best batch {batch}: {rates[batch]:.2f} pictures a second{verdict}"


def decoder(vae: Any, latent: Latent) -> Callable[[], object]:
    """Return what decodes a latent by our node's code, or by diffusers' network."""
    if hasattr(vae, "part"):
        return lambda: decode(vae, latent)

    @torch.inference_mode()
    def theirs() -> object:
        scaled = latent.samples.to(vae.device, vae.dtype)
        return vae.decode(scaled, return_dict=False)[0].float().cpu()

    return theirs
