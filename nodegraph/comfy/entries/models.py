"""Classes that change models: mixed, leant, patched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import (
    Field,
    among,
    choice,
    integer,
    link,
    number,
    weights,
    yes,
    younger,
)
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

MODEL = link("model", "MODEL")
GIVES = ["MODEL"]
TWO = [link("model1", "MODEL"), link("model2", "MODEL")]
CLIPS = [link("clip1", "CLIP"), link("clip2", "CLIP")]
MERGING = "advanced/model_merging"
SAMPLING = "advanced/model"
PAIR = {"model1": "model", "model2": "other"}
CLIP_PAIR = {"clip1": "clip", "clip2": "other"}


def _ratio(name: str) -> Field:
    return number(name, 1.0, 0.0, 1.0, step=0.01)


twin_class(
    "ModelMergeSimple",
    Twin("model.merge", {**PAIR, "ratio": "ratio"}, ("model",)),
    "Mix two models weight by weight.",
    title="Model merge",
    category=MERGING,
    inputs=[*TWO, _ratio("ratio")],
    outputs=GIVES,
)
twin_class(
    "ModelMergeBlocks",
    Twin(
        "model.merge_blocks",
        {**PAIR, "input": "input", "middle": "middle", "out": "output"},
        ("model",),
    ),
    "Mix two models, each part of the UNet in another ratio.",
    title="Model merge by blocks",
    category=MERGING,
    inputs=[*TWO, _ratio("input"), _ratio("middle"), _ratio("out")],
    outputs=GIVES,
)
SDXL = {
    "time_embed.": "time",
    "label_emb.": "label",
    **{f"input_blocks.{number}": f"input_{number}" for number in range(9)},
    **{f"middle_block.{number}": f"middle_{number}" for number in range(3)},
    **{f"output_blocks.{number}": f"output_{number}" for number in range(9)},
    "out.": "out",
}
"""Our ratio for each block of theirs."""
twin_class(
    "ModelMergeSDXL",
    Twin("model.merge_each_block", {**PAIR, **SDXL}, ("model",)),
    "Mix two Stable Diffusion XL, each block in another ratio.",
    title="Model merge, SDXL",
    category=f"{MERGING}/model_specific",
    inputs=[*TWO, *(_ratio(name) for name in SDXL)],
    outputs=GIVES,
)
twin_class(
    "CLIPMergeSimple",
    Twin("clip.merge", {**CLIP_PAIR, "ratio": "ratio"}, ("clip",)),
    "Mix the text encoders of two models.",
    title="CLIP merge",
    category=MERGING,
    inputs=[*CLIPS, _ratio("ratio")],
    outputs=["CLIP"],
)


twin_class(
    "HypernetworkLoader",
    Twin(
        "model.hypernetwork",
        {"model": "model", "hypernetwork_name": "hypernetwork", "strength": "strength"},
        ("model",),
    ),
    "Lay a hypernetwork over a model's attention.",
    title="Load hypernetwork",
    category="loaders",
    inputs=[
        MODEL,
        choice("hypernetwork_name", weights("hypernetworks")),
        number("strength", 1.0, -10.0, 10.0, step=0.01),
    ],
    outputs=GIVES,
    differs="In files with layer norms the last layer is activated only where the file says so, as "
    "it was trained.",
)


@comfy_class(
    "ModelMergeSubtract",
    title="Model merge: subtract",
    category=MERGING,
    inputs=[*TWO, number("multiplier", 1.0, -10.0, 10.0, step=0.01)],
    outputs=GIVES,
    differs="Only as what a ModelMergeAdd adds.",
)
def subtract(here: Here) -> list[Wire]:
    """Take from a model what another one has."""
    parts = {"other": here["model1"], "base": here["model2"], "multiplier": here["multiplier"]}
    return [Wire(None, {"difference": parts})]


@comfy_class(
    "ModelMergeAdd",
    title="Model merge: add",
    category=MERGING,
    inputs=TWO,
    outputs=GIVES,
    differs="Only of a difference that ModelMergeSubtract gives.",
)
def add(here: Here) -> list[Wire]:
    """Add to a model what another one learnt beyond its base."""
    return [_added(here, "model1", "model2", "model.add_difference", "model")]


@comfy_class(
    "CLIPMergeSubtract",
    title="CLIP merge: subtract",
    category=MERGING,
    inputs=[*CLIPS, number("multiplier", 1.0, -10.0, 10.0, step=0.01)],
    outputs=["CLIP"],
    differs="Only as what a CLIPMergeAdd adds.",
)
def subtract_clip(here: Here) -> list[Wire]:
    """Take from text encoders what others have."""
    parts = {"other": here["clip1"], "base": here["clip2"], "multiplier": here["multiplier"]}
    return [Wire(None, {"difference": parts})]


@comfy_class(
    "CLIPMergeAdd",
    title="CLIP merge: add",
    category=MERGING,
    inputs=CLIPS,
    outputs=["CLIP"],
    differs="Only of a difference that CLIPMergeSubtract gives.",
)
def add_clip(here: Here) -> list[Wire]:
    """Add to text encoders what others learnt beyond their base."""
    return [_added(here, "clip1", "clip2", "clip.add_difference", "clip")]


def _added(here: Here, to: str, what: str, type_id: str, socket: str) -> Wire:
    """Add a difference; which of the two inputs it is does not matter."""
    if "difference" not in here[what].facts:
        to, what = what, to
    parts = here[what].facts.get("difference")
    if parts is None:
        raise here.refuse(what, "two models are added here only where one is a difference of two")
    return Wire((here.add(type_id, **{socket: here[to]}, **parts), socket), here[to].facts)


twin_class(
    "ModelSamplingSD3",
    Twin("model.shift", {"model": "model", "shift": "shift"}, ("model",)),
    "Lean the times of a flow model towards noise.",
    title="Model sampling, Stable Diffusion 3",
    category=SAMPLING,
    inputs=[MODEL, number("shift", 3.0, 0.0, 100.0, step=0.01)],
    outputs=GIVES,
)
twin_class(
    "ModelSamplingFlux",
    Twin(
        "model.shift_by_size",
        {name: name for name in ("model", "max_shift", "base_shift", "width", "height")},
        ("model",),
    ),
    "Lean the times of a flow model towards noise, the more the larger the picture.",
    title="Model sampling, Flux",
    category=SAMPLING,
    inputs=[
        MODEL,
        number("max_shift", 1.15, 0.0, 100.0, step=0.01),
        number("base_shift", 0.5, 0.0, 100.0, step=0.01),
        integer("width", 1024, 16, 16384, step=8),
        integer("height", 1024, 16, 16384, step=8),
    ],
    outputs=GIVES,
)
PREDICTIONS = {"eps": "eps", "v_prediction": "v_prediction", "x0": "sample"}


@comfy_class(
    "ModelSamplingDiscrete",
    title="Model sampling, discrete",
    category=SAMPLING,
    inputs=[
        MODEL,
        choice("sampling", among("eps", "v_prediction", "lcm", "x0")),
        yes("zsnr", False),
    ],
    outputs=GIVES,
    differs="lcm is not known.",
    back=(
        "model.prediction",
        lambda graph, node: _DISCRETE.back("ModelSamplingDiscrete", _DISCRETE_INPUTS, graph, node),
    ),
)
def discrete(here: Here) -> list[Wire]:
    """Say what a network predicts."""
    if here.constant("sampling") not in PREDICTIONS:
        raise here.refuse("sampling", "lcm's own noise levels are not known here; use eps")
    return _DISCRETE.forth(here)


_DISCRETE = Twin(
    "model.prediction",
    {"model": "model", "sampling": "prediction", "zsnr": "zero_snr"},
    ("model",),
    words={"sampling": PREDICTIONS},
)
_DISCRETE_INPUTS = (MODEL, choice("sampling", among(*PREDICTIONS)), yes("zsnr", False))


def _with(model: Wire, **facts: object) -> list[Wire]:
    return [Wire(model.source, {**model.facts, **facts})]


@comfy_class(
    "DifferentialDiffusion",
    title="Differential diffusion",
    category="_for_testing",
    inputs=[MODEL, younger(number("strength", 1.0, 0.0, 1.0, step=0.01), optional=True)],
    outputs=GIVES,
    differs="strength is always 1.",
)
def differential(here: Here) -> list[Wire]:
    """Read the masks of the latents that a model samples as time."""
    if here["strength"] != 1.0:
        here.approximate("strength is 1 here")
    return _with(here["model"], gradual=True)


def _guiding(here: Here, type_id: str, **params: object) -> list[Wire]:
    before = here["model"].facts.get("guiding", ())
    return _with(here["model"], guiding=(*before, (type_id, params)))


@comfy_class(
    "RescaleCFG",
    title="Rescale CFG",
    category=SAMPLING,
    inputs=[MODEL, number("multiplier", 0.7, 0.0, 1.0, step=0.01)],
    outputs=GIVES,
)
def rescale_cfg(here: Here) -> list[Wire]:
    """Bring the contrast that guidance has raised back to the positive's own."""
    return _guiding(here, "guider.rescale", phi=here["multiplier"])


