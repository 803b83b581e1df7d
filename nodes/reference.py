"""Nodes that show a network a picture to look at."""

from __future__ import annotations

from nodegraph import node
from nodes.handles import Vae
from nodes.types import Conditioning, Image


@node("conditioning.reference", title="Reference picture")
def reference(conditioning: Conditioning, vae: Vae, image: Image) -> Conditioning:
    """Show a model for editing, such as Flux kontext, the picture that the words are about.

    Args:
        conditioning: What shall become of it; the negative conditioning wants the picture too.
        vae: The model's own.
        image: The picture; Flux looks at one of any size, InstructPix2Pix at one of the result's.
    """
    from nodes.lib import reference as lib

    return lib.shown(conditioning, vae, image)
