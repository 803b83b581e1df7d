"""Classes that make and cut schedules."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.entries.sampling import SCHEDULERS
from nodegraph.comfy.fields import among, choice, integer, link, number, younger
from nodegraph.comfy.published import BEST, turbo
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.comfy.here import Here

GIVES = ["SIGMAS"]
SIGMAS = link("sigmas", "SIGMAS")
KINDS = "sampling/custom_sampling/schedulers"
CUTS = "sampling/custom_sampling/sigmas"
STEPS = integer("steps", 20, 1, 10000)
DENOISE = number("denoise", 1.0, 0.0, 1.0, step=0.01)
HIGH = number("sigma_max", 14.614642, 0.0, 5000.0, step=0.01, round=False)
LOW = number("sigma_min", 0.0291675, 0.0, 5000.0, step=0.01, round=False)

twin_class(
    "BasicScheduler",
    Twin(
        "sampling.schedule",
        {"model": "model", "scheduler": "scheduler", "steps": "steps", "denoise": "denoise"},
        ("schedule",),
        {"discard_penultimate": False},
    ),
    "Choose which noise levels to visit.",
    title="Basic scheduler",
    category=KINDS,
    inputs=[link("model", "MODEL"), choice("scheduler", SCHEDULERS), STEPS, younger(DENOISE)],
    outputs=GIVES,
)
twin_class(
    "ExponentialScheduler",
    Twin(
        "schedule.polyexponential",
        {"steps": "steps", "sigma_max": "sigma_max", "sigma_min": "sigma_min"},
        ("schedule",),
        {"rho": 1.0},
    ),
    "Spread noise levels evenly in their logarithm.",
    title="Exponential scheduler",
    category=KINDS,
    inputs=[STEPS, HIGH, LOW],
    outputs=GIVES,
)
twin_class(
    "PolyexponentialScheduler",
    Twin(
        "schedule.polyexponential",
        {"steps": "steps", "sigma_max": "sigma_max", "sigma_min": "sigma_min", "rho": "rho"},
        ("schedule",),
    ),
    "Spread noise levels along a polynomial in their logarithm.",
    title="Polyexponential scheduler",
    category=KINDS,
    inputs=[STEPS, HIGH, LOW, number("rho", 1.0, 0.0, 100.0, step=0.01, round=False)],
    outputs=GIVES,
)


def _written(here: Here, sigmas: Sequence[float]) -> list[Wire]:
    """Add a schedule that is written out."""
    text = " ".join(f"{one:.9g}" for one in sigmas)
    return [Wire((here.add("schedule.custom", sigmas=text), "schedule"))]


@comfy_class(
    "KarrasScheduler",
    title="Karras scheduler",
    category=KINDS,
    inputs=[STEPS, HIGH, LOW, number("rho", 7.0, 0.0, 100.0, step=0.01, round=False)],
    outputs=GIVES,
)
def karras(here: Here) -> list[Wire]:
    """Spread noise levels as in Karras et al. 2022, arXiv:2206.00364, eq. 5."""
    steps, rho = here.constant("steps"), here.constant("rho") or 1.0
    high, low = (here.constant(name) ** (1 / rho) for name in ("sigma_max", "sigma_min"))
    ramp = (step / max(steps - 1, 1) for step in range(steps))
    return _written(here, [*((high + one * (low - high)) ** rho for one in ramp), 0.0])


@comfy_class(
    "SDTurboScheduler",
    title="SD Turbo scheduler",
    category=KINDS,
    inputs=[link("model", "MODEL"), integer("steps", 1, 1, 10), younger(DENOISE)],
    outputs=GIVES,
    differs="The levels are those of Stable Diffusion's own schedule, which SD Turbo and SDXL "
    "Turbo have, whatever the model.",
)
def sd_turbo(here: Here) -> list[Wire]:
    """Visit the noise levels that turbo models were distilled for."""
    return _written(here, turbo(here.constant("steps"), here.constant("denoise")))


@comfy_class(
    "AlignYourStepsScheduler",
    title="Align your steps scheduler",
    category=KINDS,
    inputs=[
        choice("model_type", among("SD1", "SDXL", "SVD")),
        integer("steps", 10, 1, 10000),
        DENOISE,
    ],
    outputs=GIVES,
)
def align_your_steps(here: Here) -> list[Wire]:
    """Visit the noise levels found best for a model: Sabour et al. 2024, arXiv:2404.14507."""
    steps, denoise = here.constant("steps"), here.constant("denoise")
    taken = steps if denoise >= 1 else round(steps * denoise)
    if denoise <= 0 or taken < 1:
        raise here.refuse("denoise", "no step is left; choose more steps, or more denoise")
    levels = _between(BEST[here.constant("model_type")], steps + 1)[-(taken + 1) :]
    return _written(here, [*levels[:-1], 0.0])


def _between(levels: Sequence[float], count: int) -> list[float]:
    """Return that many levels, evenly along a line through the logarithms of those given."""
    found: list[float] = []
    for index in range(count):
        place = index / max(count - 1, 1) * (len(levels) - 1)
        left = min(int(place), len(levels) - 2)
        low, high = math.log(levels[left]), math.log(levels[left + 1])
        found.append(math.exp(low + (place - left) * (high - low)))
    return found


@comfy_class(
    "BetaSamplingScheduler",
    title="Beta scheduler",
    category=KINDS,
    inputs=[
        link("model", "MODEL"),
        STEPS,
        number("alpha", 0.6, 0.0, 50.0, step=0.01, round=False),
        number("beta", 0.6, 0.0, 50.0, step=0.01, round=False),
    ],
    outputs=GIVES,
    differs="alpha and beta are always 0.6.",
)
def beta(here: Here) -> list[Wire]:
    """Spread noise levels by a beta distribution."""
    if (here.constant("alpha"), here.constant("beta")) != (0.6, 0.6):
        here.approximate("alpha and beta are 0.6 here")
    made = here.add("sampling.schedule", model=here["model"], scheduler="beta", steps=here["steps"])
    return [Wire((made, "schedule"))]


for _name, _type, _param, _field in (
    ("SplitSigmas", "schedule.split", "step", integer("step", 0, 0, 10000)),
    ("SplitSigmasDenoise", "schedule.split_at_share", "denoise", DENOISE),
):
    twin_class(
        _name,
        Twin(_type, {"sigmas": "schedule", _param: _param}, ("high", "low")),
        "Cut a schedule in two.",
        title="Split sigmas" if _param == "step" else "Split sigmas at a share",
        category=CUTS,
        inputs=[SIGMAS, _field],
        outputs=["SIGMAS", "SIGMAS"],
    )
twin_class(
    "FlipSigmas",
    Twin("schedule.flip", {"sigmas": "schedule"}, ("schedule",)),
    "Turn a schedule round.",
    title="Flip sigmas",
    category=CUTS,
    inputs=[SIGMAS],
    outputs=GIVES,
)
twin_class(
    "ExtendIntermediateSigmas",
    Twin(
        "schedule.extend",
        {
            "sigmas": "schedule",
            "steps": "steps",
            "start_at_sigma": "start_sigma",
            "end_at_sigma": "end_sigma",
            "spacing": "spacing",
        },
        ("schedule",),
    ),
    "Take smaller steps in a part of the way.",
    title="Extend intermediate sigmas",
    category=CUTS,
    inputs=[
        SIGMAS,
        integer("steps", 2, 1, 100),
        number("start_at_sigma", -1.0, -1.0, 20000.0, step=0.01, round=False),
        number("end_at_sigma", 12.0, 0.0, 20000.0, step=0.01, round=False),
        choice("spacing", among("linear", "cosine", "sine")),
    ],
    outputs=GIVES,
)
