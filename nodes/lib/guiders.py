"""Guiders: what the nodes of an open loop do between x and the estimate, as one value.

Each asks the network just as the nodes do, call by call, so that both give the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodes.lib import guidance
from nodes.lib.changes import changed
from nodes.lib.predict import predict
from nodes.lib.unets.perturbing import IdentityAttention
from nodes.types import Guider

if TYPE_CHECKING:
    from nodes.handles import Model
    from nodes.types import Conditioning, Latent, Prediction


def cfg(
    model: Model, positive: Conditioning, negative: Conditioning | None, scale: float
) -> Guider:
    """Classifier-free guidance; at 1 the negative is never evaluated."""
    used = None if scale == 1 else negative

    def estimate(x: Latent, sigma: float) -> tuple[Latent, Prediction]:
        predicted = predict(model, x, sigma, positive, used)
        return guidance.guided(*predicted, scale), predicted.positive

    return Guider(model, positive, estimate)


def projected(
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None,
    scale: float,
    limits: tuple[float, float],
) -> Guider:
    """Classifier-free guidance across the estimate; limits are eta and the norm's threshold."""
    used = None if scale == 1 else negative

    def estimate(x: Latent, sigma: float) -> tuple[Latent, Prediction]:
        predicted = predict(model, x, sigma, positive, used)
        return guidance.projected(*predicted, scale, *limits), predicted.positive

    return Guider(model, positive, estimate)


def dual(
    model: Model,
    sides: tuple[Conditioning, Conditioning, Conditioning | None],
    weights: tuple[float, float],
    style: guidance.Style,
) -> Guider:
    """Guidance by two texts; the middle one is evaluated in a call of its own."""
    positive, middle, negative = sides

    def estimate(x: Latent, sigma: float) -> tuple[Latent, Prediction]:
        predicted = predict(model, x, sigma, positive, negative)
        between = predict(model, x, sigma, middle).positive
        found = guidance.dual(predicted.positive, between, predicted.negative, weights, style)
        return found, predicted.positive

    return Guider(model, positive, estimate)


def perturbed(guider: Guider, scale: float, layer: str) -> Guider:
    """Another guider, and away from what the network sees without self-attention; 0 never asks."""
    if scale == 0:
        return guider
    spoiled = changed(guider.model, IdentityAttention(layer))

    def estimate(x: Latent, sigma: float) -> tuple[Latent, Prediction]:
        denoised, positive = guider.estimate(x, sigma)
        other = predict(spoiled, x, sigma, guider.positive).positive
        return guidance.perturbed(denoised, positive, other, scale), positive

    return Guider(guider.model, guider.positive, estimate)


def rescaled(guider: Guider, phi: float) -> Guider:
    """Another guider, its contrast brought back."""

    def estimate(x: Latent, sigma: float) -> tuple[Latent, Prediction]:
        denoised, positive = guider.estimate(x, sigma)
        return guidance.rescaled(guider.model, denoised, positive, phi), positive

    return Guider(guider.model, guider.positive, estimate)
