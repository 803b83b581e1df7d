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
    from collections.abc import Mapping

    from nodegraph.comfy.fields import Field
    from nodegraph.comfy.here import Here
    from nodegraph.comfy.theirs import Feed
    from nodegraph.graph import Graph, Node

_EMBEDDING = re.compile(r"embedding:([^\s,():]+)")
CLIP = link("clip", "CLIP")


def told_words(name: str) -> Field:
    """Return an input for a text."""
    return text(name, multiline=True, dynamicPrompts=True)


def taught(here: Here, clip: Wire, *texts: object) -> Wire:
    """Add what teaches the embeddings that texts name."""
    known = (one for one in texts if isinstance(one, str))
    for name in dict.fromkeys(name for one in known for name in _EMBEDDING.findall(one)):
        path = here.site.find_weights("embeddings", name)
        if path is None:
            here.approximate(f"there is no embedding {name}; it is read as a word")
            continue
        made = here.add("text.embedding", clip=clip, path=path, word=name)
        clip = Wire((made, "clip"), clip.facts)
    return clip


def encoded(here: Here, words: object, clip: Wire) -> Wire:
    """Add what encodes a text, and the embeddings that it names."""
    clip = taught(here, clip, words)
    return Wire((here.add("text.encode", clip=clip, text=words), "conditioning"))


def encoded_each(here: Here, type_id: str, texts: Mapping[str, object], **more: object) -> Wire:
    """Add what encodes a text for each encoder; one that is the same for all is an ordinary one."""
    words = list(texts.values())
    same = all(one == words[0] for one in words) and isinstance(words[0], str)
    if same and (words[0] or not more):
        return encoded(here, words[0], here["clip"])
    clip = taught(here, here["clip"], *words)
    return Wire((here.add(type_id, clip=clip, **texts, **more), "conditioning"))


def untaught(graph: Graph, node: Node) -> tuple[Feed | None, list[str]]:
    """Return what reads texts before the embeddings on the way, and these: words name them."""
    clip, absorbed = feed(graph, node, "clip"), list[str]()
    while clip is not None and graph[clip.source[0]].type == "text.embedding":
        absorbed.append(clip.source[0])
        clip = feed(graph, graph[clip.source[0]], "clip")
    return clip, absorbed


def encode_back(graph: Graph, node: Node) -> Theirs | None:
    """Return the class for a text."""
    clip, absorbed = untaught(graph, node)
    if clip is None:
        return None
    inputs = {"text": given(graph, node, "text"), "clip": clip}
    return Theirs("CLIPTextEncode", inputs, {"conditioning": 0}, frozenset(absorbed))


@comfy_class(
    "CLIPTextEncode",
    title="Text encode",
    category="conditioning",
    inputs=[told_words("text"), CLIP],
    outputs=["CONDITIONING"],
    back=("text.encode", encode_back),
)
def clip_text_encode(here: Here) -> list[Wire]:
    """Turn a text into what the network reads."""
    return [encoded(here, here["text"], here["clip"])]


def _flux_back(graph: Graph, node: Node) -> Theirs | None:
    clip, absorbed = untaught(graph, node)
    texts = {theirs: given(graph, node, ours) for theirs, ours in FLUX.items()}
    inputs = {"clip": clip, **texts, "guidance": GUIDANCE}
    return Theirs("CLIPTextEncodeFlux", inputs, {"conditioning": 0}, frozenset(absorbed))


FLUX = {"clip_l": "clip_l", "t5xxl": "t5"}
GUIDANCE = 3.5


@comfy_class(
    "CLIPTextEncodeFlux",
    title="Text encode, Flux",
    category="advanced/conditioning/flux",
    inputs=[CLIP, *map(told_words, FLUX), number("guidance", GUIDANCE, 0.0, 100.0, step=0.1)],
    outputs=["CONDITIONING"],
    back=("text.encode_flux", _flux_back),
)
def clip_text_encode_flux(here: Here) -> list[Wire]:
    """Turn texts into what Flux reads."""
    texts = {ours: here[theirs] for theirs, ours in FLUX.items()}
    words = encoded_each(here, "text.encode_flux", texts)
    told = here.add("conditioning.guidance", conditioning=words, guidance=here["guidance"])
    return [Wire((told, "conditioning"))]


SD3 = {"clip_l": "clip_l", "clip_g": "clip_g", "t5xxl": "t5"}
EMPTY = {"none": "left out", "empty_prompt": "read"}


