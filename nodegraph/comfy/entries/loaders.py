"""Classes that load models, whole or in parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import Choices, among, choice, link, number, weights, younger
from nodegraph.comfy.theirs import Theirs, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node


def _vae_back(graph: Graph, node: Node) -> Theirs | None:
    name, latents = given(graph, node, "vae"), given(graph, node, "latents")
    if TINY.get(name, "sd") != latents if isinstance(name, str) else latents != "sd":
        return None
    return Theirs("VAELoader", {"vae_name": name}, {"vae": 0})


def _clip_back(graph: Graph, node: Node, count: int) -> Theirs | None:
    """Return the class for so many files."""
    files = [given(graph, node, name) for name in ("clip", "clip_2", "clip_3")]
    files = [one for one in files if one != ""]
    words = {ours: theirs for theirs, ours in CLIP_KINDS.items()}
    kind = words.get(given(graph, node, "kind"))
    if len(files) != count or kind is None or (count == 3 and kind != "sd3"):
        return None
    if count == 1:
        inputs = {"clip_name": files[0], "type": kind}
    else:
        inputs = {f"clip_name{number}": one for number, one in enumerate(files, 1)}
        inputs |= {"type": kind} if count == 2 else {}
    name = {1: "CLIPLoader", 2: "DualCLIPLoader", 3: "TripleCLIPLoader"}[count]
    return Theirs(name, inputs, {"clip": 0})


CHECKPOINTS = Choices(
    lambda site: site.checkpoints, lambda site, value: site.find_checkpoint(value)
)

WEIGHT_TYPES = among("default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2")
DEVICES = among("default", "cpu")
CLIP_KINDS = {"stable_diffusion": "sd", "sd3": "sd3", "flux": "flux", "sdxl": "sdxl"}
TINY = {"taesd": "sd", "taesdxl": "sdxl", "taesd3": "sd3", "taef1": "flux"}
"""ComfyUI's names of tiny autoencoders, and whose latents they read."""

LOADED = Twin("model.load", {"ckpt_name": "model"}, ("model", "clip", "vae"))
NAMED = [choice("ckpt_name", CHECKPOINTS)]
T5_KINDS = ("sd3", "flux")


def padded(here: Here, clip: Wire) -> Wire:
    """Let T5's texts be as long as there, which the network sees."""
    made = here.add("text.padding", clip=clip, like="comfyui")
    here.made.insert(0, here.made.pop())
    return Wire((made, "clip"), clip.facts)


@comfy_class(
    "CheckpointLoaderSimple",
    title="Load checkpoint",
    category="loaders",
    inputs=NAMED,
    outputs=["MODEL", "CLIP", "VAE"],
    back=(
        "model.load",
        lambda graph, node: LOADED.back("CheckpointLoaderSimple", NAMED, graph, node),
    ),
)
def checkpoint(here: Here) -> list[Wire]:
    """Load a model: its network, its text encoder and its autoencoder."""
    model, clip, vae = LOADED.forth(here)
    return [model, padded(here, clip) if here.t5 else clip, vae]


@comfy_class(
    "CheckpointLoader",
    title="Load checkpoint with a configuration",
    category="advanced/loaders",
    inputs=[
        choice("config_name", Choices(lambda site: CONFIGS, lambda site, value: value)),
        choice("ckpt_name", CHECKPOINTS),
    ],
    outputs=["MODEL", "CLIP", "VAE"],
    differs="Of the configuration only what its name says counts, a clip skip of 2; the rest is "
    "read from the file.",
)
def checkpoint_with_config(here: Here) -> list[Wire]:
    """Load a model: its network, its text encoder and its autoencoder."""
    loaded = here.add("model.load", model=here["ckpt_name"])
    found = [Wire((loaded, name)) for name in ("model", "clip", "vae")]
    if "clip_skip_2" in here.constant("config_name"):
        found[1] = Wire((here.add("text.clip_skip", clip=found[1], layer=-2), "clip"))
    return found


CONFIGS = (
    "v1-inference.yaml",
    "v1-inference_clip_skip_2.yaml",
    "v1-inference_clip_skip_2_fp16.yaml",
    "v1-inference_fp16.yaml",
    "v1-inpainting-inference.yaml",
    "v2-inference-v.yaml",
    "v2-inference.yaml",
)


@comfy_class(
    "VAELoader",
    title="Load VAE",
    category="loaders",
    inputs=[
        choice(
            "vae_name",
            Choices(
                lambda site: [*site.weights.get("vae", ()), *TINY],
                lambda site, value: value if value in TINY else site.find_weights("vae", value),
            ),
        )
    ],
    outputs=["VAE"],
    differs="Files in pickle (.pt, .ckpt) are not read; use the same weights in safetensors.",
    back=("model.load_vae", _vae_back),
)
def vae_loader(here: Here) -> list[Wire]:
    """Load an autoencoder alone."""
    name = here["vae_name"]
    settings = {} if isinstance(name, Wire) else {"latents": TINY.get(name)}
    return [Wire((here.add("model.load_vae", vae=name, **settings), "vae"))]


