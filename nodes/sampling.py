"""Nodes that turn noise into latents: the loop in the open, its parts, and the closed sampler."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, current, node
from nodes.handles import Model
from nodes.types import Conditioning, Latent, Noise, Prediction, Sampler, Schedule, Solver

SamplerName = Literal[
    "euler",
    "euler_cfg_pp",
    "euler_ancestral",
    "euler_ancestral_cfg_pp",
    "heun",
    "heunpp2",
    "dpm_2",
    "dpm_2_ancestral",
    "lms",
    "dpm_fast",
    "dpm_adaptive",
    "dpmpp_2s_ancestral",
    "dpmpp_2s_ancestral_cfg_pp",
    "dpmpp_sde",
    "dpmpp_2m",
    "dpmpp_2m_cfg_pp",
    "dpmpp_2m_sde",
    "dpmpp_2m_sde_heun",
    "dpmpp_3m_sde",
    "ddpm",
    "lcm",
    "ipndm",
    "ipndm_v",
    "deis",
    "res_multistep",
    "res_multistep_cfg_pp",
    "res_multistep_ancestral",
    "res_multistep_ancestral_cfg_pp",
    "gradient_estimation",
    "gradient_estimation_cfg_pp",
    "er_sde",
    "seeds_2",
    "seeds_3",
    "exp_heun_2_x0",
    "exp_heun_2_x0_sde",
    "sa_solver",
    "sa_solver_pece",
    "ddim",
    "uni_pc",
    "uni_pc_bh2",
]
SchedulerName = Literal[
    "normal",
    "karras",
    "exponential",
    "sgm_uniform",
    "simple",
    "ddim_uniform",
    "beta",
    "linear_quadratic",
    "kl_optimal",
]
Cfg = Annotated[float, Range(0.0, 100.0, step=0.5)]


class Turn(NamedTuple):
    """One turn of the denoising loop: one evaluation of the network.

    Attributes:
        x: Where to evaluate; a latent with noise on it.
        sigma: How much noise.
        step: Which step of the schedule, from 0.
        solver: Takes the step, once the estimate is there.
    """

    x: Latent
    sigma: float
    step: int
    solver: Solver


class Predicted(NamedTuple):
    """What the network makes of x, with the prompt and with the negative one."""

    positive: Prediction
    negative: Prediction | None


class Guided(NamedTuple):
    """The estimate of the picture in x."""

    denoised: Latent


class Stepped(NamedTuple):
    """Where to evaluate next."""

    x: Latent


@node("sampling.sampler")
def sampler(*, sampler_name: SamplerName = "euler") -> Sampler:
    """Choose how to walk down the schedule.

    Args:
        sampler_name: Names ending in ``ancestral`` or ``sde``, ``ddpm``, ``lcm``, ``seeds`` and
            ``sa_solver`` draw noise on the way; ``heun``, ``dpm_2`` and their kin evaluate twice a
            step or more; ``dpm_adaptive`` chooses its own steps between the schedule's ends.
            ``cfg_pp`` guides with a cfg of 0 to 2, and in an open loop wants the UNet step's
            negative at the scheduler step.
    """
    return Sampler(sampler_name)


@node("sampling.sampler_options", title="Sampler options")
def sampler_options(
    sampler: Sampler,
    *,
    eta: Annotated[float, Range(0.0, 100.0, step=0.05)] = 1.0,
    s_noise: Annotated[float, Range(0.0, 100.0, step=0.01)] = 1.0,
    s_churn: Annotated[float, Range(0.0, 100.0, step=0.5)] = 0.0,
    s_tmin: Annotated[float, Range(0.0, 1000.0)] = 0.0,
    s_tmax: Annotated[float, Range(0.0, 1000.0)] = 1000.0,
    order: Annotated[int, Range(0, 4)] = 0,
    solver_type: Literal["midpoint", "heun"] = "midpoint",
    noise: Literal["fresh", "continued"] = "fresh",
    rtol: Annotated[float, Range(0.0, 100.0)] = 0.05,
    atol: Annotated[float, Range(0.0, 100.0)] = 0.0078,
) -> Sampler:
    """Tell a sampler more than its name; what stands at its default is left as it is.

    An option that the sampler does not know is an error.

    Args:
        eta: How much noise ancestral samplers, SDEs and seeds put back, and sa_solver in the
            middle of its way; 0 is none.
        s_noise: How strong that noise is, or that of the churn.
        s_churn: Noise put on before each step of euler, heun and dpm_2, over all steps.
        s_tmin: The noise level from which there is churn …
        s_tmax: … and to which.
        order: Of lms, ipndm, ipndm_v, deis (4, 4, 4, 3) and er_sde (3); 0 is their own.
        solver_type: How dpmpp_2m_sde carries its estimate on.
        noise: Ancestral samplers draw from the seed after the one given, or go on with the draws
            that the first noise came from, as pictures of ComfyUI before 0.3.12 made on the CPU.
        rtol: By which share of x the steps of dpm_adaptive may be off …
        atol: … or by how much, if that is more.
    """
    from nodes.lib.samplers import options

    given, usual = locals(), sampler_options.__kwdefaults__
    chosen = {name: given[name] for name, default in usual.items() if given[name] != default}
    return options.told(sampler, chosen)


@node("sampling.schedule")
def schedule(
    model: Model,
    *,
    scheduler: SchedulerName = "normal",
    steps: Annotated[int, Range(1, 10000)] = 20,
    denoise: Annotated[float, Range(0.0, 1.0, step=0.01)] = 1.0,
    discard_penultimate: bool = False,
) -> Schedule:
    """Choose which noise levels to visit.

    Args:
        scheduler: How they are spread.
        steps: How many.
        denoise: Share of the way to go, 0 to 1: less than 1 keeps that much of a linked latent.
        discard_penultimate: Drop the last level but one, as suits dpm_2 and uni_pc.
    """
    from nodes.lib import schedules

    sigmas = schedules.sigmas(
        model.sampling, scheduler, steps, denoise, discard_penultimate=discard_penultimate
    )
    return Schedule(tuple(sigmas.tolist()), scheduler)


@node("sampling.denoise")
def denoise(
    model: Model,
    sampler: Sampler,
    schedule: Schedule,
    noise: Noise,
    latent: Latent | None = None,
) -> Generator[Turn, Latent, Latent]:
    """Take the noise out of a latent, one network evaluation a turn.

    Args:
        sampler: How to walk.
        schedule: Through which noise levels.
        noise: What to start from.
        latent: A picture to start from, under the noise; nothing by default.
    """
    from nodes.lib import sampling
    from nodes.lib.latents import previews

    report = previews.reporter(model, current())
    walk = sampling.Walk(model, sampler, schedule, noise, latent)
    while not walk.done:
        report(walk)
        walk.take((yield Turn(walk.x, walk.sigma, walk.step, walk.solver())))
    return walk.result()


@node("sampling.predict", title="UNet step")
def predict(
    model: Model,
    x: Latent,
    sigma: float,
    positive: Conditioning,
    negative: Conditioning | None = None,
) -> Predicted:
    """Let the network say what is noise in x: one call for both prompts.

    Args:
        x: A latent with noise on it.
        sigma: How much noise.
        positive: What the picture shall show.
        negative: What it shall not.
    """
    from nodes.lib import predict as lib

    return Predicted(*lib.predict(model, x, sigma, positive, negative))


@node("sampling.guidance")
def guidance(positive: Prediction, negative: Prediction | None = None, *, cfg: Cfg = 7.0) -> Guided:
    """Lean away from the negative estimate: classifier-free guidance.

    Args:
        cfg: How far: negative + cfg * (positive - negative); 1 is the positive alone.
    """
    from nodes.lib import guidance as lib

    return Guided(lib.guided(positive, negative, cfg))


@node("sampling.step", title="Scheduler step")
def step(
    solver: Solver,
    denoised: Latent,
    x: Latent | None = None,
    negative: Prediction | None = None,
) -> Stepped:
    """Take one step from x towards the estimate, as the sampler does.

    Args:
        solver: The turn's.
        denoised: The estimate of the picture.
        x: Where the estimate was made, if the loop changed x before.
        negative: What the network makes of x with the negative prompt, which samplers named cfg_pp
            walk along; others do not look at it.
    """
    return Stepped(solver.advance(denoised, x, negative))


@node("sampling.sample")
def sample(
    model: Model,
    positive: Conditioning,
    sampler: Sampler,
    schedule: Schedule,
    noise: Noise,
    negative: Conditioning | None = None,
    latent: Latent | None = None,
    *,
    cfg: Cfg = 7.0,
) -> Latent:
    """Take the noise out of a latent, in one node: the denoise loop, closed.

    Args:
        positive: What the picture shall show.
        sampler: How to walk.
        schedule: Through which noise levels.
        noise: What to start from.
        negative: What it shall not show.
        latent: A picture to start from, under the noise; nothing by default.
        cfg: How far to lean away from the negative; 1 never evaluates it.
    """
    from nodes.lib import sampling
    from nodes.lib.latents import previews

    report = previews.reporter(model, current())
    walk = sampling.Walk(model, sampler, schedule, noise, latent)
    return sampling.sample(walk, model, positive, negative, cfg, report)
