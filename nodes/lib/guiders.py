"""Guiders: what the nodes of an open loop do between x and the estimate, as one value.

Each asks the network just as the nodes do, call by call, so that both give the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.lib import guidance
from nodes.lib.changes import changed
from nodes.lib.predict import predict
from nodes.lib.unets.perturbing import IdentityAttention
from nodes.types import Estimate, Guider

if TYPE_CHECKING:
    from nodes.handles import Model
    from nodes.types import Conditioning, Latent, Solver


def cfg(
    model: Model, positive: Conditioning, negative: Conditioning | None, scale: float
) -> Guider:
    """Classifier-free guidance; at 1 the negative is evaluated for CFG++ samplers only."""

    def estimate(x: Latent, sigma: float, solver: Solver) -> Estimate:
        used = negative if scale != 1 or solver.cfg_pp else None
        predicted = predict(model, x, sigma, positive, used)
        return Estimate(guidance.guided(*predicted, scale), *predicted)

    return Guider(model, positive, estimate)


def projected(
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None,
    scale: float,
    limits: tuple[float, float],
    momentum: float,
) -> Guider:
    """Classifier-free guidance across the estimate; limits are eta and the norm's threshold."""

    def estimate(x: Latent, sigma: float, solver: Solver) -> Estimate:
        used = negative if scale != 1 or solver.cfg_pp else None
        predicted = predict(model, x, sigma, positive, used)
        average = guidance.averaged(solver, momentum)
        return Estimate(guidance.projected(*predicted, scale, limits, average), *predicted)

    return Guider(model, positive, estimate)


def dual(
    model: Model,
    sides: tuple[Conditioning, Conditioning, Conditioning | None],
    weights: tuple[float, float],
    style: guidance.Style,
) -> Guider:
    """Guidance by two texts; the middle one is evaluated in a call of its own."""
    positive, middle, negative = sides

    def estimate(x: Latent, sigma: float, _: Solver) -> Estimate:
        predicted = predict(model, x, sigma, positive, negative)
        between = predict(model, x, sigma, middle).positive
        found = guidance.dual(predicted.positive, between, predicted.negative, weights, style)
        return Estimate(found, *predicted)

    return Guider(model, positive, estimate)


def perturbed(guider: Guider, scale: float, layer: str) -> Guider:
    """Another guider, and away from what the network sees without self-attention; 0 never asks."""
    if scale == 0:
        return guider
    spoiled = changed(guider.model, IdentityAttention(layer))

    def estimate(x: Latent, sigma: float, solver: Solver) -> Estimate:
        denoised, positive, negative = guider.estimate(x, sigma, solver)
        other = predict(spoiled, x, sigma, guider.positive).positive
        found = guidance.perturbed(denoised, positive, other, scale)
        return Estimate(found, positive, negative)

    return Guider(guider.model, guider.positive, estimate)


def rescaled(guider: Guider, phi: float) -> Guider:
    """Another guider, its contrast brought back."""

    def estimate(x: Latent, sigma: float, solver: Solver) -> Estimate:
        denoised, positive, negative = guider.estimate(x, sigma, solver)
        found = guidance.rescaled(guider.model, denoised, positive, phi)
        return Estimate(found, positive, negative)

    return Guider(guider.model, guider.positive, estimate)
