"""Nodes that lay adapters over models."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, NamedTuple

from nodegraph import Range, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Clip, Model

Lora = Annotated[str, Named("loras")]
Strength = Annotated[float, Range(-100.0, 100.0, step=0.05)]


class Adapted(NamedTuple):
    """A model and what reads its texts."""

    model: Model
    clip: Clip


identify_lora = contents(lora="loras")


@node("model.lora", fingerprint=identify_lora, title="LoRA")
def lora(
    model: Model,
    clip: Clip,
    *,
    lora: Lora = "",
    strength_model: Strength = 1.0,
    strength_clip: Strength = 1.0,
) -> Adapted:
    """Lay a LoRA over a model and its text encoders; several in a row add up.

    Reads LoRA, LoHa, LoKr, DoRA, OFT and whole differences, as kohya, LyCORIS, diffusers and PEFT
    write them for Stable Diffusion 1, 2, XL and 3 and Flux, and Flux's control LoRAs.

    Args:
        lora: The path of a ``.safetensors`` file, or its name in the folder ``loras``.
        strength_model: On the network; 0 leaves it as it is, below 0 is the opposite.
        strength_clip: On the text encoders.
    """
    from nodes.lib import folders
    from nodes.lib.adapters import lora as lib

    found = lib.open_lora(folders.named("loras", lora))
    return Adapted(
        lib.on_model(model, replace(found, strength=strength_model)),
        lib.on_clip(clip, replace(found, strength=strength_clip), model.family),
    )


@node("model.lora_network", fingerprint=identify_lora, title="LoRA, network alone")
def lora_network(model: Model, *, lora: Lora = "", strength: Strength = 1.0) -> Model:
    """Lay a LoRA over a model's network alone, and leave its text encoders as they are.

    Args:
        lora: The path of a ``.safetensors`` file, or its name in the folder ``loras``.
        strength: 0 leaves it as it is, below 0 is the opposite.
    """
    from nodes.lib import folders
    from nodes.lib.adapters import lora as lib

    found = lib.open_lora(folders.named("loras", lora))
    return lib.on_model(model, replace(found, strength=strength))
