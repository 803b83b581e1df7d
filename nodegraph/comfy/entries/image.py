"""Classes that load, save and show pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import Choices, choice, link, text
from nodegraph.comfy.prefix import fill
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here

PICTURES = Choices(lambda site: site.pictures, lambda site, value: site.find_picture(value))


@comfy_class(
    "LoadImage",
    title="Load image",
    category="image",
    inputs=[choice("image", PICTURES, image_upload=True)],
    outputs=["IMAGE", "MASK"],
    differs="Of an animation the first picture is loaded; the mask of a picture without "
    "transparency has the picture's size.",
)
def load_image(here: Here) -> list[Wire]:
    """Load a picture; the mask is 1 where it is transparent."""
    made = here.add("image.load", path=here["image"])
    return [Wire((made, "image")), Wire((made, "mask"))]


@comfy_class(
    "SaveImage",
    title="Save image",
    category="image",
    inputs=[link("images", "IMAGE"), text("filename_prefix", default="ComfyUI")],
    saves=True,
    differs="Files are numbered across all jobs, without the last underscore.",
)
def save_image(here: Here) -> list[Wire]:
    """Save pictures; each carries the workflow that made it."""
    here.add("image.save", image=here["images"], name=fill(here))
    return []


@comfy_class(
    "PreviewImage",
    title="Preview image",
    category="image",
    inputs=[link("images", "IMAGE")],
    saves=True,
)
def preview_image(here: Here) -> list[Wire]:
    """Show pictures; nothing is saved."""
    here.add("image.preview", image=here["images"])
    return []
