"""Classes of samplers that are told more than their name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import among, choice, integer, link, number, yes
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.here import Here


def _unlike(here: Here, usual: Mapping[str, Any]) -> None:
    """Say which inputs have another value than the one they always have here."""
    for name, value in usual.items():
        if here.constant(name) != value:
            here.approximate(f"{name} is {value} here")


def _options(here: Here, name: str, *options: str) -> list[Wire]:
    """Add a sampler that is told more than its name."""
    if "noise_device" in here.values and here["noise_device"] == "gpu":
        here.approximate("noise is drawn on the CPU, so a GPU's seed makes another picture")
    plain = Wire((here.add("sampling.sampler", sampler_name=name), "sampler"))
    settings = {option: here[option] for option in options}
    return [Wire((here.add("sampling.sampler_options", sampler=plain, **settings), "sampler"))]


ETA = number("eta", 1.0, 0.0, 100.0, step=0.01, round=False)
S_NOISE = number("s_noise", 1.0, 0.0, 100.0, step=0.01, round=False)
NOISE_DEVICE = choice("noise_device", among("gpu", "cpu"))
ON_CPU = "Noise is drawn on the CPU."

_sampler = partial(comfy_class, category="sampling/custom_sampling/samplers", outputs=["SAMPLER"])


@_sampler(
    "SamplerEulerAncestral",
    title="Sampler Euler ancestral",
    inputs=[ETA, S_NOISE],
    differs=ON_CPU,
)
def euler_ancestral(here: Here) -> list[Wire]:
    """Walk by Euler's method, with fresh noise after each step."""
    return _options(here, "euler_ancestral", "eta", "s_noise")


@_sampler(
    "SamplerDPMPP_2M_SDE",
    title="Sampler DPM++ 2M SDE",
    inputs=[choice("solver_type", among("midpoint", "heun")), ETA, S_NOISE, NOISE_DEVICE],
    differs=ON_CPU,
)
def dpmpp_2m_sde(here: Here) -> list[Wire]:
    """Walk by DPM-Solver++ of second order with noise."""
    return _options(here, "dpmpp_2m_sde", "solver_type", "eta", "s_noise")


@_sampler(
    "SamplerDPMPP_3M_SDE",
    title="Sampler DPM++ 3M SDE",
    inputs=[ETA, S_NOISE, NOISE_DEVICE],
    differs=ON_CPU,
)
def dpmpp_3m_sde(here: Here) -> list[Wire]:
    """Walk by DPM-Solver++ of third order with noise."""
    return _options(here, "dpmpp_3m_sde", "eta", "s_noise")


@_sampler(
    "SamplerDPMPP_SDE",
    title="Sampler DPM++ SDE",
    inputs=[ETA, S_NOISE, number("r", 0.5, 0.0, 100.0, step=0.01, round=False), NOISE_DEVICE],
    differs=f"{ON_CPU} r is always 0.5.",
)
def dpmpp_sde(here: Here) -> list[Wire]:
    """Walk by DPM-Solver++ with noise."""
    if here.constant("r") != 0.5:
        here.approximate("r is 0.5 here")
    return _options(here, "dpmpp_sde", "eta", "s_noise")


@_sampler(
    "SamplerLMS",
    title="Sampler LMS",
    inputs=[integer("order", 4, 1, 100)],
    differs="The order is 4 at most.",
)
def lms(here: Here) -> list[Wire]:
    """Walk by a linear multistep method."""
    return _options(here, "lms", "order")


@_sampler(
    "SamplerEulerAncestralCFGPP",
    title="Sampler Euler ancestral CFG++",
    inputs=[ETA, S_NOISE],
    differs=ON_CPU,
)
def euler_ancestral_cfg_pp(here: Here) -> list[Wire]:
    """Walk by Euler's method along the negative estimate, with fresh noise after each step."""
    return _options(here, "euler_ancestral_cfg_pp", "eta", "s_noise")


