"""Nodes that look into the network: levels, skip connections, and which words are read where."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, node
from nodes.handles import Model
from nodes.types import Attention, Conditioning, Features, Image, Latent, Mask

Scale = Annotated[float, Range(0.0, 4.0, step=0.05)]


class Looked(NamedTuple):
    """What was seen inside of the network.

    Attributes:
        attention: Which words each place read.
        features: What each level made, and what the skip connections brought.
    """

    attention: Attention
    features: Features


class Words(NamedTuple):
    """A map a word.

    Attributes:
        masks: Where each word was read, brightest 1.
        words: The words, in the same order.
    """

    masks: list[Mask]
    words: list[str]


@node("unet.look", title="Look inside the UNet")
def look(model: Model, x: Latent, sigma: float, positive: Conditioning) -> Looked:
    """Watch the network at work: feature maps of every level, and cross-attention.

    Stands in the denoising loop beside the UNet step, and evaluates the network once more, so that
    the prediction itself stays as it is. Of several texts the first is watched.

    Args:
        x: A latent with noise on it.
        sigma: How much noise.
        positive: What the picture shall show.
    """
    from nodes.lib.unets import look as lib

    return Looked(*lib.look(model, x, sigma, positive))


@node("unet.draw", title="Draw the UNet")
def draw(features: Features, *, theme: Literal["light", "dark"] = "light") -> Image:
    """Draw the UNet as the U it is: encoder, decoder and skip connections, with their shapes.

    Each block shows what it made, its three strongest components as colours.

    Args:
        theme: The ground: white or dark.
    """
    from nodes.lib.unets import drawing

    return drawing.draw(features, theme)


@node("unet.features", title="Feature maps")
def features(
    features: Features,
    *,
    level: str = "middle",
    show: Literal["components", "channels"] = "components",
    count: Annotated[int, Range(1, 1024)] = 16,
    side: Annotated[int, Range(16, 4096)] = 512,
) -> Image:
    """Show what one level of the UNet made.

    Args:
        level: ``in``, ``down 0``, ``middle``, ``up 0``, ``skip 0`` and so on.
        show: The three strongest components as colours, or single channels, grey where they are 0.
        count: Of channels, those that vary most.
        side: Of the picture, in pixels, about.
    """
    from nodes.lib.unets import features as lib

    maps = lib.level(features, level)
    shown = lib.components(maps) if show == "components" else lib.channels(maps, count)
    return lib.enlarged(shown, side)


@node("model.skip", title="Skip connection")
def skip(model: Model, *, index: Annotated[int, Range(-1, 99)] = -1, scale: Scale = 1.0) -> Model:
    """Scale what a skip connection of the UNet carries, or cut it.

    Several of these in a row scale several connections.

    Args:
        index: From 0, the finest, inwards; -1 means all of them.
        scale: 0 cuts it, 1 leaves it as it is.
    """
    from nodes.lib.changes import changed
    from nodes.lib.unets import skips

    return changed(model, skips.Skip(index, scale))


@node("model.freeu", title="FreeU")
def freeu(
    model: Model, *, b1: Scale = 1.3, b2: Scale = 1.4, s1: Scale = 0.9, s2: Scale = 0.2
) -> Model:
    """Rebalance the UNet's decoder: more of its backbone, less low frequency from the skips.

    arXiv:2309.11497. The defaults are those for SD 1.5's kin; 1 everywhere changes nothing.

    Args:
        b1: Backbone of the coarsest level.
        b2: Backbone of the level after that.
        s1: Skips of the coarsest level.
        s2: Skips of the level after that.
    """
    from nodes.lib.changes import changed
    from nodes.lib.unets import skips

    return changed(model, skips.FreeU(s1, s2, b1, b2))


@node("attention.mean", title="Mean attention")
def mean(several: list[Attention]) -> Attention:
    """Average what was seen over the turns of a loop.

    Args:
        several: As a zone's end collects them.
    """
    from nodes.lib.unets import attention

    return attention.mean(several)


@node("attention.word", title="Attention of a word")
def word(
    attention: Attention,
    *,
    word: str = "mouse",
    layer: str = "up_blocks",
    scale: Annotated[int, Range(1, 64)] = 16,
) -> Mask:
    """Show where a word was read, brightest 1: cross-attention as a soft mask.

    Args:
        word: One of the text's.
        layer: Part of a layer's name: ``down``, ``mid``, ``up_blocks.1``; all layers if empty.
        scale: Pixels a cell of the map is wide.
    """
    from nodes.lib.unets import attention as lib

    return lib.shown(attention, lib.find(attention, word), layer, scale)


@node("attention.words", title="Attention of every word")
def words(
    attention: Attention,
    *,
    layer: str = "up_blocks",
    scale: Annotated[int, Range(1, 64)] = 16,
) -> Words:
    """Show where each word of the text was read, a soft mask a word.

    Args:
        layer: Part of a layer's name: ``down``, ``mid``, ``up_blocks.1``; all layers if empty.
        scale: Pixels a cell of the map is wide.
    """
    from nodes.lib.unets import attention as lib

    known = lib.words(attention)
    masks = [lib.shown(attention, numbers, layer, scale) for _, numbers in known]
    return Words(masks, [text for text, _ in known])
