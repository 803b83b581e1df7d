"""Classes that change how large pictures are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, integer, link, number
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

IMAGE = link("image", "IMAGE")
GIVES = ["IMAGE"]
OUT = ("image",)
METHODS = among("nearest-exact", "bilinear", "area", "bicubic", "lanczos")
METHOD = choice("upscale_method", METHODS)
UPSCALING = "image/upscaling"
LANCZOS = "Lanczos is reckoned in floating point, there in 8 bits."

twin_class(
    "ImageScale",
    Twin(
        "image.resize",
        {
            "image": "image",
            "upscale_method": "method",
            "width": "width",
            "height": "height",
            "crop": "fit",
        },
        OUT,
        words={"crop": {"disabled": "stretch", "center": "crop"}},
    ),
    "Bring pictures to a size.",
    title="Upscale image",
    category=UPSCALING,
    inputs=[
        IMAGE,
        METHOD,
        integer("width", 512, 0, 16384, step=1),
        integer("height", 512, 0, 16384, step=1),
        choice("crop", among("disabled", "center")),
    ],
    outputs=GIVES,
    differs=LANCZOS,
)
twin_class(
    "ImageScaleBy",
    Twin(
        "image.scale_by", {"image": "image", "upscale_method": "method", "scale_by": "factor"}, OUT
    ),
    "Scale pictures by a factor.",
    title="Upscale image by",
    category=UPSCALING,
    inputs=[IMAGE, METHOD, number("scale_by", 1.0, 0.01, 8.0, step=0.01)],
    outputs=GIVES,
    differs=LANCZOS,
)
twin_class(
    "ImageScaleToTotalPixels",
    Twin(
        "image.scale_to_megapixels",
        {"image": "image", "upscale_method": "method", "megapixels": "megapixels"},
        OUT,
    ),
    "Bring pictures to a number of pixels in all.",
    title="Scale image to total pixels",
    category=UPSCALING,
    inputs=[IMAGE, METHOD, number("megapixels", 1.0, 0.01, 16.0, step=0.01)],
    outputs=GIVES,
    differs=LANCZOS,
)


@comfy_class(
    "ImageScaleToMaxDimension",
    title="Scale image to a longest side",
    category=UPSCALING,
    inputs=[IMAGE, METHOD, integer("largest_size", 512, 0, 16384, step=1)],
    outputs=GIVES,
    differs=LANCZOS,
)
def to_longest(here: Here) -> list[Wire]:
    """Bring the longer side of pictures to a length."""
    side = here["largest_size"]
    made = here.add(
        "image.resize",
        image=here["image"],
        method=here["upscale_method"],
        width=side,
        height=side,
        fit="fit",
    )
    return [Wire((made, "image"))]


twin_class(
    "ImageUpscaleWithModel",
    Twin("upscale.image", {"upscale_model": "upscaler", "image": "image"}, OUT, {"tile": 512}),
    "Make pictures larger by a network of their own.",
    title="Upscale image by a model",
    category=UPSCALING,
    inputs=[link("upscale_model", "UPSCALE_MODEL"), IMAGE],
    outputs=GIVES,
)


@comfy_class(
    "FluxKontextImageScale",
    title="Flux Kontext image scale",
    category="advanced/conditioning/flux",
    inputs=[IMAGE],
    outputs=GIVES,
    differs=LANCZOS,
    back=(
        "image.scale_to_kontext",
        lambda graph, node: _KONTEXT.back("FluxKontextImageScale", (IMAGE,), graph, node),
    ),
)
def kontext(here: Here) -> list[Wire]:
    """Bring pictures to the size Flux kontext knows that is nearest in shape."""
    return _KONTEXT.forth(here)


_KONTEXT = Twin("image.scale_to_kontext", {"image": "image"}, OUT)
