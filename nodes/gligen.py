"""Nodes that put texts into boxes."""

from __future__ import annotations

from typing import Annotated

from nodegraph import Multiline, Range, current, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Clip, Gligen
from nodes.ranges import Pixels
from nodes.types import Conditioning

Side = Annotated[int, Range(8, 16384, step=8)]


identify = contents(gligen="gligen")


@node("gligen.load", fingerprint=identify, title="Load GLIGEN")
def load(*, gligen: Annotated[str, Named("gligen")] = "") -> Gligen:
    """Load what lets a network of Stable Diffusion 1 put texts into boxes.

    Args:
        gligen: The path of a ``.safetensors`` file, or its name in the folder ``gligen``.
    """
    from nodes.lib import folders
    from nodes.lib.gligen.files import open_gligen

    options = current().options
    return open_gligen(folders.named("gligen", gligen), options.device, options.dtype)


@node("gligen.text_box", title="Text in a box (GLIGEN)")
def text_box(
    conditioning: Conditioning,
    clip: Clip,
    gligen: Gligen,
    *,
    text: Multiline = "",
    width: Side = 64,
    height: Side = 64,
    x: Pixels = 0,
    y: Pixels = 0,
) -> Conditioning:
    """Let a text say what a box of the picture shall show; up to 30 boxes in a row.

    Args:
        conditioning: What is said of the whole picture; name in it what is in the boxes, too.
        clip: The model's own.
        text: What the box shall show.
        width: Of the box, in pixels.
        height: Of the box, in pixels.
        x: Pixels from the picture's left edge to the box.
        y: Pixels from its upper edge.
    """
    from nodes.lib.gligen.boxes import placed

    return placed(conditioning, gligen, clip, text, (x, y, width, height))
