"""Classes that change the size of latents, where things are in them, and batches of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, integer, link, number
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

SAMPLES = link("samples", "LATENT")
GIVES = ["LATENT"]
METHODS = among("nearest-exact", "bilinear", "area", "bicubic", "bislerp")
OUT = ("latent",)

twin_class(
    "LatentUpscale",
    Twin(
        "latent.resize",
        {
            "samples": "latent",
            "upscale_method": "method",
            "width": "width",
            "height": "height",
        },
        OUT,
    ),
    "Bring a latent to the size of a picture.",
    title="Upscale latent",
    category="latent",
    inputs=[
        SAMPLES,
        choice("upscale_method", METHODS),
        integer("width", 512, 0, 16384, step=8),
        integer("height", 512, 0, 16384, step=8),
        choice("crop", among("disabled", "center")),
    ],
    outputs=GIVES,
    differs="crop does not count: a latent of another shape is stretched.",
)
twin_class(
    "LatentUpscaleBy",
    Twin(
        "latent.scale_by",
        {"samples": "latent", "upscale_method": "method", "scale_by": "factor"},
        OUT,
    ),
    "Scale a latent by a factor.",
    title="Upscale latent by",
    category="latent",
    inputs=[
        SAMPLES,
        choice("upscale_method", METHODS),
        number("scale_by", 1.5, 0.01, 8.0, step=0.01),
    ],
    outputs=GIVES,
)
twin_class(
    "LatentComposite",
    Twin(
        "latent.composite",
        {
            "samples_to": "under",
            "samples_from": "over",
            "x": "x",
            "y": "y",
            "feather": "feather",
        },
        OUT,
    ),
    "Lay one latent over another.",
    title="Latent composite",
    category="latent",
    inputs=[
        link("samples_to", "LATENT"),
        link("samples_from", "LATENT"),
        integer("x", 0, 0, 16384, step=8),
        integer("y", 0, 0, 16384, step=8),
        integer("feather", 0, 0, 16384, step=8),
    ],
    outputs=GIVES,
)
twin_class(
    "LatentBlend",
    Twin(
        "latent.interpolate",
        {"samples1": "b", "samples2": "a", "blend_factor": "amount"},
        OUT,
        {"method": "linear"},
    ),
    "Mix two latents.",
    title="Latent blend",
    category="_for_testing",
    inputs=[
        link("samples1", "LATENT"),
        link("samples2", "LATENT"),
        number("blend_factor", 0.5, 0.0, 1.0, step=0.01),
    ],
    outputs=GIVES,
)
for _name, _operation in (("LatentAdd", "add"), ("LatentSubtract", "subtract")):
    twin_class(
        _name,
        Twin(
            "latent.calculate",
            {"samples1": "a", "samples2": "b"},
            OUT,
            {"operation": _operation, "amount": 1.0},
        ),
        "Reckon with two latents.",
        title=f"Latent {_operation}",
        category="latent/advanced",
        inputs=[link("samples1", "LATENT"), link("samples2", "LATENT")],
        outputs=GIVES,
    )
twin_class(
    "LatentMultiply",
    Twin(
        "latent.calculate",
        {"samples": "a", "multiplier": "amount"},
        OUT,
        {"operation": "multiply"},
    ),
    "Make a latent stronger or weaker.",
    title="Latent multiply",
    category="latent/advanced",
    inputs=[SAMPLES, number("multiplier", 1.0, -10.0, 10.0, step=0.01)],
    outputs=GIVES,
)
twin_class(
    "LatentCrop",
    Twin(
        "latent.crop",
        {"samples": "latent", "width": "width", "height": "height", "x": "x", "y": "y"},
        OUT,
    ),
    "Cut a part out of a latent.",
    title="Crop latent",
    category="latent/transform",
    inputs=[
        SAMPLES,
        integer("width", 512, 64, 16384, step=8),
        integer("height", 512, 64, 16384, step=8),
        integer("x", 0, 0, 16384, step=8),
        integer("y", 0, 0, 16384, step=8),
    ],
    outputs=GIVES,
)
FLIPS = {"x-axis: vertically": "vertical", "y-axis: horizontally": "horizontal"}
twin_class(
    "LatentFlip",
    Twin(
        "latent.flip",
        {"samples": "latent", "flip_method": "direction"},
        OUT,
        words={"flip_method": FLIPS},
    ),
    "Mirror a latent.",
    title="Flip latent",
    category="latent/transform",
    inputs=[SAMPLES, choice("flip_method", among(*FLIPS))],
    outputs=GIVES,
)
TURNS = {f"{angle} degrees": str(angle) for angle in (90, 180, 270)}


@comfy_class(
    "LatentRotate",
    title="Rotate latent",
    category="latent/transform",
    inputs=[SAMPLES, choice("rotation", among("none", *TURNS))],
    outputs=GIVES,
    back=(
        "latent.rotate",
        lambda graph, node: _ROTATE.back("LatentRotate", _ROTATE_INPUTS, graph, node),
    ),
)
def rotate(here: Here) -> list[Wire]:
    """Turn a latent clockwise."""
    return [here["samples"]] if here.constant("rotation") == "none" else _ROTATE.forth(here)


_ROTATE = Twin(
    "latent.rotate", {"samples": "latent", "rotation": "angle"}, OUT, words={"rotation": TURNS}
)
_ROTATE_INPUTS = (SAMPLES, choice("rotation", among(*TURNS)))

twin_class(
    "RepeatLatentBatch",
    Twin("latent.repeat", {"samples": "latent", "amount": "times"}, OUT),
    "Repeat a batch of latents.",
    title="Repeat latent batch",
    category="latent/batch",
    inputs=[SAMPLES, integer("amount", 1, 1, 64)],
    outputs=GIVES,
)
twin_class(
    "LatentFromBatch",
    Twin("latent.pick", {"samples": "latent", "batch_index": "index", "length": "count"}, OUT),
    "Take latents from a batch, each with the noise it had there.",
    title="Latent from batch",
    category="latent/batch",
    inputs=[SAMPLES, integer("batch_index", 0, 0, 63), integer("length", 1, 1, 64)],
    outputs=GIVES,
    differs="An index beyond the last is an error.",
)


@comfy_class(
    "LatentBatch",
    title="Latent batch",
    category="latent/batch",
    inputs=[link("samples1", "LATENT"), link("samples2", "LATENT")],
    outputs=GIVES,
    differs="Latents of two sizes are an error; ComfyUI scales the second.",
)
def batch(here: Here) -> list[Wire]:
    """Put latents into one batch."""
    both = (here["samples1"], here["samples2"])
    return [Wire((here.add("latent.batch", latents=both), "latent"))]
