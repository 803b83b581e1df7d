"""Nodes that cut, turn, stretch and write schedules: advanced sampling, in any loop."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, node
from nodes.handles import Model
from nodes.ranges import Share
from nodes.types import Schedule

Step = Annotated[int, Range(0, 10000)]
Steps = Annotated[int, Range(1, 10000)]
Level = Annotated[float, Range(0.0001, 20000.0)]
Shape = Annotated[float, Range(0.01, 50.0, step=0.05)]
Sigma = Annotated[float, Range(0.0, 20000.0, step=0.1)]


class Halves(NamedTuple):
    """A schedule in two.

    Attributes:
        high: The steps with much noise.
        low: The steps with little, from where the others end.
    """

    high: Schedule
    low: Schedule


@node("schedule.split", title="Split schedule")
def split(schedule: Schedule, *, step: Step = 10) -> Halves:
    """Cut a schedule in two, so that two samplers, models or prompts share the way.

    The first leaves noise in its latent; the second goes on from there with no noise of its own
    (latent.no_noise).

    Args:
        step: How many steps the first half has.
    """
    from nodes.lib.schedules import cut as schedules_cut

    high, low = schedules_cut.split(schedule.sigmas, step)
    return Halves(Schedule(high, schedule.scheduler), Schedule(low, schedule.scheduler))


@node("schedule.split_at_share", title="Split schedule at a share")
def split_at_share(schedule: Schedule, *, denoise: Share = 0.5) -> Halves:
    """Cut a schedule in two, by the share of its steps that the second half has.

    Args:
        denoise: That share, 0 to 1.
    """
    from nodes.lib.schedules import cut as schedules_cut

    high, low = schedules_cut.split_at_share(schedule.sigmas, denoise)
    return Halves(Schedule(high, schedule.scheduler), Schedule(low, schedule.scheduler))


@node("schedule.slice", title="Slice schedule")
def slice_of(
    schedule: Schedule, *, start_step: Step = 0, end_step: Step = 10000, leftover: bool = False
) -> Schedule:
    """Take some of a schedule's steps: the start and end step of an advanced sampler.

    Args:
        start_step: The first, from 0; with none left, the latent stays as it is.
        end_step: Where to stop, before that step.
        leftover: Leave the noise that is there when it stops early, for another sampler; else its
            last step takes off all of it.
    """
    from nodes.lib.schedules import cut as schedules_cut

    sigmas = schedules_cut.sliced(schedule.sigmas, start_step, end_step, leftover=leftover)
    return Schedule(sigmas, schedule.scheduler)


@node("schedule.custom", title="Custom schedule")
def custom(levels: list[float] | None = None, *, sigmas: str = "14.6 7.1 3 1 0") -> Schedule:
    """Write a schedule out.

    Args:
        levels: Numbers, which count in place of the text where they are linked.
        sigmas: The noise levels, falling; the last is 0, or what noise shall be left.
    """
    from nodes.lib.schedules import cut as schedules_cut

    numbers = schedules_cut.parsed(sigmas) if levels is None else levels
    return Schedule(schedules_cut.checked(numbers), "custom")


@node("schedule.flip", title="Flip schedule")
def flip(schedule: Schedule) -> Schedule:
    """Turn a schedule round: from picture to noise, with a sampler that draws none, such as euler.

    Start it from a picture's latent and no noise (latent.no_noise).
    """
    from nodes.lib.schedules import cut as schedules_cut

    return Schedule(schedules_cut.flipped(schedule.sigmas), schedule.scheduler)


@node("schedule.extend", title="Extend schedule")
def extend(
    schedule: Schedule,
    *,
    steps: Annotated[int, Range(1, 100)] = 2,
    start_sigma: Annotated[float, Range(-1.0, 20000.0)] = -1.0,
    end_sigma: Sigma = 12.0,
    spacing: Literal["linear", "cosine", "sine"] = "linear",
) -> Schedule:
    """Take smaller steps in a part of the way.

    Args:
        steps: How many for each that was one.
        start_sigma: Only for steps from this noise level or below; -1 for all.
        end_sigma: Only for steps from this noise level or above.
        spacing: Evenly, dense where such a step begins (cosine), or where it ends (sine).
    """
    from nodes.lib.schedules import cut as schedules_cut

    sigmas = schedules_cut.extended(schedule.sigmas, steps, start_sigma, end_sigma, spacing)
    return Schedule(sigmas, schedule.scheduler)


@node("schedule.polyexponential", title="Polyexponential schedule")
def polyexponential(
    *,
    steps: Steps = 20,
    sigma_max: Level = 14.614642,
    sigma_min: Level = 0.0291675,
    rho: Annotated[float, Range(0.0, 100.0)] = 1.0,
) -> Schedule:
    """Spread noise levels along a polynomial in log sigma.

    Args:
        steps: How many.
        sigma_max: The first level.
        sigma_min: The last but 0.
        rho: The polynomial's degree; 1 is exponential, more stays longer at little noise.
    """
    from nodes.lib.schedules import cut as schedules_cut

    sigmas = schedules_cut.polyexponential(steps, sigma_max, sigma_min, rho)
    return Schedule(sigmas, "polyexponential")


@node("schedule.karras", title="Karras schedule")
def karras(
    *,
    steps: Steps = 20,
    sigma_max: Level = 14.614642,
    sigma_min: Level = 0.0291675,
    rho: Annotated[float, Range(0.01, 100.0)] = 7.0,
) -> Schedule:
    """Spread noise levels evenly in a root of them: arXiv:2206.00364, eq. 5.

    Args:
        steps: How many.
        sigma_max: The first level.
        sigma_min: The last but 0.
        rho: Which root; more stays longer at little noise.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.karras(steps, sigma_max, sigma_min, rho), "karras")