@comfy_class(
    "APG",
    title="Adaptive projected guidance",
    category="sampling/custom_sampling",
    inputs=[
        MODEL,
        number("eta", 1.0, -10.0, 10.0, step=0.01),
        number("norm_threshold", 5.0, 0.0, 50.0, step=0.1),
        number("momentum", 0.0, -5.0, 1.0, step=0.01),
    ],
    outputs=GIVES,
    differs="Where latents have an offset (Stable Diffusion 3, Flux), what counts as along the "
    "estimate is a little other; RescaleCFG and PerturbedAttentionGuidance beside it see the "
    "estimate with the text as it was.",
)
def projected(here: Here) -> list[Wire]:
    """Guide without burning: of what guidance adds, leave out what points along the estimate."""
    found = {name: here[name] for name in ("eta", "norm_threshold", "momentum")}
    return _with(here["model"], projected=found)


@comfy_class(
    "PerturbedAttentionGuidance",
    title="Perturbed-attention guidance",
    category="model_patches/unet",
    inputs=[MODEL, number("scale", 3.0, 0.0, 100.0, step=0.01, round=0.01)],
    outputs=GIVES,
)
def perturbed(here: Here) -> list[Wire]:
    """Lean away from what a spoiled network sees."""
    return _guiding(here, "guider.perturbed", scale=here["scale"])


