"""The denoise loop as a graph would run it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes import sampling

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodes.handles import Model
    from nodes.types import Latent


def drive(zone, body: Callable[[sampling.Turn], Latent]) -> Latent:
    """Send each turn what the body makes of it; return what the zone returns."""
    turn = next(zone, None)
    while turn is not None:
        try:
            turn = zone.send(body(turn))
        except StopIteration as end:
            return end.value
    raise AssertionError("the zone had no turns")


def body(model: Model, positive, negative, cfg: float) -> Callable[[sampling.Turn], Latent]:
    """Predict, guide, step."""

    def turn_body(turn: sampling.Turn) -> Latent:
        predicted = sampling.predict(model, turn.x, turn.sigma, positive, negative)
        guided = sampling.guidance(*predicted, cfg=cfg)
        return sampling.step(turn.solver, guided.denoised, negative=predicted.negative).x

    return turn_body
