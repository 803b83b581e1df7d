"""Classes that make latents, from nothing or from pictures, and pictures from latents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import integer, link, text, younger
from nodegraph.comfy.here import SIZES
from nodegraph.comfy.prefix import fill
from nodegraph.comfy.theirs import Theirs, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

CELL = 8
"""Pixels a latent cell is wide; ComfyUI rounds down to it."""
COARSE = 16
"""The same for networks that read two cells at a time."""


def empty_back(graph: Graph, node: Node) -> Theirs:
    """Return an empty latent of the size that a node of ours has."""
    sizes = {name: given(graph, node, name) for name in SIZES}
    return Theirs("EmptyLatentImage", sizes, {"latent": 0})


def _empty(here: Here, cell: int) -> list[Wire]:
    sides = {
        name: here[name] if isinstance(here[name], Wire) else here[name] // cell * cell
        for name in ("width", "height")
    }
    return [Wire(None, {**sides, "batch_size": here["batch_size"]})]


@comfy_class(
    "EmptyLatentImage",
    title="Empty latent",
    category="latent",
    inputs=[
        integer("width", 512, 16, 16384, step=8),
        integer("height", 512, 16, 16384, step=8),
        integer("batch_size", 1, 1, 4096),
    ],
    outputs=["LATENT"],
    back=("latent.empty", empty_back),
)
def empty_latent_image(here: Here) -> list[Wire]:
    """Give the size of pictures that begin as noise alone."""
    return _empty(here, CELL)


@comfy_class(
    "EmptySD3LatentImage",
    title="Empty latent, Stable Diffusion 3",
    category="latent/sd3",
    inputs=[
        integer("width", 1024, 16, 16384, step=16),
        integer("height", 1024, 16, 16384, step=16),
        integer("batch_size", 1, 1, 4096),
    ],
    outputs=["LATENT"],
)
def empty_sd3_latent_image(here: Here) -> list[Wire]:
    """Give the size of pictures that begin as noise alone, with 16 channels."""
    return _empty(here, CELL)


@comfy_class(
    "VAEDecode",
    title="VAE decode",
    category="latent",
    inputs=[link("samples", "LATENT"), link("vae", "VAE")],
    outputs=["IMAGE"],
    back=(
        "vae.decode",
        lambda graph, node: _DECODE.back("VAEDecode", _DECODE_INPUTS, graph, node),
    ),
)
def vae_decode(here: Here) -> list[Wire]:
    """Turn latents into pictures."""
    made = here.add("vae.decode", vae=here["vae"], latent=here["samples"])
    return [Wire((made, "image"), here["samples"].facts)]


@comfy_class(
    "VAEEncode",
    title="VAE encode",
    category="latent",
    inputs=[link("pixels", "IMAGE"), link("vae", "VAE")],
    outputs=["LATENT"],
    back=(
        "vae.encode",
        lambda graph, node: _ENCODE.back("VAEEncode", _ENCODE_INPUTS, graph, node),
    ),
)
def vae_encode(here: Here) -> list[Wire]:
    """Turn pictures into latents, cropped about the centre to a multiple of 8 pixels."""
    made = here.add("vae.encode", vae=here["vae"], image=here["pixels"])
    return [Wire((made, "latent"), here["pixels"].facts)]


_DECODE = Twin("vae.decode", {"samples": "latent", "vae": "vae"}, ("image",))
_DECODE_INPUTS = (link("samples", "LATENT"), link("vae", "VAE"))
_ENCODE = Twin("vae.encode", {"pixels": "image", "vae": "vae"}, ("latent",))
_ENCODE_INPUTS = (link("pixels", "IMAGE"), link("vae", "VAE"))

TILES = (
    younger(integer("tile_size", 512, 64, 4096, step=64)),
    younger(integer("overlap", 64, 0, 4096, step=32)),
    younger(integer("temporal_size", 64, 8, 4096, step=4), optional=True),
    younger(integer("temporal_overlap", 8, 4, 4096, step=4), optional=True),
)
TILED = "Tiles are laid out and blended in another way, which shows at their seams alone."
twin_class(
    "VAEDecodeTiled",
    Twin(
        "vae.decode_tiled",
        {"samples": "latent", "vae": "vae", "tile_size": "tile", "overlap": "overlap"},
        ("image",),
    ),
    "Turn latents into pictures tile by tile.",
    title="VAE decode, tiled",
    category="_for_testing",
    inputs=[link("samples", "LATENT"), link("vae", "VAE"), *TILES],
    outputs=["IMAGE"],
    differs=TILED,
)
twin_class(
    "VAEEncodeTiled",
    Twin(
        "vae.encode_tiled",
        {"pixels": "image", "vae": "vae", "tile_size": "tile", "overlap": "overlap"},
        ("latent",),
    ),
    "Turn pictures into latents tile by tile.",
    title="VAE encode, tiled",
    category="_for_testing",
    inputs=[link("pixels", "IMAGE"), link("vae", "VAE"), *TILES],
    outputs=["LATENT"],
    differs=TILED,
)


@comfy_class(
    "VAEEncodeForInpaint",
    title="VAE encode for inpainting",
    category="latent/inpaint",
    inputs=[
        link("pixels", "IMAGE"),
        link("vae", "VAE"),
        link("mask", "MASK"),
        younger(integer("grow_mask_by", 6, 0, 64, step=1)),
    ],
    outputs=["LATENT"],
    back=(
        "vae.encode_for_inpaint",
        lambda graph, node: _INPAINT.back("VAEEncodeForInpaint", _INPAINT_INPUTS, graph, node),
    ),
)
def vae_encode_for_inpaint(here: Here) -> list[Wire]:
    """Turn a picture into a latent with grey in place of what is masked."""
    (made,) = _INPAINT.forth(here)
    return [Wire(made.source, {"masked": True})]


_INPAINT = Twin(
    "vae.encode_for_inpaint",
    {"pixels": "image", "vae": "vae", "mask": "mask", "grow_mask_by": "grow_mask_by"},
    ("latent",),
)
_INPAINT_INPUTS = (
    link("pixels", "IMAGE"),
    link("vae", "VAE"),
    link("mask", "MASK"),
    integer("grow_mask_by", 6, 0, 64),
)


@comfy_class(
    "SetLatentNoiseMask",
    title="Set latent noise mask",
    category="latent/inpaint",
    inputs=[link("samples", "LATENT"), link("mask", "MASK")],
    outputs=["LATENT"],
    back=(
        "latent.set_mask",
        lambda graph, node: _MASK.back("SetLatentNoiseMask", _MASK_INPUTS, graph, node),
    ),
)
def set_latent_noise_mask(here: Here) -> list[Wire]:
    """Let sampling change a latent only where a mask allows."""
    (made,) = _MASK.forth(here)
    return [Wire(made.source, {**here["samples"].facts, "masked": True})]


_MASK = Twin("latent.set_mask", {"samples": "latent", "mask": "mask"}, ("latent",))
_MASK_INPUTS = (link("samples", "LATENT"), link("mask", "MASK"))


@comfy_class(
    "SaveLatent",
    title="Save latent",
    category="_for_testing",
    inputs=[link("samples", "LATENT"), text("filename_prefix", default="latents/ComfyUI")],
    saves=True,
    differs="Files are numbered across all jobs.",
)
def save_latent(here: Here) -> list[Wire]:
    """Save latents, in a file that both programs read."""
    here.add("latent.save", latent=here["samples"], name=fill(here, here["samples"].facts))
    return []
