"""Classes that turn words into conditioning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import among, choice, integer, link, number, text
from nodegraph.comfy.theirs import Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

_EMBEDDING = re.compile(r"embedding:([^\s,():]+)")
APART = "Where the texts differ, all encoders read both, one behind the other."


def encoded(here: Here, words: object, clip: Wire) -> Wire:
    """Add what encodes a text, and the embeddings that it names."""
    for name in dict.fromkeys(_EMBEDDING.findall(words)) if isinstance(words, str) else ():
        path = here.site.find_weights("embeddings", name)
        if path is None:
            here.approximate(f"there is no embedding {name}; it is read as a word")
            continue
        taught = here.add("text.embedding", clip=clip, path=path, word=name)
        clip = Wire((taught, "clip"), clip.facts)
    return Wire((here.add("text.encode", clip=clip, text=words), "conditioning"))


def encode_back(graph: Graph, node: Node) -> Theirs | None:
    """Return the class for a text, without the embeddings on the way, which its words name."""
    clip, absorbed = feed(graph, node, "clip"), list[str]()
    while clip is not None and graph[clip.source[0]].type == "text.embedding":
        absorbed.append(clip.source[0])
        clip = feed(graph, graph[clip.source[0]], "clip")
    if clip is None:
        return None
    inputs = {"text": given(graph, node, "text"), "clip": clip}
    return Theirs("CLIPTextEncode", inputs, {"conditioning": 0}, frozenset(absorbed))


@comfy_class(
    "CLIPTextEncode",
    title="Text encode",
    category="conditioning",
    inputs=[text("text", multiline=True, dynamicPrompts=True), link("clip", "CLIP")],
    outputs=["CONDITIONING"],
    back=("text.encode", encode_back),
)
def clip_text_encode(here: Here) -> list[Wire]:
    """Turn a text into what the network reads."""
    return [encoded(here, here["text"], here["clip"])]


def _joined(here: Here, *names: str) -> str:
    """Return one text for several encoders."""
    texts = [here.constant(name) for name in names]
    different = [one for one in dict.fromkeys(texts) if one.strip()]
    if len(different) > 1:
        here.approximate(f"the texts of {' and '.join(names)} differ; all encoders read both")
    return " ".join(different)


@comfy_class(
    "CLIPTextEncodeFlux",
    title="Text encode, Flux",
    category="advanced/conditioning/flux",
    inputs=[
        link("clip", "CLIP"),
        text("clip_l", multiline=True, dynamicPrompts=True),
        text("t5xxl", multiline=True, dynamicPrompts=True),
        number("guidance", 3.5, 0.0, 100.0, step=0.1),
    ],
    outputs=["CONDITIONING"],
    differs=APART,
)
def clip_text_encode_flux(here: Here) -> list[Wire]:
    """Turn texts into what Flux reads."""
    words = encoded(here, _joined(here, "clip_l", "t5xxl"), here["clip"])
    told = here.add("conditioning.guidance", conditioning=words, guidance=here["guidance"])
    return [Wire((told, "conditioning"))]


@comfy_class(
    "CLIPTextEncodeSD3",
    title="Text encode, Stable Diffusion 3",
    category="advanced/conditioning",
    inputs=[
        link("clip", "CLIP"),
        text("clip_l", multiline=True, dynamicPrompts=True),
        text("clip_g", multiline=True, dynamicPrompts=True),
        text("t5xxl", multiline=True, dynamicPrompts=True),
        choice("empty_padding", among("none", "empty_prompt")),
    ],
    outputs=["CONDITIONING"],
    differs=f"{APART} An empty text is encoded as one.",
)
def clip_text_encode_sd3(here: Here) -> list[Wire]:
    """Turn texts into what Stable Diffusion 3 reads."""
    return [encoded(here, _joined(here, "clip_l", "clip_g", "t5xxl"), here["clip"])]


SIZE = ("width", "height", "crop_w", "crop_h", "target_width", "target_height")


@comfy_class(
    "CLIPTextEncodeSDXL",
    title="Text encode, SDXL",
    category="advanced/conditioning",
    inputs=[
        link("clip", "CLIP"),
        *(integer(name, 0 if name.startswith("crop") else 1024, 0, 16384) for name in SIZE),
        text("text_g", multiline=True, dynamicPrompts=True),
        text("text_l", multiline=True, dynamicPrompts=True),
    ],
    outputs=["CONDITIONING"],
    differs=APART,
)
def clip_text_encode_sdxl(here: Here) -> list[Wire]:
    """Turn texts into what SDXL reads, and tell it of what picture this one is a part."""
    words = encoded(here, _joined(here, "text_g", "text_l"), here["clip"])
    told = here.add(
        "conditioning.size",
        conditioning=words,
        width=here["width"],
        height=here["height"],
        crop_x=here["crop_w"],
        crop_y=here["crop_h"],
        target_width=here["target_width"],
        target_height=here["target_height"],
    )
    return [Wire((told, "conditioning"))]


@comfy_class(
    "CLIPTextEncodeSDXLRefiner",
    title="Text encode, SDXL refiner",
    category="advanced/conditioning",
    inputs=[
        number("ascore", 6.0, 0.0, 1000.0, step=0.01),
        integer("width", 1024, 0, 16384),
        integer("height", 1024, 0, 16384),
        text("text", multiline=True, dynamicPrompts=True),
        link("clip", "CLIP"),
    ],
    outputs=["CONDITIONING"],
)
def clip_text_encode_sdxl_refiner(here: Here) -> list[Wire]:
    """Turn a text into what SDXL's refiner reads, and tell it how pleasing the picture shall be."""
    words = encoded(here, here["text"], here["clip"])
    sides = {"width": here["width"], "height": here["height"]}
    told = here.add("conditioning.size", conditioning=words, **sides)
    rated = here.add(
        "conditioning.aesthetic",
        conditioning=Wire((told, "conditioning")),
        score=here["ascore"],
    )
    return [Wire((rated, "conditioning"))]


twin_class(
    "CLIPSetLastLayer",
    Twin("text.clip_skip", {"clip": "clip", "stop_at_clip_layer": "layer"}, ("clip",)),
    "Read texts from an earlier layer of the encoder.",
    title="CLIP set last layer",
    category="conditioning",
    inputs=[link("clip", "CLIP"), integer("stop_at_clip_layer", -1, -24, -1, step=1)],
    outputs=["CLIP"],
)
