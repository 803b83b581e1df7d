"""Classes that take the noise out of latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
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

EXTRA_STEP = ("dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2")
"""Samplers whose schedule is made with one step more and without the second to last sigma."""
ON_THE_DEVICE = {f"{name}_gpu": name for name in ("dpmpp_sde", "dpmpp_2m_sde", "dpmpp_3m_sde")}
"""The same samplers, drawing their noise on the GPU; here all noise is drawn on the CPU."""
SAMPLERS = param_choices("sampling.sampler", "sampler_name", also=ON_THE_DEVICE)
SCHEDULERS = param_choices("sampling.schedule", "scheduler")
DRAW_ANCESTRAL = ("euler_ancestral", "dpm_2_ancestral", "dpmpp_2s_ancestral", "ddpm", "lcm")

STEPS = integer("steps", 20, 1, 10000)
CFG = number("cfg", 8.0, 0.0, 100.0, step=0.1, round=0.01)
WALK = (STEPS, CFG, choice("sampler_name", SAMPLERS), choice("scheduler", SCHEDULERS))
LINKS = (
    link("positive", "CONDITIONING"),
    link("negative", "CONDITIONING"),
    link("latent_image", "LATENT"),
)
DIFFERS = (
    "Samplers named ancestral, ddpm and lcm draw their noise on the CPU from the seed after the "
    "one given, as newer ComfyUI does there."
)


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
)
def ksampler(here: Here) -> list[Wire]:
    """Take the noise out of a latent, guided by two prompts."""
    return _sampled(here, here["seed"], here["denoise"])


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
    differs=f"Only whole schedules, from pure noise to none. {DIFFERS}",
)
def ksampler_advanced(here: Here) -> list[Wire]:
    """Take the noise out of a latent, over all steps of a schedule."""
    if here["add_noise"] != "enable":
        raise here.refuse("add_noise", "sampling without noise is not known here; enable it")
    if here["start_at_step"] > 0:
        raise here.refuse("start_at_step", "only whole schedules are known here; start at step 0")
    if here["end_at_step"] < here["steps"]:
        raise here.refuse("end_at_step", "only whole schedules are known here; end at the last")
    return _sampled(here, here["noise_seed"], 1.0)


def _sampled(here: Here, seed: int, denoise: float) -> list[Wire]:
    """Add the schedule, the noise, and what walks from the one through the other."""
    model, latent = here["model"], here["latent_image"]
    empty = latent.source is None
    name = here["sampler_name"]
    _note(here, name)
    sample = here.add(
        "sampling.sample",
        model=model,
        positive=here["positive"],
        negative=here["negative"],
        latent=None if empty else latent,
        cfg=here["cfg"],
        sampler=_only(here.add("sampling.sampler", sampler_name=name), "sampler"),
        schedule=_only(
            here.add(
                "sampling.schedule",
                model=model,
                scheduler=here["scheduler"],
                steps=here["steps"],
                denoise=denoise,
                discard_penultimate=name in EXTRA_STEP,
            ),
            "schedule",
        ),
        noise=_only(
            here.add(
                "latent.noise",
                model=model,
                seed=seed,
                **(latent.facts if empty else {"latent": latent}),
            ),
            "noise",
        ),
    )
    return [Wire((sample, "latent"), latent.facts)]


def _only(node: str, output: str) -> Wire:
    return Wire((node, output))


def _note(here: Here, name: str) -> None:
    if name in DRAW_ANCESTRAL:
        here.approximate(f"{name} draws its noise from the seed after the one given")
    if here.node.inputs["sampler_name"] in ON_THE_DEVICE:
        here.approximate("noise is drawn on the CPU, so a GPU's seed makes another picture")
