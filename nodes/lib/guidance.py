"""Guidance: how the estimates with and without the prompt combine.

Latents and estimates of x0 are (B, C, h, w) throughout.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from nodegraph.errors import ParamError
from nodes.lib.latents import to_latent, to_model_space
from nodes.types import Conditioning, Latent, Prediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodes.handles import Model
    from nodes.types import Condition, Solver

Style = Literal["regular", "nested"]


def guide(cond: Tensor, uncond: Tensor, cfg: float) -> Tensor:
    """Classifier-free guidance.

    Shapes: cond, uncond and the result are (B, C, h, w).
    Source: Ho & Salimans 2022, arXiv:2207.12598, eq. 6, with cfg = 1 + w.
    """
    return uncond + cfg * (cond - uncond)


@torch.inference_mode()
def guided(positive: Prediction, negative: Prediction | None, cfg: float) -> Latent:
    """Guide the estimate of x0; without a negative, or at 1, it is the positive's own."""
    if negative is None or cfg == 1:
        return positive.denoised
    return Latent(guide(positive.denoised.samples, negative.denoised.samples, cfg))


@torch.inference_mode()
def dual(
    positive: Prediction,
    middle: Prediction,
    negative: Prediction | None,
    weights: tuple[float, float],
    style: Style,
) -> Latent:
    """Guide by two texts, one beyond the other.

    Args:
        positive: With all that is asked for.
        middle: With a part of it.
        negative: With none of it; where there is none, middle takes its place.
        weights: From middle to positive, and from negative to what is asked for.
        style: Regular: negative + b (middle - negative) + a (positive - middle), Brooks et al.
            2022, arXiv:2211.09800, eq. 3. Nested: guidance by b towards what guidance by a gives.
    """
    first, second = positive.denoised.samples, middle.denoised.samples
    least = second if negative is None else negative.denoised.samples
    inner, outer = weights
    if style == "nested":
        return Latent(guide(guide(first, second, inner), least, outer))
    return Latent(guide(second, least, outer) + (first - second) * inner)


@torch.inference_mode()
def perturbed(denoised: Latent, positive: Prediction, other: Prediction, scale: float) -> Latent:
    """Lean away from what a spoiled network sees: denoised + scale * (positive - other).

    Source: Ahn et al. 2024, arXiv:2403.17377, added to any other guidance.
    """
    away = positive.denoised.samples - other.denoised.samples
    return Latent(denoised.samples + scale * away)


@torch.inference_mode()
def rescaled(model: Model, denoised: Latent, positive: Prediction, phi: float) -> Latent:
    """Bring the guided velocity back to the standard deviation of the positive's, by a share phi.

    The velocity v is what v-prediction networks and flows predict; each picture counts by itself.
    Source: Lin et al. 2023, arXiv:2305.08891, section 3.4.
    """
    space = model.latent_format
    x = to_model_space(positive.x.samples.to(denoised.samples.device), space)
    estimates = [to_model_space(one.samples, space) for one in (denoised, positive.denoised)]
    away, one = _velocity(model, positive.sigma)
    guided_v, positive_v = (x * away - estimate * one for estimate in estimates)
    axes = (1, 2, 3)
    wanted, found = (v.std(axes, keepdim=True) for v in (positive_v, guided_v))
    factor = phi * wanted / found.clamp(min=torch.finfo(found.dtype).tiny) + (1 - phi)
    return Latent(to_latent((x * away - guided_v * factor) / one, space))


def interval(negative: Conditioning, start: float, end: float) -> Conditioning:
    """Let the negative count between two shares of the way only, where it counted before.

    Elsewhere nothing of it is evaluated, and the positive is not guided.
    Source: Kynkäänniemi et al. 2024, arXiv:2404.07724.

    Raises:
        ParamError: There is nothing between the two.
    """
    if start >= end:
        raise ParamError(f"there is nothing between {start} and {end}; let it end later")
    return negative.each(lambda entry: _within(entry, start, end))


def _within(entry: Condition, start: float, end: float) -> Condition:
    told = entry.options
    first, last = max(start, told.get("start", 0.0)), min(end, told.get("end", 1.0))
    return replace(entry, options={**told, "start": first, "end": last})


def _velocity(model: Model, sigma: float) -> tuple[float, float]:
    """Return what x and the estimate of x0 count in v = a x - b x0."""
    if model.sampling.prediction == "flow":
        return 1 / sigma, 1 / sigma
    root = math.sqrt(1 + sigma**2)
    return 1 / (sigma * root), root / sigma


def averaged(solver: Solver | None, momentum: float) -> Callable[[Tensor], Tensor] | None:
    """Return what makes a running average of a turn's difference; nothing without momentum.

    Raises:
        ParamError: There is momentum, and no loop to keep it.
    """
    if momentum == 0:
        return None
    if solver is None:
        raise ParamError(
            "momentum is kept from turn to turn by the loop; link its solver to this node too, or "
            "set momentum to 0",
            "momentum",
        )
    return lambda away: solver.average(away, momentum)


@torch.inference_mode()
def projected(
    positive: Prediction,
    negative: Prediction | None,
    cfg: float,
    limits: tuple[float, float],
    average: Callable[[Tensor], Tensor] | None = None,
) -> Latent:
    """Guide without burning: what guidance adds along the estimate itself counts eta times only.

    Args:
        positive: With the text.
        negative: Without it; where there is none, the positive is left as it is.
        cfg: How far.
        limits: eta, of which 1 is plain guidance; and what the length of the difference is cut to,
            in the network's units, which 0 does not.
        average: From this turn's difference to its running average, which stands in for it.

    Source: Sadat et al. 2024, arXiv:2410.02416, algorithm 1.
    """
    eta, norm_threshold = limits
    if negative is None or cfg == 1:
        return positive.denoised
    cond = positive.denoised.samples
    away, axes = cond - negative.denoised.samples, (1, 2, 3)
    away = away if average is None else average(away)
    if norm_threshold > 0:
        length = torch.linalg.vector_norm(away, dim=axes, keepdim=True) * positive.scale
        away = away * (norm_threshold / length.clamp(min=norm_threshold))
    size = (cond * cond).sum(axes, keepdim=True).clamp(min=torch.finfo(cond.dtype).tiny)
    along = cond * ((away * cond).sum(axes, keepdim=True) / size)
    return Latent(cond + (cfg - 1) * (away - along + eta * along))
