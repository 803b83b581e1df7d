"""Classes that make and change masks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, integer, link, number, yes
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

MASK = link("mask", "MASK")
GIVES = ["MASK"]
OUT = ("mask",)

twin_class(
    "ImageToMask",
    Twin("mask.from_image", {"image": "image", "channel": "channel"}, OUT),
    "Make a mask of a channel of a picture.",
    title="Convert image to mask",
    category="mask",
    inputs=[link("image", "IMAGE"), choice("channel", among("red", "green", "blue"))],
    outputs=GIVES,
    differs="Pictures have no alpha channel here; LoadImage gives it as a mask.",
)
twin_class(
    "MaskToImage",
    Twin("mask.to_image", {"mask": "mask"}, ("image",)),
    "Show a mask as a picture.",
    title="Convert mask to image",
    category="mask",
    inputs=[MASK],
    outputs=["IMAGE"],
)


@comfy_class("MaskPreview", title="Preview mask", category="mask", inputs=[MASK], saves=True)
def mask_preview(here: Here) -> list[Wire]:
    """Show a mask; nothing is saved."""
    shown = Wire((here.add("mask.to_image", mask=here["mask"]), "image"))
    here.add("image.preview", image=shown)
    return []


twin_class(
    "InvertMask",
    Twin("mask.invert", {"mask": "mask"}, OUT),
    "Exchange inside and outside.",
    title="Invert mask",
    category="mask",
    inputs=[MASK],
    outputs=GIVES,
)
twin_class(
    "GrowMask",
    Twin(
        "mask.grow",
        {"mask": "mask", "expand": "pixels", "tapered_corners": "corners"},
        OUT,
        words={"tapered_corners": {True: "diamond", False: "square"}},
    ),
    "Let a mask reach further, or shrink it.",
    title="Grow mask",
    category="mask",
    inputs=[MASK, integer("expand", 0, -16384, 16384, step=1), yes("tapered_corners", True)],
    outputs=GIVES,
)
twin_class(
    "ThresholdMask",
    Twin("mask.threshold", {"mask": "mask", "value": "level"}, OUT, {"softness": 0.0}),
    "Make a mask black and white.",
    title="Threshold mask",
    category="mask",
    inputs=[MASK, number("value", 0.5, 0.0, 1.0, step=0.01)],
    outputs=GIVES,
    differs="What is exactly at the value is white, there black.",
)
OPERATIONS = {
    "multiply": "multiply",
    "add": "add",
    "subtract": "subtract",
    "and": "intersect",
    "or": "union",
    "xor": "xor",
}


@comfy_class(
    "MaskComposite",
    title="Mask composite",
    category="mask",
    inputs=[
        link("destination", "MASK"),
        link("source", "MASK"),
        integer("x", 0, 0, 16384, step=1),
        integer("y", 0, 0, 16384, step=1),
        choice("operation", among(*OPERATIONS)),
    ],
    outputs=GIVES,
    differs="Only masks of one size, laid exactly over each other; and, or and xor are soft.",
)
def mask_composite(here: Here) -> list[Wire]:
    """Combine two masks."""
    if here.constant("x") or here.constant("y"):
        raise here.refuse("x", "masks are laid exactly over each other here; leave x and y at 0")
    operation = OPERATIONS[here.constant("operation")]
    both = {"a": here["destination"], "b": here["source"]}
    return [Wire((here.add("mask.combine", operation=operation, **both), "mask"))]


@comfy_class(
    "SolidMask",
    title="Solid mask",
    category="mask",
    inputs=[
        number("value", 1.0, 0.0, 1.0, step=0.01),
        integer("width", 512, 1, 16384, step=1),
        integer("height", 512, 1, 16384, step=1),
    ],
    outputs=GIVES,
    differs="The value is rounded to one of 255 steps.",
)
def solid_mask(here: Here) -> list[Wire]:
    """Give a mask of one value."""
    level = round(255 * here.constant("value"))
    sides = {name: here[name] for name in ("width", "height")}
    gray = here.add("image.solid", color=f"#{level:02x}{level:02x}{level:02x}", **sides)
    made = here.add("mask.from_image", image=Wire((gray, "image")), channel="red")
    return [Wire((made, "mask"))]


@comfy_class(
    "ImageColorToMask",
    title="Image color to mask",
    category="mask",
    inputs=[link("image", "IMAGE"), integer("color", 0, 0, 0xFFFFFF, step=1, display="color")],
    outputs=GIVES,
    differs="Pixels whose channels are off by less than half a step of 255 count too.",
)
def color_to_mask(here: Here) -> list[Wire]:
    """Make a mask of where a picture has a color."""
    color = f"#{here.constant('color'):06x}"
    settings = {"image": here["image"], "color": color, "tolerance": 0.0}
    return [Wire((here.add("mask.from_color", **settings), "mask"))]
