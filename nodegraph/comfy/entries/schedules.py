"""Classes that make and cut schedules."""

from __future__ import annotations

from nodegraph.comfy.classes import twin_class
from nodegraph.comfy.entries.sampling import SCHEDULERS
from nodegraph.comfy.fields import among, choice, integer, link, number, younger
from nodegraph.comfy.twin import Twin

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


twin_class(
    "KarrasScheduler",
    Twin(
        "schedule.karras",
        {"steps": "steps", "sigma_max": "sigma_max", "sigma_min": "sigma_min", "rho": "rho"},
        ("schedule",),
    ),
    "Spread noise levels as in Karras et al. 2022, arXiv:2206.00364, eq. 5.",
    title="Karras scheduler",
    category=KINDS,
    inputs=[STEPS, HIGH, LOW, number("rho", 7.0, 0.0, 100.0, step=0.01, round=False)],
    outputs=GIVES,
)
twin_class(
    "LaplaceScheduler",
    Twin(
        "schedule.laplace",
        {name: name for name in ("steps", "sigma_max", "sigma_min", "mu", "beta")},
        ("schedule",),
    ),
    "Spread noise levels as a Laplace distribution: Hang et al. 2024, arXiv:2407.03297.",
    title="Laplace scheduler",
    category=KINDS,
    inputs=[
        STEPS,
        HIGH,
        LOW,
        number("mu", 0.0, -10.0, 10.0, step=0.1, round=False),
        number("beta", 0.5, 0.0, 10.0, step=0.1, round=False),
    ],
    outputs=GIVES,
)
twin_class(
    "VPScheduler",
    Twin(
        "schedule.vp",
        {name: name for name in ("steps", "beta_d", "beta_min", "eps_s")},
        ("schedule",),
    ),
    "Spread noise levels evenly in the time of the variance preserving process.",
    title="VP scheduler",
    category=KINDS,
    inputs=[
        STEPS,
        number("beta_d", 19.9, 0.0, 5000.0, step=0.01, round=False),
        number("beta_min", 0.1, 0.0, 5000.0, step=0.01, round=False),
        number("eps_s", 0.001, 0.0, 1.0, step=0.0001, round=False),
    ],
    outputs=GIVES,
)
twin_class(
    "SDTurboScheduler",
    Twin(
        "schedule.turbo",
        {"model": "model", "steps": "steps", "denoise": "denoise"},
        ("schedule",),
    ),
    "Visit the noise levels that turbo models were distilled for.",
    title="SD Turbo scheduler",
    category=KINDS,
    inputs=[link("model", "MODEL"), integer("steps", 1, 1, 10), younger(DENOISE)],
    outputs=GIVES,
)
twin_class(
    "AlignYourStepsScheduler",
    Twin(
        "schedule.align_your_steps",
        {"model_type": "kind", "steps": "steps", "denoise": "denoise"},
        ("schedule",),
    ),
    "Visit the noise levels found best for a model: Sabour et al. 2024, arXiv:2404.14507.",
    title="Align your steps scheduler",
    category=KINDS,
    inputs=[
        choice("model_type", among("SD1", "SDXL", "SVD")),
        integer("steps", 10, 1, 10000),
        DENOISE,
    ],
    outputs=GIVES,
)
twin_class(
    "BetaSamplingScheduler",
    Twin(
        "schedule.beta",
        {name: name for name in ("model", "steps", "alpha", "beta")},
        ("schedule",),
    ),
    "Spread noise levels by a beta distribution.",
    title="Beta scheduler",
    category=KINDS,
    inputs=[
        link("model", "MODEL"),
        STEPS,
        number("alpha", 0.6, 0.0, 50.0, step=0.01, round=False),
        number("beta", 0.6, 0.0, 50.0, step=0.01, round=False),
    ],
    outputs=GIVES,
)
twin_class(
    "SetFirstSigma",
    Twin("schedule.set_first", {"sigmas": "schedule", "sigma": "sigma"}, ("schedule",)),
    "Begin a schedule at another noise level.",
    title="Set first sigma",
    category=CUTS,
    inputs=[SIGMAS, number("sigma", 136.0, 0.0, 20000.0, step=0.001, round=False)],
    outputs=GIVES,
)
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
