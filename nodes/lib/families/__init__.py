"""How the networks of a family are called: one module a family, one function each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nodes.lib import together
from nodes.lib.families import flux, grouping, sd3, unet
from nodes.lib.memory import ladder
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from nodes.handles import Model
    from nodes.types import Condition

    Evaluate = Callable[[Model, Tensor, float, Sequence[Condition]], Tensor]

EVALUATE: dict[str, Evaluate] = {
    "unet": unet.evaluate,
    "sd3": sd3.evaluate,
    "flux": flux.evaluate,
}
"""What evaluates a model's network at noisy x, (B, C, h, w) as the network knows it.

Takes the model, x, sigma and n texts; gives the network's output (n * B, C, h, w) float32, text
by text. Texts go into one batch, as far as the network lets them.
"""


LATE = (
    "nodes.lib.control.leading",
    "nodes.lib.gligen.boxes",
    "nodes.lib.hooks.evaluating",
)
"""Modules that are loaded where a condition wants them, and keep something too."""

ADVICE = "lower width, height or batch_size, or load the model with weights in float8"


def evaluate(model: Model, x: Tensor, sigma: float, entries: Sequence[Condition]) -> Tensor:
    """Evaluate a model's network, as ``EVALUATE`` says; where memory runs out, room is made.

    Runs in company are evaluated together where they can be.

    Raises:
        ShortError: Memory is too short, even with the network offloaded.
    """
    if any(entry.hooks for entry in entries):
        from nodes.lib.hooks.evaluating import each

        return each(model, sigma, entries, lambda own, some: _evaluate(own, x, sigma, some))
    if together.possible(model, entries):
        asked = together.Asked(model, x, sigma, tuple(entries))
        return together.evaluate(asked, EVALUATE[model.family], _evaluate)
    return _evaluate(model, x, sigma, entries)


def _evaluate(model: Model, x: Tensor, sigma: float, entries: Sequence[Condition]) -> Tensor:
    controls = dict.fromkeys(one.part for entry in entries for one in entry.controls)
    parts = (model.part, *controls)
    ways = [ladder.offloading(part, network) for part in parts]
    call = EVALUATE[model.family]
    return ladder.climb(lambda: call(model, x, sigma, entries), parts, ways, ADVICE)


def forget() -> None:
    """Let go of what is kept from step to step."""
    unet.forget()
    flux.forget()
    grouping.forget()
    together.forget()
    for name in LATE:
        if (module := sys.modules.get(name)) is not None:
            module.forget()
