"""Classes that take the noise out of latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.entries.walking import Walk, advanced_back, ksampler_back, walk
from nodegraph.comfy.fields import (
    among,
    choice,
    integer,
    link,
    number,
    param_choices,
    seed,
)
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.comfy.theirs import Theirs
    from nodegraph.graph import Graph, Node

EXTRA_STEP = ("dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2")
"""Samplers whose schedule is made with one step more and without the second to last sigma."""
BROWNIAN = ("dpmpp_sde", "dpmpp_2m_sde", "dpmpp_2m_sde_heun", "dpmpp_3m_sde")
ON_THE_DEVICE = {f"{name}_gpu": name for name in BROWNIAN}
"""The same samplers, drawing their noise on the GPU; here all noise is drawn on the CPU."""
SAMPLERS = param_choices("sampling.sampler", "sampler_name", also=ON_THE_DEVICE, prefix="sample_")
SCHEDULERS = param_choices("sampling.schedule", "scheduler")
DRAWN = (
    *("_ancestral", "_ancestral_cfg_pp", "ddpm", "lcm", "er_sde", "seeds_2", "seeds_3"),
    *("exp_heun_2_x0_sde", "sa_solver", "sa_solver_pece"),
)
"""How the names of samplers end that draw one noise after the other."""

STEPS = integer("steps", 20, 1, 10000)
CFG = number("cfg", 8.0, 0.0, 100.0, step=0.1, round=0.01)
WALK = (STEPS, CFG, choice("sampler_name", SAMPLERS), choice("scheduler", SCHEDULERS))
LINKS = (
    link("positive", "CONDITIONING"),
    link("negative", "CONDITIONING"),
    link("latent_image", "LATENT"),
)
DIFFERS = (
    "Samplers named ancestral, ddpm, lcm, er_sde, seeds, sa_solver and exp_heun_2_x0_sde draw "
    "their noise on the CPU from the seed after the one given, as newer ComfyUI does there; those "
    "ending in gpu are the same samplers, drawing on the CPU. CFG++ is that of newer ComfyUI, with "
    "the share of signal that flows have."
)


def sampler(here: Here) -> Wire:
    """Add a sampler by its name, and say where its noise is other than theirs."""
    name = here["sampler_name"]
    if isinstance(name, str) and name.endswith(DRAWN):
        here.approximate(f"{name} draws its noise from the seed after the one given")
    asked = here.node.inputs.get("sampler_name")
    if isinstance(asked, str) and asked.removeprefix("sample_") in ON_THE_DEVICE:
        here.approximate("noise is drawn on the CPU, so a GPU's seed makes another picture")
    return Wire((here.add("sampling.sampler", sampler_name=name), "sampler"))


def _schedule(here: Here, denoise: object) -> Wire:
    made = here.add(
        "sampling.schedule",
        model=here["model"],
        scheduler=here["scheduler"],
        steps=here["steps"],
        denoise=denoise,
        discard_penultimate=here.constant("sampler_name") in EXTRA_STEP,
    )
    return Wire((made, "schedule"))


def _back(graph: Graph, node: Node) -> Theirs | None:
    return ksampler_back(graph, node, EXTRA_STEP)


def _advanced_back(graph: Graph, node: Node) -> Theirs | None:
    return advanced_back(graph, node, EXTRA_STEP)


@comfy_class(
    "KSampler",
    title="KSampler",
    category="sampling",
    inputs=[
        link("model", "MODEL"),
        seed("seed"),
        *WALK,
        *LINKS,
        number("denoise", 1.0, 0.0, 1.0, step=0.01),
    ],
    outputs=["LATENT"],
    differs=DIFFERS,
    back=("sampling.sample", _back),
)
def ksampler(here: Here) -> list[Wire]:
    """Take the noise out of a latent, guided by two prompts."""
    found = Walk(
        here["model"],
        here["latent_image"],
        sampler(here),
        _schedule(here, here["denoise"]),
        here["seed"],
    )
    return walk(here, found)[:1]


@comfy_class(
    "KSamplerAdvanced",
    title="KSampler, advanced",
    category="sampling",
    inputs=[
        link("model", "MODEL"),
        choice("add_noise", among("enable", "disable")),
        seed("noise_seed"),
        *WALK,
        *LINKS,
        integer("start_at_step", 0, 0, 10000),
        integer("end_at_step", 10000, 0, 10000),
        choice("return_with_leftover_noise", among("disable", "enable")),
    ],
    outputs=["LATENT"],
    differs=DIFFERS,
    back=("sampling.sample", _advanced_back),
)
def ksampler_advanced(here: Here) -> list[Wire]:
    """Take the noise out of a latent over some steps of a schedule."""
    schedule = _schedule(here, 1.0)
    start, end, steps = (here[name] for name in ("start_at_step", "end_at_step", "steps"))
    if start != 0 or isinstance(end, Wire) or isinstance(steps, Wire) or end < steps:
        cut = here.add(
            "schedule.slice",
            schedule=schedule,
            start_step=start,
            end_step=end,
            leftover=here.constant("return_with_leftover_noise") == "enable",
        )
        schedule = Wire((cut, "schedule"))
    silent = here.constant("add_noise") == "disable"
    found = Walk(
        here["model"], here["latent_image"], sampler(here), schedule, here["noise_seed"], silent
    )
    return walk(here, found)[:1]