twin_class(
    "UNETLoader",
    Twin("model.load_unet", {"unet_name": "unet"}, ("model",)),
    "Load a network alone.",
    title="Load diffusion model",
    category="advanced/loaders",
    inputs=[
        choice("unet_name", weights("diffusion_models")),
        younger(choice("weight_dtype", WEIGHT_TYPES)),
    ],
    outputs=["MODEL"],
    differs="weight_dtype does not count: the network computes in the dtype of the run.",
)


def _clips(here: Here, kind: str, *names: str) -> list[Wire]:
    keys = ("clip", "clip_2", "clip_3")
    files = {key: here[name] for key, name in zip(keys, names, strict=False)}
    made = Wire((here.add("model.load_clip", kind=kind, **files), "clip"))
    return [padded(here, made) if kind in T5_KINDS else made]


def _kind(here: Here) -> str:
    kind = here.constant("type")
    if kind not in CLIP_KINDS:
        known = ", ".join(CLIP_KINDS)
        raise here.refuse("type", f"text encoders of {kind} are not known here; there are: {known}")
    return CLIP_KINDS[kind]


@comfy_class(
    "CLIPLoader",
    title="Load CLIP",
    category="advanced/loaders",
    inputs=[
        choice("clip_name", weights("text_encoders")),
        younger(
            choice(
                "type",
                Choices(
                    lambda site: list(CLIP_KINDS), lambda site, value: value, "stable_diffusion"
                ),
            )
        ),
        younger(choice("device", DEVICES), optional=True),
    ],
    outputs=["CLIP"],
    differs="Only text encoders of Stable Diffusion 1, 2 and 3 and of Flux; device does not count.",
    back=("model.load_clip", lambda graph, node: _clip_back(graph, node, 1)),
)
def clip_loader(here: Here) -> list[Wire]:
    """Load one text encoder."""
    return _clips(here, _kind(here), "clip_name")


@comfy_class(
    "DualCLIPLoader",
    title="Load two CLIPs",
    category="advanced/loaders",
    inputs=[
        choice("clip_name1", weights("text_encoders")),
        choice("clip_name2", weights("text_encoders")),
        choice("type", Choices(lambda site: ["sdxl", "sd3", "flux"], lambda site, value: value)),
        younger(choice("device", DEVICES), optional=True),
    ],
    outputs=["CLIP"],
    differs="Only text encoders of SDXL, Stable Diffusion 3 and Flux; device does not count.",
    back=("model.load_clip", lambda graph, node: _clip_back(graph, node, 2)),
)
def dual_clip_loader(here: Here) -> list[Wire]:
    """Load two text encoders; which is which is told from what is in the files."""
    return _clips(here, _kind(here), "clip_name1", "clip_name2")


@comfy_class(
    "TripleCLIPLoader",
    title="Load three CLIPs",
    category="advanced/loaders",
    inputs=[choice(f"clip_name{number}", weights("text_encoders")) for number in (1, 2, 3)],
    outputs=["CLIP"],
    back=("model.load_clip", lambda graph, node: _clip_back(graph, node, 3)),
)
def triple_clip_loader(here: Here) -> list[Wire]:
    """Load the three text encoders of Stable Diffusion 3."""
    return _clips(here, "sd3", "clip_name1", "clip_name2", "clip_name3")


DORA = (
    "But for DoRA files: where they hold norms of rows, ComfyUI divides by those of the weights "
    "before the change; and one laid over another LoRA counts there from what that made."
)
twin_class(
    "LoraLoader",
    Twin(
        "model.lora",
        {
            "model": "model",
            "clip": "clip",
            "lora_name": "lora",
            "strength_model": "strength_model",
            "strength_clip": "strength_clip",
        },
        ("model", "clip"),
    ),
    "Lay a LoRA over a network and its text encoders.",
    title="Load LoRA",
    category="loaders",
    inputs=[
        link("model", "MODEL"),
        link("clip", "CLIP"),
        choice("lora_name", weights("loras")),
        number("strength_model", 1.0, -100.0, 100.0, step=0.01),
        number("strength_clip", 1.0, -100.0, 100.0, step=0.01),
    ],
    outputs=["MODEL", "CLIP"],
    rarely=DORA,
)
twin_class(
    "LoraLoaderModelOnly",
    Twin(
        "model.lora_network",
        {"model": "model", "lora_name": "lora", "strength_model": "strength"},
        ("model",),
    ),
    "Lay a LoRA over a network alone.",
    title="Load LoRA, network only",
    category="loaders",
    inputs=[
        link("model", "MODEL"),
        choice("lora_name", weights("loras")),
        number("strength_model", 1.0, -100.0, 100.0, step=0.01),
    ],
    outputs=["MODEL"],
    rarely=DORA,
)
twin_class(
    "UpscaleModelLoader",
    Twin("upscale.load", {"model_name": "upscaler"}, ("upscaler",)),
    "Load a network that makes pictures larger.",
    title="Load upscale model",
    category="loaders",
    inputs=[choice("model_name", weights("upscale_models"))],
    outputs=["UPSCALE_MODEL"],
)
