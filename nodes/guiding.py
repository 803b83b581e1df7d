"""Nodes that guide: in the open loop on predictions, for the closed sampler as guiders."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, current, node
from nodes.handles import Model
from nodes.sampling import Cfg, Guided
from nodes.types import Conditioning, Guider, Latent, Noise, Prediction, Sampler, Schedule, Solver

Share = Annotated[float, Range(0.0, 1.0, step=0.05)]
Scale = Annotated[float, Range(0.0, 100.0, step=0.1)]
Eta = Annotated[float, Range(-10.0, 10.0, step=0.1)]
Threshold = Annotated[float, Range(0.0, 1000.0, step=0.5)]
Momentum = Annotated[float, Range(-5.0, 1.0, step=0.05)]
Style = Literal["regular", "nested"]


class Sampled(NamedTuple):
    """What a walk came to.

    Attributes:
        latent: At its end; with noise left, if the schedule leaves some.
        denoised: The last estimate of the picture, without noise.
    """

    latent: Latent
    denoised: Latent


@node("guidance.dual", title="Dual guidance")
def dual(
    positive: Prediction,
    middle: Prediction,
    negative: Prediction | None = None,
    *,
    cfg_conds: Cfg = 8.0,
    cfg_cond2_negative: Cfg = 8.0,
    style: Style = "regular",
) -> Guided:
    """Guide by two texts, each with a scale of its own: from nothing to the one, on to the other.

    Args:
        positive: What the network makes of x with all that is asked for.
        middle: The same with a part of it; from a UNet step of its own.
        negative: The same with nothing of it.
        cfg_conds: How far from middle to positive.
        cfg_cond2_negative: How far from negative to middle.
        style: Nested guides by the second scale towards what the first gives.
    """
    from nodes.lib import guidance

    weights = cfg_conds, cfg_cond2_negative
    return Guided(guidance.dual(positive, middle, negative, weights, style))


@node("guidance.rescale", title="Rescale guidance")
def rescale(model: Model, denoised: Latent, positive: Prediction, *, phi: Share = 0.7) -> Guided:
    """Bring the contrast that guidance has raised back to the positive's own.

    arXiv:2305.08891, section 3.4.

    Args:
        denoised: The guided estimate.
        positive: The one with the text alone.
        phi: 0 leaves the estimate as it is, 1 brings it all the way back.
    """
    from nodes.lib import guidance

    return Guided(guidance.rescaled(model, denoised, positive, phi))


@node("guidance.projected", title="Projected guidance")
def projected(
    positive: Prediction,
    negative: Prediction | None = None,
    solver: Solver | None = None,
    *,
    cfg: Cfg = 7.0,
    eta: Eta = 0.0,
    norm_threshold: Threshold = 0.0,
    momentum: Momentum = 0.0,
) -> Guided:
    """Guide without burning: of what guidance adds, leave out what only makes the picture stronger.

    Adaptive projected guidance, arXiv:2410.02416.

    Args:
        cfg: How far from the negative.
        eta: How much counts what points along the positive estimate; 1 is plain guidance.
        norm_threshold: The difference of the two is cut to this length, in the network's units as
            in the paper; 0 does not.
        solver: The turn's, which keeps the difference from turn to turn; for momentum.
        momentum: How much of the turns before counts in the difference; the paper's is -0.5.
    """
    from nodes.lib import guidance

    limits, average = (eta, norm_threshold), guidance.averaged(solver, momentum)
    return Guided(guidance.projected(positive, negative, cfg, limits, average))


@node("guidance.perturbed", title="Perturbed guidance")
def perturbed(
    denoised: Latent, positive: Prediction, perturbed: Prediction, *, scale: Scale = 3.0
) -> Guided:
    """Lean away from what a spoiled network sees: perturbed-attention guidance.

    arXiv:2403.17377. Adds to any other guidance, and works without text.

    Args:
        denoised: The estimate so far.
        positive: What the network sees.
        perturbed: What the network sees whose attention is perturbed (model.perturb_attention);
            from a UNet step of its own.
        scale: How far.
    """
    from nodes.lib import guidance

    return Guided(guidance.perturbed(denoised, positive, perturbed, scale))


@node("guidance.interval", title="Guidance interval")
def interval(negative: Conditioning, *, start: Share = 0.2, end: Share = 0.8) -> Conditioning:
    """Guide during a part of the way only: elsewhere the negative is not even evaluated.

    Early guidance drives all pictures alike, late guidance does hardly anything: arXiv:2404.07724.
    Stands between the negative text and what reads it, in the open loop and for the closed one.

    Args:
        negative: What the picture shall not show.
        start: Share of the way from which there is guidance; 0 is pure noise.
        end: Share of the way to which there is; 1 is the picture.
    """
    from nodes.lib import guidance

    return guidance.interval(negative, start, end)


@node("model.perturb_attention", title="Perturb attention")
def perturb_attention(model: Model, *, layer: str = "mid_block") -> Model:
    """Let every place read itself alone in a UNet's self-attention, so that shapes come undone.

    For perturbed-attention guidance.

    Args:
        layer: Part of the layers' names: mid_block, up_blocks.0, down_blocks.
    """
    from nodes.lib.changes import changed
    from nodes.lib.unets.perturbing import IdentityAttention

    return changed(model, IdentityAttention(layer))


@node("guider.cfg", title="CFG guider")
def cfg_guider(
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None = None,
    *,
    cfg: Cfg = 7.0,
) -> Guider:
    """Guide a closed sampler by classifier-free guidance; without a negative by one text alone.

    Args:
        positive: What the picture shall show.
        negative: What it shall not show.
        cfg: How far to lean away from the negative; 1 never evaluates it.
    """
    from nodes.lib import guiders

    return guiders.cfg(model, positive, negative, cfg)


@node("guider.projected", title="Projected guider")
def projected_guider(
    model: Model,
    positive: Conditioning,
    negative: Conditioning | None = None,
    *,
    cfg: Cfg = 7.0,
    eta: Eta = 0.0,
    norm_threshold: Threshold = 0.0,
    momentum: Momentum = 0.0,
) -> Guider:
    """Guide a closed sampler without burning, as *Projected guidance* does in the open loop.

    Args:
        positive: What the picture shall show.
        negative: What it shall not show.
        cfg: How far from the negative.
        eta: How much counts what points along the positive estimate; 1 is plain guidance.
        norm_threshold: The difference of the two is cut to this length, in the network's units as
            in the paper; 0 does not.
        momentum: How much of the turns before counts in the difference; the paper's is -0.5.
    """
    from nodes.lib import guiders

    return guiders.projected(model, positive, negative, cfg, (eta, norm_threshold), momentum)


@node("guider.dual", title="Dual CFG guider")
def dual_guider(
    model: Model,
    positive: Conditioning,
    middle: Conditioning,
    negative: Conditioning | None = None,
    *,
    cfg_conds: Cfg = 8.0,
    cfg_cond2_negative: Cfg = 8.0,
    style: Style = "regular",
) -> Guider:
    """Guide a closed sampler by two texts, each with a scale of its own.

    Args:
        positive: All that is asked for.
        middle: A part of it.
        negative: Nothing of it.
        cfg_conds: How far from middle to positive.
        cfg_cond2_negative: How far from negative to middle.
        style: Nested guides by the second scale towards what the first gives.
    """
    from nodes.lib import guiders

    weights = cfg_conds, cfg_cond2_negative
    return guiders.dual(model, (positive, middle, negative), weights, style)


@node("guider.perturbed", title="Perturbed-attention guider")
def perturbed_guider(guider: Guider, *, scale: Scale = 3.0, layer: str = "mid_block") -> Guider:
    """Add perturbed-attention guidance to a guider; one more call of the network a turn.

    Args:
        guider: Any; its positive text is the one that both see.
        scale: How far; 0 changes nothing, at no cost.
        layer: Part of the names of the layers that are perturbed: mid_block, up_blocks.0.
    """
    from nodes.lib import guiders

    return guiders.perturbed(guider, scale, layer)


@node("guider.rescale", title="Rescaled guider")
def rescaled_guider(guider: Guider, *, phi: Share = 0.7) -> Guider:
    """Bring the contrast that a guider has raised back to the positive's own.

    Args:
        guider: Any.
        phi: 0 leaves it as it is, 1 brings it all the way back.
    """
    from nodes.lib import guiders

    return guiders.rescaled(guider, phi)


@node("sampling.sample_guided", title="Sample, guided")
def sample_guided(
    guider: Guider,
    sampler: Sampler,
    schedule: Schedule,
    noise: Noise,
    latent: Latent | None = None,
) -> Sampled:
    """Take the noise out of a latent, in one node, by any guider: the denoise loop, closed.

    Args:
        guider: What says where to go.
        sampler: How to walk.
        schedule: Through which noise levels.
        noise: What to start from; no noise (latent.no_noise) goes on from a latent that has some.
        latent: A picture to start from, under the noise; nothing by default.
    """
    from nodes.lib import sampling
    from nodes.lib.latents import previews

    report = previews.reporter(guider.model, current())
    walk = sampling.Walk(guider.model, sampler, schedule, noise, latent)
    found = sampling.walked(walk, guider, report)
    return Sampled(found, found if walk.denoised is None else walk.denoised)
