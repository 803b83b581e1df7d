"""Nodes of the forward process: a picture dissolves into noise, and comes back exactly."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from nodegraph import Range, node
from nodes.handles import Model
from nodes.types import Latent, Mask, Noise, Prediction

Share = Annotated[float, Range(0.0, 1.0, step=0.05)]


class Noised(NamedTuple):
    """A latent on its way into noise.

    Attributes:
        x: As the network's loop knows it: x0 + sigma * noise (of flow: (1 - sigma) * x0 + ...).
        shown: The same with its variance kept, as decoding shows it best.
        sigma: How much noise.
    """

    x: Latent
    shown: Latent
    sigma: float


class Curve(NamedTuple):
    """A model's noise, from picture to noise.

    Attributes:
        share: Of the way, 0 to 1.
        sigma: Noise over signal.
        snr: Signal over noise, of variances: 1 / sigma^2.
        signal: The share of signal in x, with the variance kept: sqrt(alpha bar).
        noise: The share of noise in x, with the variance kept: sqrt(1 - alpha bar).
    """

    share: list[float]
    sigma: list[float]
    snr: list[float]
    signal: list[float]
    noise: list[float]


class Parts(NamedTuple):
    """A prediction, taken apart.

    Attributes:
        x: What the network was shown, its variance kept, as decoding shows it best.
        noise: What it takes for noise.
        denoised: What it takes for the picture.
        sigma: How much noise was in x.
    """

    x: Latent
    noise: Latent
    denoised: Latent
    sigma: float


class Map(NamedTuple):
    """How strongly the text moves each place.

    Attributes:
        mask: The length of the difference of the predicted noises, cell by cell.
        strength: Its mean.
    """

    mask: Mask
    strength: float


@node("forward.noise", title="Add noise")
def add_noise(model: Model, latent: Latent, noise: Noise, *, share: Share = 0.5) -> Noised:
    """Put noise on a clean latent, as the forward process does: q(x_t | x_0).

    Args:
        latent: The clean one, x0.
        noise: Of the same size; link the latent to its latent input.
        share: Of the way from picture (0) to pure noise (1), t / T.
    """
    from nodes.lib import forward

    return Noised(*forward.noised(model, latent, noise, share))


@node("forward.remove", title="Remove noise")
def remove_noise(model: Model, x: Latent, noise: Noise, *, sigma: float = 1.0) -> Latent:
    """Take known noise off again: what a perfect prediction would give.

    Args:
        x: A latent with noise on it.
        noise: Just the one that was put on.
        sigma: How much.
    """
    from nodes.lib import forward

    return forward.removed(model, x, noise, sigma)


@node("forward.curve", title="Noise curve")
def curve(model: Model, *, points: Annotated[int, Range(2, 1000)] = 100) -> Curve:
    """List how much signal and noise there is on the way, for a plot.

    Args:
        points: How many, spread evenly over the training timesteps.
    """
    from nodes.lib import forward

    return Curve(*forward.curve(model, points))


@node("prediction.parts", title="Prediction parts")
def parts(prediction: Prediction) -> Parts:
    """Take a prediction apart: the noisy x, the noise seen in it, the picture seen in it."""
    from nodes.lib import forward

    return Parts(*forward.parts(prediction))


@node("prediction.guided", title="Guided prediction")
def guided_prediction(
    positive: Prediction,
    negative: Prediction | None = None,
    *,
    cfg: Annotated[float, Range(0.0, 100.0, step=0.5)] = 7.0,
) -> Prediction:
    """Give the prediction that guidance makes of two, whole, to take it apart or collect it.

    Args:
        positive: With the text.
        negative: Without it.
        cfg: How far to lean away from the negative, as in Guidance.
    """
    from nodes.lib import forward

    return forward.guided(positive, negative, cfg)


@node("guidance.map", title="Guidance map")
def guidance_map(
    positive: Prediction, negative: Prediction, *, scale: Annotated[int, Range(1, 64)] = 8
) -> Map:
    """Show how strongly the text moves each place of the picture.

    The difference of the two predicted noises, its length over the channels.

    Args:
        positive: With the text.
        negative: Without it.
        scale: Pixels a latent cell is wide.
    """
    from nodes.lib import forward

    return Map(*forward.guidance_map(positive, negative, scale))


@node("latent.distance", title="Latent distance")
def distance(one: Latent, other: Latent) -> float:
    """Measure how far two latents are apart: the root of the mean squared difference.

    Args:
        one: Any latent.
        other: One of the same size.
    """
    from nodes.lib import forward

    return forward.distance(one, other)
