"""Classes that turn words into conditioning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class
from nodegraph.comfy.fields import link, text
from nodegraph.comfy.weights import plain
from nodegraph.comfy.wire import Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here


@comfy_class(
    "CLIPTextEncode",
    title="Text encode",
    category="conditioning",
    inputs=[text("text", multiline=True, dynamicPrompts=True), link("clip", "CLIP")],
    outputs=["CONDITIONING"],
    differs="Weights such as (word:1.2) and embeddings do not count, and words past the encoder's "
    "length are not read.",
)
def clip_text_encode(here: Here) -> list[Wire]:
    """Turn a text into what the network reads."""
    words, weighted = plain(here["text"])
    if weighted:
        here.approximate("the weights of words in the text do not count; all weigh the same")
    if "embedding:" in words:
        here.approximate("the embeddings in the text are read as words")
    return [Wire((here.add("text.encode", clip=here["clip"], text=words), "conditioning"))]