def _sd3_back(graph: Graph, node: Node) -> Theirs | None:
    clip, absorbed = untaught(graph, node)
    texts = {theirs: given(graph, node, ours) for theirs, ours in SD3.items()}
    said = {ours: theirs for theirs, ours in EMPTY.items()}.get(given(graph, node, "empty"))
    if said is None:
        return None
    inputs = {"clip": clip, **texts, "empty_padding": said}
    return Theirs("CLIPTextEncodeSD3", inputs, {"conditioning": 0}, frozenset(absorbed))


@comfy_class(
    "CLIPTextEncodeSD3",
    title="Text encode, Stable Diffusion 3",
    category="advanced/conditioning",
    inputs=[CLIP, *map(told_words, SD3), choice("empty_padding", among(*EMPTY))],
    outputs=["CONDITIONING"],
    back=("text.encode_sd3", _sd3_back),
)
def clip_text_encode_sd3(here: Here) -> list[Wire]:
    """Turn texts into what Stable Diffusion 3 reads."""
    texts = {ours: here[theirs] for theirs, ours in SD3.items()}
    empty = EMPTY.get(here["empty_padding"], here["empty_padding"])
    return [encoded_each(here, "text.encode_sd3", texts, empty=empty)]


SIZE = {
    "width": "width",
    "height": "height",
    "crop_w": "crop_x",
    "crop_h": "crop_y",
    "target_width": "target_width",
    "target_height": "target_height",
}


def _sdxl_back(graph: Graph, node: Node) -> Theirs | None:
    """Return the class for a text of SDXL's that is told its size."""
    words = feed(graph, node, "conditioning")
    reader = None if words is None else graph[words.source[0]]
    if reader is None or reader.type not in ("text.encode", "text.encode_sdxl"):
        return None
    clip, absorbed = untaught(graph, reader)
    names = ("text", "text") if reader.type == "text.encode" else ("clip_g", "clip_l")
    texts = {
        theirs: given(graph, reader, ours)
        for theirs, ours in zip(("text_g", "text_l"), names, strict=True)
    }
    sizes = {theirs: given(graph, node, ours) for theirs, ours in SIZE.items()}
    known = frozenset([reader.id, *absorbed])
    return Theirs(
        "CLIPTextEncodeSDXL", {"clip": clip, **sizes, **texts}, {"conditioning": 0}, known
    )


@comfy_class(
    "CLIPTextEncodeSDXL",
    title="Text encode, SDXL",
    category="advanced/conditioning",
    inputs=[
        CLIP,
        *(integer(name, 0 if name.startswith("crop") else 1024, 0, 16384) for name in SIZE),
        told_words("text_g"),
        told_words("text_l"),
    ],
    outputs=["CONDITIONING"],
    back=("conditioning.size", _sdxl_back),
)
def clip_text_encode_sdxl(here: Here) -> list[Wire]:
    """Turn texts into what SDXL reads, and tell it of what picture this one is a part."""
    texts = {"clip_l": here["text_l"], "clip_g": here["text_g"]}
    words = encoded_each(here, "text.encode_sdxl", texts)
    sizes = {ours: here[theirs] for theirs, ours in SIZE.items()}
    told = here.add("conditioning.size", conditioning=words, **sizes)
    return [Wire((told, "conditioning"))]


def _refiner_back(graph: Graph, node: Node) -> Theirs | None:
    """Return the class for a text of the refiner's that is told its size and how pleasing it is."""
    told = feed(graph, node, "conditioning")
    size = None if told is None else graph[told.source[0]]
    words = feed(graph, size, "conditioning") if size and size.type == "conditioning.size" else None
    reader = None if words is None else graph[words.source[0]]
    if size is None or reader is None or reader.type != "text.encode":
        return None
    clip, absorbed = untaught(graph, reader)
    inputs = {
        "ascore": given(graph, node, "score"),
        "width": given(graph, size, "width"),
        "height": given(graph, size, "height"),
        "text": given(graph, reader, "text"),
        "clip": clip,
    }
    known = frozenset([size.id, reader.id, *absorbed])
    return Theirs("CLIPTextEncodeSDXLRefiner", inputs, {"conditioning": 0}, known)


@comfy_class(
    "CLIPTextEncodeSDXLRefiner",
    title="Text encode, SDXL refiner",
    category="advanced/conditioning",
    inputs=[
        number("ascore", 6.0, 0.0, 1000.0, step=0.01),
        integer("width", 1024, 0, 16384),
        integer("height", 1024, 0, 16384),
        told_words("text"),
        CLIP,
    ],
    outputs=["CONDITIONING"],
    back=("conditioning.aesthetic", _refiner_back),
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
    inputs=[CLIP, integer("stop_at_clip_layer", -1, -24, -1, step=1)],
    outputs=["CLIP"],
)