@_sampler(
    "SamplerEulerCFGpp",
    title="Sampler Euler CFG++",
    inputs=[choice("version", among("regular", "alternative"))],
    differs="The version is always regular.",
)
def euler_cfg_pp(here: Here) -> list[Wire]:
    """Walk by Euler's method along the negative estimate."""
    _unlike(here, {"version": "regular"})
    return [Wire((here.add("sampling.sampler", sampler_name="euler_cfg_pp"), "sampler"))]


@_sampler(
    "SamplerDPMPP_2S_Ancestral",
    title="Sampler DPM++ 2S ancestral",
    inputs=[ETA, S_NOISE],
    differs=ON_CPU,
)
def dpmpp_2s_ancestral(here: Here) -> list[Wire]:
    """Walk by DPM-Solver++ with an estimate halfway, and fresh noise after each step."""
    return _options(here, "dpmpp_2s_ancestral", "eta", "s_noise")


CONTROLLER = {
    "order": 3,
    "h_init": 0.05,
    "pcoeff": 0.0,
    "icoeff": 1.0,
    "dcoeff": 0.0,
    "accept_safety": 0.81,
    "eta": 0.0,
}
"""What chooses the steps of dpm_adaptive here."""


@_sampler(
    "SamplerDPMAdaptative",
    title="Sampler DPM adaptive",
    inputs=[
        integer("order", 3, 2, 3),
        *(
            number(name, default, 0.0, 100.0, step=0.01, round=False)
            for name, default in (
                ("rtol", 0.05),
                ("atol", 0.0078),
                ("h_init", 0.05),
                ("pcoeff", 0.0),
                ("icoeff", 1.0),
                ("dcoeff", 0.0),
                ("accept_safety", 0.81),
                ("eta", 0.0),
                ("s_noise", 1.0),
            )
        ),
    ],
    differs="Beside rtol and atol all is as it is by default.",
)
def dpm_adaptive(here: Here) -> list[Wire]:
    """Walk by steps as long as two orders agree."""
    _unlike(here, CONTROLLER)
    return _options(here, "dpm_adaptive", "rtol", "atol")


@_sampler(
    "SamplerER_SDE",
    title="Sampler ER-SDE",
    inputs=[
        choice("solver_type", among("ER-SDE", "Reverse-time SDE", "ODE")),
        integer("max_stage", 3, 1, 3),
        ETA,
        S_NOISE,
    ],
    differs=f"{ON_CPU} The noise scale is always that of ER-SDE, with an eta of 1.",
)
def er_sde(here: Here) -> list[Wire]:
    """Walk by ER-SDE, of up to third order."""
    _unlike(here, {"solver_type": "ER-SDE", "eta": 1.0})
    plain = Wire((here.add("sampling.sampler", sampler_name="er_sde"), "sampler"))
    settings = {"order": here["max_stage"], "s_noise": here["s_noise"]}
    return [Wire((here.add("sampling.sampler_options", sampler=plain, **settings), "sampler"))]


SA = {
    "sde_start_percent": 0.2,
    "sde_end_percent": 0.8,
    "predictor_order": 3,
    "corrector_order": 4,
    "simple_order_2": False,
}
"""How sa_solver walks here."""


@_sampler(
    "SamplerSASolver",
    title="Sampler SA-Solver",
    inputs=[
        link("model", "MODEL"),
        number("eta", 1.0, 0.0, 10.0, step=0.01, round=False),
        number("sde_start_percent", 0.2, 0.0, 1.0, step=0.001),
        number("sde_end_percent", 0.8, 0.0, 1.0, step=0.001),
        S_NOISE,
        integer("predictor_order", 3, 1, 6),
        integer("corrector_order", 4, 0, 6),
        yes("use_pece", False),
        yes("simple_order_2", False),
    ],
    differs=f"{ON_CPU} The orders are 3 and 4, and noise comes from 0.2 to 0.8 of the way.",
)
def sa_solver(here: Here) -> list[Wire]:
    """Walk by a stochastic Adams method."""
    _unlike(here, SA)
    name = "sa_solver_pece" if here.constant("use_pece") else "sa_solver"
    return _options(here, name, "eta", "s_noise")