FREE = [
    MODEL,
    number("b1", 1.3, 0.0, 10.0, step=0.01),
    number("b2", 1.4, 0.0, 10.0, step=0.01),
    number("s1", 0.9, 0.0, 10.0, step=0.01),
    number("s2", 0.2, 0.0, 10.0, step=0.01),
]
twin_class(
    "FreeU_V2",
    Twin("model.freeu", {name: name for name in ("model", "b1", "b2", "s1", "s2")}, ("model",)),
    "Rebalance the UNet's decoder.",
    title="FreeU, second version",
    category="model_patches/unet",
    inputs=FREE,
    outputs=GIVES,
)


@comfy_class(
    "TorchCompileModel",
    title="Torch compile",
    category="_for_testing",
    inputs=[MODEL, choice("backend", among("inductor", "cudagraphs"))],
    outputs=GIVES,
)
def compiled(here: Here) -> list[Wire]:
    """Compile the network; the picture stays the same, and so does the speed here."""
    return [here["model"]]


@comfy_class(
    "EasyCache",
    title="Easy cache",
    category="advanced/debug/model",
    inputs=[
        MODEL,
        number("reuse_threshold", 0.2, 0.0, 3.0, step=0.01),
        number("start_percent", 0.15, 0.0, 1.0, step=0.01),
        number("end_percent", 0.95, 0.0, 1.0, step=0.01),
        yes("verbose", False),
    ],
    outputs=GIVES,
    differs="No step is left out: slower, and nearer to the model.",
)
def easy_cache(here: Here) -> list[Wire]:
    """Leave out steps that change little."""
    here.approximate("no step is left out")
    return [here["model"]]
