"""Classes that change pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.entries.scaling import LANCZOS
from nodegraph.comfy.fields import among, choice, integer, link, number, yes
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

IMAGE = link("image", "IMAGE")
GIVES = ["IMAGE"]
OUT = ("image",)
TRANSFORM = "image/transform"

twin_class(
    "ImageInvert",
    Twin("image.invert", {"image": "image"}, OUT),
    "Turn pictures into their negatives.",
    title="Invert image",
    category="image",
    inputs=[IMAGE],
    outputs=GIVES,
)
twin_class(
    "ImagePadForOutpaint",
    Twin(
        "image.pad_for_outpaint",
        {
            "image": "image",
            "left": "left",
            "top": "top",
            "right": "right",
            "bottom": "bottom",
            "feathering": "feather",
        },
        ("image", "mask"),
    ),
    "Give a picture margins to paint on into, and the mask of them.",
    title="Pad image for outpainting",
    category="image",
    inputs=[
        IMAGE,
        *(integer(side, 0, 0, 16384, step=8) for side in ("left", "top", "right", "bottom")),
        integer("feathering", 40, 0, 16384, step=1),
    ],
    outputs=["IMAGE", "MASK"],
    differs="Where all margins are 0 it is an error.",
)
twin_class(
    "ImageCrop",
    Twin(
        "image.crop",
        {name: name for name in ("image", "width", "height", "x", "y")},
        OUT,
    ),
    "Cut a part out of pictures.",
    title="Image crop",
    category=TRANSFORM,
    inputs=[
        IMAGE,
        integer("width", 512, 1, 16384, step=1),
        integer("height", 512, 1, 16384, step=1),
        integer("x", 0, 0, 16384, step=1),
        integer("y", 0, 0, 16384, step=1),
    ],
    outputs=GIVES,
)
twin_class(
    "ImageBlur",
    Twin("image.blur", {"image": "image", "sigma": "radius"}, OUT, {"kind": "gaussian"}),
    "Blur pictures.",
    title="Image blur",
    category="image/postprocessing",
    inputs=[
        IMAGE,
        integer("blur_radius", 1, 1, 31, step=1),
        number("sigma", 1.0, 0.1, 10.0, step=0.1),
    ],
    outputs=GIVES,
    differs="The Gaussian is as wide as sigma asks, and is not cut off at blur_radius.",
)
twin_class(
    "ImageSharpen",
    Twin("image.sharpen", {"image": "image", "sigma": "radius", "alpha": "amount"}, OUT),
    "Sharpen pictures.",
    title="Image sharpen",
    category="image/postprocessing",
    inputs=[
        IMAGE,
        integer("sharpen_radius", 1, 1, 31, step=1),
        number("sigma", 1.0, 0.1, 10.0, step=0.01),
        number("alpha", 1.0, 0.0, 5.0, step=0.01),
    ],
    outputs=GIVES,
    differs="The Gaussian is not cut off at sharpen_radius.",
)
MODES = among("normal", "multiply", "screen", "overlay", "soft_light", "difference")
twin_class(
    "ImageBlend",
    Twin(
        "image.blend",
        {"image1": "under", "image2": "over", "blend_factor": "amount", "blend_mode": "mode"},
        OUT,
    ),
    "Blend two pictures.",
    title="Image blend",
    category="image/postprocessing",
    inputs=[
        link("image1", "IMAGE"),
        link("image2", "IMAGE"),
        number("blend_factor", 0.5, 0.0, 1.0, step=0.01),
        choice("blend_mode", MODES),
    ],
    outputs=GIVES,
    differs="Pictures of two sizes are an error; ComfyUI scales the second.",
)


@comfy_class(
    "ImageCompositeMasked",
    title="Image composite, masked",
    category="image",
    inputs=[
        link("destination", "IMAGE"),
        link("source", "IMAGE"),
        integer("x", 0, 0, 16384, step=1),
        integer("y", 0, 0, 16384, step=1),
        yes("resize_source", False),
        link("mask", "MASK", optional=True),
    ],
    outputs=GIVES,
    differs="resize_source is not known.",
    back=(
        "image.composite",
        lambda graph, node: _LAID.back("ImageCompositeMasked", _LAID_INPUTS, graph, node),
    ),
)
def composite(here: Here) -> list[Wire]:
    """Lay one picture over another, by a mask."""
    if here.constant("resize_source"):
        raise here.refuse("resize_source", "scale the source by an ImageScale of its own here")
    return _LAID.forth(here)


_LAID = Twin(
    "image.composite",
    {"destination": "under", "source": "over", "x": "x", "y": "y", "mask": "mask"},
    OUT,
)
_LAID_INPUTS = (
    link("destination", "IMAGE"),
    link("source", "IMAGE"),
    integer("x", 0, 0, 16384),
    integer("y", 0, 0, 16384),
    yes("resize_source", False),
    link("mask", "MASK", optional=True),
)


@comfy_class(
    "ImageBatch",
    title="Batch images",
    category="image",
    inputs=[link("image1", "IMAGE"), link("image2", "IMAGE")],
    outputs=GIVES,
    differs="Pictures of two sizes are an error; ComfyUI scales the second.",
)
def batch(here: Here) -> list[Wire]:
    """Put pictures into one batch."""
    both = (here["image1"], here["image2"])
    return [Wire((here.add("image.batch", images=both), "image"))]


twin_class(
    "ImageFromBatch",
    Twin("image.pick", {"image": "image", "batch_index": "index", "length": "count"}, OUT),
    "Take pictures from a batch.",
    title="Image from batch",
    category="image/batch",
    inputs=[IMAGE, integer("batch_index", 0, 0, 4095), integer("length", 1, 1, 4096)],
    outputs=GIVES,
    differs="An index beyond the last is an error.",
)
twin_class(
    "Canny",
    Twin(
        "image.canny",
        {"image": "image", "low_threshold": "low", "high_threshold": "high"},
        OUT,
    ),
    "Draw the edges of pictures white on black.",
    title="Canny",
    category="image/preprocessors",
    inputs=[
        IMAGE,
        number("low_threshold", 0.4, 0.01, 0.99, step=0.01),
        number("high_threshold", 0.8, 0.01, 0.99, step=0.01),
    ],
    outputs=GIVES,
    differs="Single pixels at the thresholds may be other than there.",
)
FLIPS = {"x-axis: vertically": "vertical", "y-axis: horizontally": "horizontal"}
twin_class(
    "ImageFlip",
    Twin(
        "image.flip",
        {"image": "image", "flip_method": "direction"},
        OUT,
        words={"flip_method": FLIPS},
    ),
    "Mirror pictures.",
    title="Flip image",
    category=TRANSFORM,
    inputs=[IMAGE, choice("flip_method", among(*FLIPS))],
    outputs=GIVES,
)
TURNS = {"none": 0.0} | {f"{angle} degrees": float(angle) for angle in (90, 180, 270)}
twin_class(
    "ImageRotate",
    Twin(
        "image.rotate",
        {"image": "image", "rotation": "angle"},
        OUT,
        {"expand": True},
        {"rotation": TURNS},
    ),
    "Turn pictures clockwise.",
    title="Rotate image",
    category=TRANSFORM,
    inputs=[IMAGE, choice("rotation", among(*TURNS))],
    outputs=GIVES,
)
twin_class(
    "GetImageSize",
    Twin("image.size", {"image": "image"}, ("width", "height", "batch_size")),
    "Give the size of pictures as numbers.",
    title="Get image size",
    category="image",
    inputs=[IMAGE],
    outputs=["INT", "INT", "INT"],
)


@comfy_class(
    "EmptyImage",
    title="Empty image",
    category="image",
    inputs=[
        integer("width", 512, 1, 16384),
        integer("height", 512, 1, 16384),
        integer("batch_size", 1, 1, 4096),
        integer("color", 0, 0, 0xFFFFFF, step=1, display="color"),
    ],
    outputs=GIVES,
)
def empty_image(here: Here) -> list[Wire]:
    """Give pictures of one color."""
    color = f"#{here.constant('color'):06x}"
    sides = {name: here[name] for name in ("width", "height", "batch_size")}
    return [Wire((here.add("image.solid", color=color, **sides), "image"))]


@comfy_class(
    "ImageStitch",
    title="Image stitch",
    category="image/transform",
    inputs=[
        link("image1", "IMAGE"),
        choice("direction", among("right", "down", "left", "up")),
        yes("match_image_size", True),
        integer("spacing_width", 0, 0, 1024, step=2),
        choice("spacing_color", among("white", "black", "red", "green", "blue")),
        link("image2", "IMAGE", optional=True),
    ],
    outputs=GIVES,
    differs=LANCZOS,
)
def stitch(here: Here) -> list[Wire]:
    """Lay two pictures side by side."""
    if here["image2"] is None:
        return [here["image1"]]
    color = here.constant("spacing_color")
    made = here.add(
        "image.stitch",
        image=here["image1"],
        other=here["image2"],
        direction=here["direction"],
        match_size=here["match_image_size"],
        spacing=here["spacing_width"],
        color={"green": "#00ff00"}.get(color, color),
    )
    return [Wire((made, "image"))]
