"""Nodes that cut, turn, stretch and write schedules: advanced sampling, in any loop."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, node
from nodes.types import Schedule

Step = Annotated[int, Range(0, 10000)]
Share = Annotated[float, Range(0.0, 1.0, step=0.01)]
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


@node("schedule.slice", title="Slice of a schedule")
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
    steps: Annotated[int, Range(1, 10000)] = 20,
    sigma_max: Annotated[float, Range(0.0001, 20000.0)] = 14.614642,
    sigma_min: Annotated[float, Range(0.0001, 20000.0)] = 0.0291675,
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