@node("schedule.laplace", title="Laplace schedule")
def laplace(
    *,
    steps: Steps = 20,
    sigma_max: Level = 14.614642,
    sigma_min: Level = 0.0291675,
    mu: Annotated[float, Range(-10.0, 10.0, step=0.1)] = 0.0,
    beta: Annotated[float, Range(0.0, 10.0, step=0.1)] = 0.5,
) -> Schedule:
    """Spread noise levels as a Laplace distribution, most about the middle: arXiv:2407.03297.

    Args:
        steps: How many levels there are; the last is sigma_min, which is left in the latent.
        sigma_max: No level is above.
        sigma_min: No level is below.
        mu: The logarithm of the level that the others lie about.
        beta: How far they lie from it.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.laplace(steps, sigma_max, sigma_min, mu, beta), "laplace")


@node("schedule.vp", title="VP schedule")
def vp(
    *,
    steps: Steps = 20,
    beta_d: Annotated[float, Range(0.0, 5000.0)] = 19.9,
    beta_min: Annotated[float, Range(0.0001, 5000.0)] = 0.1,
    eps_s: Annotated[float, Range(0.00001, 0.9)] = 0.001,
) -> Schedule:
    """Spread noise levels evenly in the time of the variance preserving process: arXiv:2011.13456.

    Args:
        steps: How many.
        beta_d: How much faster noise comes at the end than at the beginning.
        beta_min: How fast it comes at the beginning.
        eps_s: The last time but 0.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.vp(steps, beta_d, beta_min, eps_s), "vp")


@node("schedule.beta", title="Beta schedule")
def beta(model: Model, *, steps: Steps = 20, alpha: Shape = 0.6, beta: Shape = 0.6) -> Schedule:
    """Spread noise levels as a beta distribution over the network's times: arXiv:2407.12173.

    Args:
        steps: How many; times that come to the same count once.
        alpha: Less is denser at little noise.
        beta: Less is denser at much noise.
    """
    from nodes.lib import schedules

    return Schedule(tuple(schedules.beta(model.sampling, steps, alpha, beta)), "beta")


@node("schedule.align_your_steps", title="Align your steps")
def align_your_steps(
    *,
    kind: Literal["SD1", "SDXL", "SVD"] = "SD1",
    steps: Steps = 10,
    denoise: Share = 1.0,
) -> Schedule:
    """Visit the noise levels found best for a model in few steps: arXiv:2404.14507.

    Args:
        kind: The model they were found for.
        steps: How many; ten are as published, others lie between them.
        denoise: The share of them to take, the last ones; 0 is no step.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.aligned(kind, steps, denoise), "align_your_steps")


@node("schedule.turbo", title="Turbo schedule")
def turbo(
    model: Model, *, steps: Annotated[int, Range(1, 10)] = 1, denoise: Share = 1.0
) -> Schedule:
    """Visit the noise levels that turbo models were distilled for: arXiv:2311.17042.

    Args:
        steps: How many of the ten.
        denoise: The share of the ten that begins the way; less keeps more of a latent.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.turbo(model.sampling, steps, denoise), "turbo")


@node("schedule.set_first", title="Set first level")
def set_first(
    schedule: Schedule, *, sigma: Annotated[float, Range(0.0, 20000.0)] = 136.0
) -> Schedule:
    """Begin a schedule at another noise level.

    Args:
        sigma: That level, above the second one.
    """
    from nodes.lib.schedules import formulas

    return Schedule(formulas.begun(schedule.sigmas, sigma), schedule.scheduler)
