"""Nodes that bring pictures to what models for editing, such as Flux kontext, want to see."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.handles import Model
from nodes.types import Conditioning, Image, Latent


@node("image.stitch", title="Stitch images")
def stitch(
    image: Image,
    other: Image,
    *,
    direction: Literal["right", "down", "left", "up"] = "right",
    match_size: bool = True,
    spacing: Annotated[int, Range(0, 1024)] = 0,
    color: str = "#ffffff",
) -> Image:
    """Lay two pictures side by side (image stitch).

    Args:
        image: What keeps its size.
        other: What is laid beside it.
        direction: Where to.
        match_size: Scale the other one so that the edges that meet are as long; without, the
            smaller one gets black margins.
        spacing: Pixels between them.
        color: Of what is between them.
    """
    from nodes.lib import colors
    from nodes.lib.pictures import stitching

    found = stitching.stitched(
        image, other, direction, match_size=match_size, gap=(spacing, colors.rgb(color))
    )
    return Image(found)


@node("image.scale_to_kontext", title="Scale image for Flux kontext")
def scale_to_kontext(image: Image) -> Image:
    """Bring pictures to the size Flux kontext was trained with that is nearest in shape.

    About a megapixel; what reaches over is cut off about the centre.
    """
    from nodes.lib.pictures import resizing, stitching

    x = resizing.planes(image)
    sides = stitching.nearest_of_kontext(x.shape[3], x.shape[2])
    return resizing.picture(resizing.fitted(x, *sides, "lanczos", "crop", x.new_zeros(3)))


@node("conditioning.reference_latent", title="Reference latent")
def reference_latent(conditioning: Conditioning, model: Model, latent: Latent) -> Conditioning:
    """Show a model for editing what the words are about, as a latent that is there already.

    Args:
        conditioning: What shall become of it.
        model: The one that looks at it, such as Flux kontext.
        latent: Encoded by the model's own VAE, or sampled before.
    """
    from nodes.lib import reference

    return reference.shown_latent(conditioning, model.latent_format, latent)
