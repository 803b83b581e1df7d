"""Classes that load, save and show pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import (
    Choices,
    among,
    choice,
    integer,
    link,
    number,
    text,
    yes,
)
from nodegraph.comfy.prefix import fill
from nodegraph.comfy.theirs import Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

PICTURES = Choices(lambda site: site.pictures, lambda site, value: site.picture(value))
OUTPUTS = Choices(
    lambda site: (), lambda site, value: site.picture(f"{value.partition(' [')[0]} [output]")
)
LOADED = "Of an animation the first picture is loaded."
PREFIX = text("filename_prefix", default="ComfyUI")
NUMBERED = "Files are numbered across all jobs, without the last underscore."
IMAGES = link("images", "IMAGE")


def _load(here: Here) -> list[Wire]:
    made = here.add("image.load", path=here["image"])
    return [Wire((made, "image")), Wire((made, "mask"))]


@comfy_class(
    "LoadImage",
    title="Load image",
    category="image",
    inputs=[choice("image", PICTURES, image_upload=True)],
    outputs=["IMAGE", "MASK"],
    differs=f"{LOADED} The mask of a picture without transparency has the picture's size.",
    back=(
        "image.load",
        lambda graph, node: Theirs(
            "LoadImage", {"image": given(graph, node, "path")}, {"image": 0, "mask": 1}
        ),
    ),
)
def load_image(here: Here) -> list[Wire]:
    """Load a picture; the mask is 1 where it is transparent."""
    return _load(here)


@comfy_class(
    "LoadImageOutput",
    title="Load image from outputs",
    category="image",
    inputs=[choice("image", OUTPUTS, image_folder="output")],
    outputs=["IMAGE", "MASK"],
    differs=f"{LOADED} The mask of a picture without transparency has the picture's size.",
)
def load_image_output(here: Here) -> list[Wire]:
    """Load a picture that was made before."""
    return _load(here)


CHANNELS = ("alpha", "red", "green", "blue")
twin_class(
    "LoadImageMask",
    Twin("mask.load", {"image": "path", "channel": "channel"}, ("mask",), {"invert": False}),
    "Load a mask from a channel of a picture.",
    title="Load image as mask",
    category="mask",
    inputs=[choice("image", PICTURES, image_upload=True), choice("channel", among(*CHANNELS))],
    outputs=["MASK"],
    differs=LOADED,
)


def _save_back(graph: Graph, node: Node) -> Theirs | None:
    if given(graph, node, "format") != "png":
        return None
    inputs = {"images": feed(graph, node, "image"), "filename_prefix": given(graph, node, "name")}
    return Theirs("SaveImage", inputs)


@comfy_class(
    "SaveImage",
    title="Save image",
    category="image",
    inputs=[IMAGES, PREFIX],
    saves=True,
    differs=NUMBERED,
    back=("image.save", _save_back),
)
def save_image(here: Here) -> list[Wire]:
    """Save pictures; each carries the workflow that made it."""
    here.add("image.save", image=here["images"], name=fill(here, here["images"].facts))
    return []


def _show(here: Here) -> list[Wire]:
    here.add("image.preview", image=here["images"])
    return []


@comfy_class(
    "PreviewImage",
    title="Preview image",
    category="image",
    inputs=[IMAGES],
    saves=True,
    back=(
        "image.preview",
        lambda graph, node: Theirs("PreviewImage", {"images": feed(graph, node, "image")}),
    ),
)
def preview_image(here: Here) -> list[Wire]:
    """Show pictures; nothing is saved."""
    return _show(here)


@comfy_class(
    "SaveImageWebsocket",
    title="Save image by WebSocket",
    category="api/image",
    inputs=[IMAGES],
    saves=True,
    differs="Pictures are shown as those of PreviewImage are.",
)
def save_image_websocket(here: Here) -> list[Wire]:
    """Send pictures to who waits for them; nothing is saved."""
    return _show(here)


def _animated(here: Here, kind: str, quality: object = None) -> list[Wire]:
    film = here.add("video.from_images", images=here["images"], fps=here["fps"])
    name = fill(here, here["images"].facts)
    here.add("video.save", video=Wire((film, "video")), name=name, format=kind, quality=quality)
    return []


@comfy_class(
    "SaveAnimatedWEBP",
    title="Save animated WebP",
    category="image/animation",
    inputs=[
        IMAGES,
        PREFIX,
        number("fps", 6.0, 0.01, 1000.0, step=0.01),
        yes("lossless", True),
        integer("quality", 80, 0, 100),
        choice("method", among("default", "fastest", "slowest")),
    ],
    saves=True,
    differs=f"Never lossless; method does not count. {NUMBERED}",
)
def save_animated_webp(here: Here) -> list[Wire]:
    """Save pictures as a film in WebP."""
    if here["lossless"]:
        here.approximate("the file is not lossless, but of quality 100")
    return _animated(here, "webp", 100 if here["lossless"] else here["quality"])


@comfy_class(
    "SaveAnimatedPNG",
    title="Save animated PNG",
    category="image/animation",
    inputs=[
        IMAGES,
        PREFIX,
        number("fps", 6.0, 0.01, 1000.0, step=0.01),
        integer("compress_level", 4, 0, 9),
    ],
    saves=True,
    differs=f"compress_level does not count. {NUMBERED}",
)
def save_animated_png(here: Here) -> list[Wire]:
    """Save pictures as a film in PNG."""
    return _animated(here, "apng")
