"""Nodes that mix models weight by weight, and save what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodegraph import Range, current, node
from nodes.handles import Clip, Model, Vae

Ratio = Annotated[float, Range(0.0, 1.0, step=0.01)]
Multiplier = Annotated[float, Range(-10.0, 10.0, step=0.05)]


class Saved(NamedTuple):
    """The files that were written."""

    files: list[Path]


@node("model.merge", title="Merge models")
def merge(model: Model, other: Model, *, ratio: Ratio = 0.5) -> Model:
    """Mix two models of one family, weight by weight, with their LoRAs.

    Args:
        model: What it predicts and its latents are taken over.
        other: Another one, fine-tuned from the same.
        ratio: The first one's share; the rest is the other's.
    """
    from nodes.lib import merging

    return merging.merged((model, other), {"": (ratio, 1 - ratio)})


@node("model.merge_blocks", title="Merge models by blocks")
def merge_blocks(
    model: Model,
    other: Model,
    *,
    input: Ratio = 0.5,
    middle: Ratio = 0.5,
    output: Ratio = 0.5,
) -> Model:
    """Mix two models with a UNet, each part of it in another ratio.

    Args:
        other: Another one, fine-tuned from the same.
        input: The first one's share of the encoder, and of what is in no block.
        middle: Its share of the middle.
        output: Its share of the decoder.
    """
    from nodes.lib import merging

    ratios = {"input": input, "middle": middle, "output": output}
    shares = {name: (ratio, 1 - ratio) for name, ratio in ratios.items()}
    return merging.merged((model, other), shares)


@node("model.merge_each_block", title="Merge SDXL block by block")
def merge_each_block(
    model: Model,
    other: Model,
    *,
    time: Ratio = 1.0,
    label: Ratio = 1.0,
    input_0: Ratio = 1.0,
    input_1: Ratio = 1.0,
    input_2: Ratio = 1.0,
    input_3: Ratio = 1.0,
    input_4: Ratio = 1.0,
    input_5: Ratio = 1.0,
    input_6: Ratio = 1.0,
    input_7: Ratio = 1.0,
    input_8: Ratio = 1.0,
    middle_0: Ratio = 1.0,
    middle_1: Ratio = 1.0,
    middle_2: Ratio = 1.0,
    output_0: Ratio = 1.0,
    output_1: Ratio = 1.0,
    output_2: Ratio = 1.0,
    output_3: Ratio = 1.0,
    output_4: Ratio = 1.0,
    output_5: Ratio = 1.0,
    output_6: Ratio = 1.0,
    output_7: Ratio = 1.0,
    output_8: Ratio = 1.0,
    out: Ratio = 1.0,
) -> Model:
    """Mix two Stable Diffusion XL, each block in another ratio.

    Blocks are counted as the authors' files do: ``input_3`` is the first to halve the picture.

    Args:
        other: Another one, fine-tuned from the same.
        time: The first one's share of what reads the time.
        label: Its share of what reads the text as a whole and the sizes.
        out: Its share of the last layers.
    """
    from nodes.lib import merging

    given, names = locals(), merge_each_block.__kwdefaults__
    shares = {name.replace("_", " "): (given[name], 1 - given[name]) for name in names}
    return merging.merged((model, other), shares)


@node("model.add_difference", title="Add difference of models")
def add_difference(
    model: Model, other: Model, base: Model, *, multiplier: Multiplier = 1.0
) -> Model:
    """Add to a model what another one learnt beyond its base: model + (other - base) * multiplier.

    Args:
        model: What is added to.
        other: One that learnt something.
        base: What that one was trained from.
        multiplier: How much of it.
    """
    from nodes.lib import merging

    return merging.merged((model, other, base), {"": merging.difference(multiplier)})


@node("clip.merge", title="Merge CLIPs")
def merge_clips(clip: Clip, other: Clip, *, ratio: Ratio = 0.5) -> Clip:
    """Mix the text encoders of two models of one family, weight by weight.

    Args:
        clip: Its tokenizers are taken over.
        other: That of another model.
        ratio: The first one's share; the rest is the other's.
    """
    from nodes.lib import merging

    return merging.merged_clips((clip, other), (ratio, 1 - ratio))


@node("clip.add_difference", title="Add difference of CLIPs")
def add_clip_difference(
    clip: Clip, other: Clip, base: Clip, *, multiplier: Multiplier = 1.0
) -> Clip:
    """Add to text encoders what others learnt beyond their base.

    Args:
        clip: What is added to.
        other: Those that learnt something.
        base: What those were trained from.
        multiplier: How much of it.
    """
    from nodes.lib import merging

    return merging.merged_clips((clip, other, base), merging.difference(multiplier))


@node("model.save", effect=True, title="Save model")
def save(
    model: Model,
    clip: Clip | None = None,
    vae: Vae | None = None,
    *,
    name: str = "model",
    layout: Literal["file", "folder"] = "file",
) -> Saved:
    """Save a model with its LoRAs in its weights; nothing is ever overwritten.

    Args:
        clip: For a folder.
        vae: For a folder.
        name: What it is called, with a number; a / leads into a subfolder.
        layout: ``file`` is the network alone in safetensors, which *Load UNet* reads where it is
            of a family that is known; ``folder`` is a whole model, as diffusers reads it.
    """
    from nodes.lib import saving

    context = current()
    out = context.options.out
    if layout == "folder":
        return Saved(saving.save_folder(model, clip, vae, out, name))
    return Saved([saving.save_network(model, out, name, context.record)])
