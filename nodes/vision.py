"""Nodes that read pictures as words are read, and tell networks of them: unCLIP, Redux."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import ALWAYS, Range, Seed, current, node
from nodegraph.errors import ParamError
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Clip, ImageEncoder, Model, StyleModel, Vae
from nodes.model import identify
from nodes.ranges import Share
from nodes.types import Conditioning, Image, ImageEmbedding


class Loaded(NamedTuple):
    """A model that is told of pictures, with what reads them."""

    model: Model
    clip: Clip
    vae: Vae
    encoder: ImageEncoder


def identify_encoder(*, encoder: str | None = None, **_: object) -> str | None:
    """Return what is in the files of an image encoder.

    Raises:
        ParamError: There is none of that name.
    """
    from nodes.lib import disk, folders
    from nodes.lib.vision import encoders

    if encoder is None:
        return ALWAYS
    try:
        return disk.identity(encoders.find(encoder))
    except folders.ModelError as error:
        raise ParamError(str(error), "encoder") from error


identify_style = contents(style="style_models")


@node("vision.load", fingerprint=identify_encoder, title="Load image encoder")
def load(*, encoder: Annotated[str, Named("clip_vision")] = "") -> ImageEncoder:
    """Load what reads pictures as words are read: CLIP's image encoder, or SigLIP's.

    Args:
        encoder: The path of a ``.safetensors`` file or of a folder, or its name in the folder
            ``clip_vision``; a model for unCLIP has one inside.
    """
    from nodes.lib.vision import encoders

    options = current().options
    return encoders.open_encoder(encoders.find(encoder), options.device, options.dtype)


@node("vision.load_unclip", fingerprint=identify, title="Load unCLIP model")
def load_unclip(*, model: str = "") -> Loaded:
    """Load a model that is told of pictures, with the image encoder that it was trained with.

    Args:
        model: As in Load model: a Stable Diffusion 2.1 unCLIP.
    """
    from nodes.lib import folders, opening
    from nodes.lib.vision import encoders

    context = current()
    folders.permit(model)
    found = folders.find(model, lambda done, total: context.progress(done, total, note="download"))
    options = context.options
    loaded = opening.open_model(found, options.device, options.dtype)
    place = found if found.is_file() else found / encoders.NAME
    return Loaded(*loaded, encoders.open_encoder(place, options.device, options.dtype))


@node("vision.encode", title="Read picture")
def encode(
    encoder: ImageEncoder, image: Image, *, crop: Literal["center", "none"] = "center"
) -> ImageEmbedding:
    """Read pictures as words are read: what they show, in the encoder's numbers.

    Args:
        image: One or a batch.
        crop: The middle of each is read, or each is squeezed into a square.
    """
    from nodes.lib.vision import encoders

    return encoders.read(encoder, image, crop=crop == "center")


@node("vision.unclip", title="Show pictures (unCLIP)")
def unclip(
    conditioning: Conditioning,
    embedding: ImageEmbedding,
    *,
    strength: Annotated[float, Range(-10.0, 10.0, step=0.01)] = 1.0,
    noise_augmentation: Share = 0.0,
    seed: Seed = 0,
) -> Conditioning:
    """Tell a network of pictures: Stable Diffusion 2.1 unCLIP, or XL in place of the pooled text.

    Args:
        conditioning: The texts; several pictures in a row are added up.
        embedding: What was read in pictures, by the encoder that the model was trained with.
        strength: 0 leaves everything as it is, below 0 is the opposite.
        noise_augmentation: How little the network shall rely on them, 0 to 1.
        seed: The noise is drawn from 10 below, as ComfyUI does with the sampler's seed.
    """
    from nodes.lib.vision import unclip as lib

    return lib.shown(conditioning, embedding, strength, noise_augmentation, seed)


@node("vision.load_style", fingerprint=identify_style, title="Load style model")
def load_style(*, style: Annotated[str, Named("style_models")] = "") -> StyleModel:
    """Load what makes words for Flux of pictures: Redux.

    Args:
        style: The path of a ``.safetensors`` file, or its name in the folder ``style_models``.
    """
    from nodes.lib import folders
    from nodes.lib.vision import style as lib

    options = current().options
    path = folders.named("style_models", style)
    return lib.open_style(path, options.device, options.dtype)


@node("vision.style", title="Apply style model")
def style(
    conditioning: Conditioning,
    style_model: StyleModel,
    embedding: ImageEmbedding,
    *,
    strength: Annotated[float, Range(0.0, 10.0, step=0.01)] = 1.0,
    strength_type: Literal["multiply", "attn_bias"] = "multiply",
) -> Conditioning:
    """Put pictures behind the words, as words: variations of a picture by Flux Redux.

    Args:
        embedding: What SigLIP read in pictures.
        strength: How much they count beside the text.
        strength_type: The pictures' words are that many times as large, or that many times as
            likely to be attended to.
    """
    from nodes.lib.vision import style as lib

    biased = strength_type == "attn_bias"
    return lib.styled(conditioning, style_model, embedding, strength, biased=biased)
