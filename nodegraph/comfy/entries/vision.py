"""Classes by which networks are told of pictures as they are of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.entries.loaders import CHECKPOINTS
from nodegraph.comfy.fields import among, choice, link, number, weights, younger
from nodegraph.comfy.theirs import Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

CONDITIONING = link("conditioning", "CONDITIONING")
SEEN = link("clip_vision_output", "CLIP_VISION_OUTPUT")
GIVES = ["CONDITIONING"]
NOISE = number("noise_augmentation", 0.0, 0.0, 1.0, step=0.01)

twin_class(
    "CLIPVisionLoader",
    Twin("vision.load", {"clip_name": "encoder"}, ("image_encoder",)),
    "Load what reads pictures as words are read.",
    title="Load CLIP vision",
    category="loaders",
    inputs=[choice("clip_name", weights("clip_vision"))],
    outputs=["CLIP_VISION"],
    differs="Only CLIP's and SigLIP's encoders, in safetensors.",
)
twin_class(
    "unCLIPCheckpointLoader",
    Twin("vision.load_unclip", {"ckpt_name": "model"}, ("model", "clip", "vae", "encoder")),
    "Load a model that is told of pictures, with what reads them.",
    title="Load unCLIP checkpoint",
    category="loaders",
    inputs=[choice("ckpt_name", CHECKPOINTS)],
    outputs=["MODEL", "CLIP", "VAE", "CLIP_VISION"],
)
twin_class(
    "CLIPVisionEncode",
    Twin(
        "vision.encode",
        {"clip_vision": "encoder", "image": "image", "crop": "crop"},
        ("image_embedding",),
    ),
    "Read pictures as words are read.",
    title="CLIP vision encode",
    category="conditioning",
    inputs=[
        link("clip_vision", "CLIP_VISION"),
        link("image", "IMAGE"),
        younger(choice("crop", among("center", "none"))),
    ],
    outputs=["CLIP_VISION_OUTPUT"],
)


def _unclip_back(graph: Graph, node: Node) -> Theirs:
    """Return the class; the seed of its noise is the sampler's there."""
    names = {"conditioning": "conditioning", "clip_vision_output": "embedding"}
    inputs = {theirs: feed(graph, node, ours) for theirs, ours in names.items()}
    inputs |= {name: given(graph, node, name) for name in ("strength", "noise_augmentation")}
    return Theirs("unCLIPConditioning", inputs, {"conditioning": 0})


@comfy_class(
    "unCLIPConditioning",
    title="unCLIP conditioning",
    category="conditioning",
    inputs=[CONDITIONING, SEEN, number("strength", 1.0, -10.0, 10.0, step=0.01), NOISE],
    outputs=GIVES,
    differs="The noise on pictures is the sampler's where that is a KSampler in the same graph; "
    "elsewhere it has a seed of its own. With several pictures all of it is drawn on the CPU.",
    back=("vision.unclip", _unclip_back),
)
def unclip(here: Here) -> list[Wire]:
    """Tell a network of pictures, in place of the text as a whole."""
    before = here["conditioning"]
    made = here.add(
        "vision.unclip",
        conditioning=before,
        embedding=here["clip_vision_output"],
        strength=here["strength"],
        noise_augmentation=here["noise_augmentation"],
    )
    pictures = (*before.facts.get("pictures", ()), made)
    return [Wire((made, "conditioning"), {**before.facts, "pictures": pictures})]


twin_class(
    "StyleModelLoader",
    Twin("vision.load_style", {"style_model_name": "style"}, ("style_model",)),
    "Load what makes words for Flux of pictures.",
    title="Load style model",
    category="loaders",
    inputs=[choice("style_model_name", weights("style_models"))],
    outputs=["STYLE_MODEL"],
    differs="Only Flux Redux; those for Stable Diffusion 1 come in pickle and are refused.",
)
twin_class(
    "StyleModelApply",
    Twin(
        "vision.style",
        {
            "conditioning": "conditioning",
            "style_model": "style_model",
            "clip_vision_output": "embedding",
            "strength": "strength",
            "strength_type": "strength_type",
        },
        ("conditioning",),
    ),
    "Put pictures behind the words, as words.",
    title="Apply style model",
    category="conditioning/style_model",
    inputs=[
        CONDITIONING,
        link("style_model", "STYLE_MODEL"),
        SEEN,
        younger(number("strength", 1.0, 0.0, 10.0, step=0.001)),
        younger(choice("strength_type", among("multiply", "attn_bias"))),
    ],
    outputs=GIVES,
)
