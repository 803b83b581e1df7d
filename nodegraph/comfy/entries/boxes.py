"""Classes that put texts into boxes: GLIGEN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.comfy.classes import comfy_class, twin_class
from nodegraph.comfy.fields import choice, integer, link, text, weights
from nodegraph.comfy.theirs import Theirs, feed, given
from nodegraph.comfy.twin import Twin
from nodegraph.comfy.wire import Boxed, Wire

if TYPE_CHECKING:
    from nodegraph.comfy.here import Here
    from nodegraph.graph import Graph, Node

SIDES = ("width", "height", "x", "y")

twin_class(
    "GLIGENLoader",
    Twin("gligen.load", {"gligen_name": "gligen"}, ("gligen",)),
    "Load what lets a network put texts into boxes.",
    title="Load GLIGEN",
    category="loaders",
    inputs=[choice("gligen_name", weights("gligen"))],
    outputs=["GLIGEN"],
    differs="Only those for texts (textbox), in safetensors.",
)


def _back(graph: Graph, node: Node) -> Theirs:
    names = {"conditioning_to": "conditioning", "clip": "clip", "gligen_textbox_model": "gligen"}
    inputs = {theirs: feed(graph, node, ours) for theirs, ours in names.items()}
    inputs |= {name: given(graph, node, name) for name in ("text", *SIDES)}
    return Theirs("GLIGENTextBoxApply", inputs, {"conditioning": 0})


@comfy_class(
    "GLIGENTextBoxApply",
    title="Apply GLIGEN text box",
    category="conditioning/gligen",
    inputs=[
        link("conditioning_to", "CONDITIONING"),
        link("clip", "CLIP"),
        link("gligen_textbox_model", "GLIGEN"),
        text("text", multiline=True, dynamicPrompts=True),
        *(integer(name, 64, 8, 16384, step=8) for name in ("width", "height")),
        *(integer(name, 0, 0, 16384, step=8) for name in ("x", "y")),
    ],
    outputs=["CONDITIONING"],
    differs="Where texts with several sets of boxes are combined, the negative has all of them.",
    back=("gligen.text_box", _back),
)
def text_box(here: Here) -> list[Wire]:
    """Let a text say what a box shall show; the negative text has the box too, where sampled."""
    before = here["conditioning_to"]
    settings = {"clip": here["clip"], "gligen": here["gligen_textbox_model"]}
    settings |= {name: here[name] for name in ("text", *SIDES)}
    made = here.add("gligen.text_box", conditioning=before, **settings)
    boxes = (*before.facts.get("boxes", ()), Boxed(settings))
    return [Wire((made, "conditioning"), {**before.facts, "boxes": boxes})]
