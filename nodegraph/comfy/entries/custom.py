"""Classes of custom sampling: samplers, noise and guiders as values of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.entries.sampling import CFG, LINKS, SAMPLERS, sampler
from nodegraph.comfy.entries.walking import (
    Walk,
    begun,
    custom_back,
    guided,
    start,
    texts_guider,
    walk,
    walk_guided,
)
from nodegraph.comfy.fields import among, choice, link, number, seed, yes, younger
from nodegraph.comfy.theirs import Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

MODEL = link("model", "MODEL")


def _draw_back(graph: Graph, node: Node) -> Theirs:
    return Theirs("RandomNoise", {"noise_seed": given(graph, node, "seed")}, {"noise": 0})


@comfy_class(
    "RandomNoise",
    title="Random noise",
    category="sampling/custom_sampling/noise",
    inputs=[seed("noise_seed")],
    outputs=["NOISE"],
    back=("latent.noise", _draw_back),
)
def random_noise(here: Here) -> list[Wire]:
    """Say which noise a sampler draws, which knows its size."""
    return [Wire(None, {"seed": here["noise_seed"]})]


@comfy_class(
    "DisableNoise",
    title="Disable noise",
    category="sampling/custom_sampling/noise",
    inputs=[],
    outputs=["NOISE"],
    back=("latent.no_noise", lambda graph, node: Theirs("DisableNoise", {}, {"noise": 0})),
)
def disable_noise(here: Here) -> list[Wire]:
    """Add no noise."""
    return [Wire(None, {"seed": 0, "silent": True})]


@comfy_class(
    "KSamplerSelect",
    title="KSampler select",
    category="sampling/custom_sampling/samplers",
    inputs=[choice("sampler_name", SAMPLERS)],
    outputs=["SAMPLER"],
    back=(
        "sampling.sampler",
        lambda graph, node: Theirs(
            "KSamplerSelect",
            {"sampler_name": given(graph, node, "sampler_name")},
            {"sampler": 0},
        ),
    ),
)
def ksampler_select(here: Here) -> list[Wire]:
    """Choose how to walk down the schedule."""
    return [sampler(here)]


def _basic_back(graph: Graph, node: Node) -> Theirs | None:
    if feed(graph, node, "negative"):
        return None
    inputs = {"model": feed(graph, node, "model"), "conditioning": feed(graph, node, "positive")}
    return Theirs("BasicGuider", inputs, {"guider": 0})


@comfy_class(
    "BasicGuider",
    title="Basic guider",
    category="sampling/custom_sampling/guiders",
    inputs=[MODEL, link("conditioning", "CONDITIONING")],
    outputs=["GUIDER"],
    back=("guider.cfg", _basic_back),
)
def basic_guider(here: Here) -> list[Wire]:
    """Guide by one text alone."""
    made = here.add("guider.cfg", model=here["model"], positive=here["conditioning"], cfg=1.0)
    return [guided(here, Wire((made, "guider")), here["model"])]


_CFG = Twin(
    "guider.cfg", {name: name for name in ("model", "positive", "negative", "cfg")}, ("guider",)
)
_CFG_INPUTS = (MODEL, LINKS[0], LINKS[1], CFG)


@comfy_class(
    "CFGGuider",
    title="CFG guider",
    category="sampling/custom_sampling/guiders",
    inputs=_CFG_INPUTS,
    outputs=["GUIDER"],
    back=("guider.cfg", lambda graph, node: _CFG.back("CFGGuider", _CFG_INPUTS, graph, node)),
)
def cfg_guider(here: Here) -> list[Wire]:
    """Guide by two texts: classifier-free guidance."""
    texts = {name: here[name] for name in ("positive", "negative", "cfg")}
    return [guided(here, texts_guider(here, here["model"], texts), here["model"])]


_DUAL = Twin(
    "guider.dual",
    {
        "model": "model",
        "cond1": "positive",
        "cond2": "middle",
        "negative": "negative",
        "cfg_conds": "cfg_conds",
        "cfg_cond2_negative": "cfg_cond2_negative",
        "style": "style",
    },
    ("guider",),
)
_DUAL_INPUTS = (
    MODEL,
    link("cond1", "CONDITIONING"),
    link("cond2", "CONDITIONING"),
    link("negative", "CONDITIONING"),
    number("cfg_conds", 8.0, 0.0, 100.0, step=0.1, round=0.01),
    number("cfg_cond2_negative", 8.0, 0.0, 100.0, step=0.1, round=0.01),
    younger(choice("style", among("regular", "nested"))),
)


@comfy_class(
    "DualCFGGuider",
    title="Dual CFG guider",
    category="sampling/custom_sampling/guiders",
    inputs=_DUAL_INPUTS,
    outputs=["GUIDER"],
    back=(
        "guider.dual",
        lambda graph, node: _DUAL.back("DualCFGGuider", _DUAL_INPUTS, graph, node),
    ),
)
def dual_cfg_guider(here: Here) -> list[Wire]:
    """Guide by two texts beside the negative, each with a scale of its own."""
    if "projected" in here["model"].facts:
        here.approximate("APG does not count with this guider here")
    (made,) = _DUAL.forth(here)
    return [guided(here, made, here["model"])]


def _advanced_back(graph: Graph, node: Node) -> Theirs | None:
    drawn = feed(graph, node, "noise")
    noise = graph[drawn.source[0]] if drawn else None
    latent = begun(graph, noise, feed(graph, node, "latent")) if noise else None
    if latent is None:
        return None
    inputs: dict[str, Any] = {
        "noise": drawn,
        "guider": feed(graph, node, "guider"),
        "sampler": feed(graph, node, "sampler"),
        "sigmas": feed(graph, node, "schedule"),
        "latent_image": latent,
    }
    return Theirs("SamplerCustomAdvanced", inputs, {"latent": 0, "denoised": 1})


@comfy_class(
    "SamplerCustomAdvanced",
    title="Sampler, custom and advanced",
    category="sampling/custom_sampling",
    inputs=[
        link("noise", "NOISE"),
        link("guider", "GUIDER"),
        link("sampler", "SAMPLER"),
        link("sigmas", "SIGMAS"),
        link("latent_image", "LATENT"),
    ],
    outputs=["LATENT", "LATENT"],
    back=("sampling.sample_guided", _advanced_back),
)
def sampler_custom_advanced(here: Here) -> list[Wire]:
    """Take the noise out of a latent by any guider."""
    guider, noise = here["guider"], here["noise"].facts
    found = Walk(
        guider.facts["model"],
        here["latent_image"],
        here["sampler"],
        here["sigmas"],
        noise.get("seed"),
        bool(noise.get("silent")),
    )
    return walk_guided(here, start(here, found), guider)


@comfy_class(
    "SamplerCustom",
    title="Sampler, custom",
    category="sampling/custom_sampling",
    inputs=[
        MODEL,
        yes("add_noise", True),
        seed("noise_seed"),
        CFG,
        LINKS[0],
        LINKS[1],
        link("sampler", "SAMPLER"),
        link("sigmas", "SIGMAS"),
        LINKS[2],
    ],
    outputs=["LATENT", "LATENT"],
    back=("sampling.sample", custom_back),
)
def sampler_custom(here: Here) -> list[Wire]:
    """Take the noise out of a latent, guided by two prompts, down any schedule."""
    found = Walk(
        here["model"],
        here["latent_image"],
        here["sampler"],
        here["sigmas"],
        here["noise_seed"],
        not here.constant("add_noise"),
    )
    return walk(here, found, parts=True)
