"""Nodes that repaint a part of a picture, or paint on beyond its edges."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from nodegraph import Range, node
from nodes.handles import Vae
from nodes.types import Conditioning, Image, Latent, Mask

Margin = Annotated[int, Range(0, 8192, step=8)]


class Inpainting(NamedTuple):
    """What an inpainting model reads, and the latent it starts from."""

    positive: Conditioning
    negative: Conditioning | None
    latent: Latent


class Padded(NamedTuple):
    """A larger picture, and where it is to be painted."""

    image: Image
    mask: Mask


@node("latent.set_mask", title="Set latent mask")
def set_mask(latent: Latent, mask: Mask) -> Latent:
    """Inpaint: let sampling change a latent only where a mask allows (set latent noise mask).

    What is 0 in the mask stays bit by bit; between 0 and 1 it changes by that share.

    Args:
        mask: 1 where it may change. Of any size; one, or one for each latent.
    """
    from nodes.lib import inpaint

    return inpaint.masked(latent, mask)


@node("inpaint.differential", title="Differential diffusion")
def differential(latent: Latent) -> Latent:
    """Read a latent's mask as time: each place changes for that share of the way.

    What is 1 is painted from the start, 0.5 is free in the second half alone and so stays alike,
    0 never changes: soft masks blend without a seam. Source: arXiv:2306.00950.

    Args:
        latent: One with a mask.
    """
    from nodes.lib import inpaint

    return inpaint.gradual(latent)


@node("vae.encode_for_inpaint", title="VAE encode for inpainting")
def encode_for_inpaint(
    vae: Vae, image: Image, mask: Mask, *, grow_mask_by: Annotated[int, Range(0, 64)] = 6
) -> Latent:
    """Inpaint from nothing: turn a picture into a latent with grey in place of what is masked.

    Sample it at a denoise of 1. To keep a trace of what was there, encode the picture as it is
    and set the latent's mask.

    Args:
        mask: 1 where it is painted anew; rounded.
        grow_mask_by: Pixels by which the latent's mask is wider in all, to paint the seam too.
    """
    from nodes.lib import inpaint

    return inpaint.encode(vae, image, mask, grow_mask_by)


@node("conditioning.inpaint", title="Inpaint model conditioning")
def inpaint_conditioning(
    positive: Conditioning,
    vae: Vae,
    image: Image,
    mask: Mask,
    negative: Conditioning | None = None,
    *,
    keep: bool = True,
) -> Inpainting:
    """Show a model for inpainting, such as Flux fill, the picture and what of it to paint anew.

    Args:
        positive: What the picture shall show.
        image: The picture.
        mask: 1 where it is painted anew; rounded.
        negative: What it shall not show.
        keep: Keep what is not masked bit by bit, rather than leave it to the model.
    """
    from nodes.lib import inpaint

    beside = inpaint.beside(vae, image, mask)
    return Inpainting(
        inpaint.with_beside(positive, beside),
        None if negative is None else inpaint.with_beside(negative, beside),
        inpaint.start(vae, image, mask, keep=keep),
    )


@node("image.pad_for_outpaint", title="Pad image for outpainting")
def pad_for_outpaint(
    image: Image,
    *,
    left: Margin = 0,
    top: Margin = 0,
    right: Margin = 64,
    bottom: Margin = 0,
    feather: Annotated[int, Range(0, 8192)] = 24,
) -> Padded:
    """Outpaint: give a picture margins to paint on into, and the mask of them.

    Args:
        left: Pixels to add at the left.
        top: Pixels to add at the top.
        right: Pixels to add at the right.
        bottom: Pixels to add at the bottom.
        feather: Pixels of the picture, next to a margin, that may change a little too.
    """
    from nodes.lib import inpaint

    return Padded(*inpaint.padded(image, left, top, right, bottom, feather))
