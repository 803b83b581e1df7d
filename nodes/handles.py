"""Networks as they flow along links: handles, whose weights are read when they are first used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodegraph import socket

if TYPE_CHECKING:
    from pathlib import Path

    from nodes.lib.changes import Change
    from nodes.lib.folders import Part
    from nodes.lib.hooks import Hook
    from nodes.lib.latents import LatentFormat
    from nodes.lib.model_sampling import ModelSampling


@socket(color="#b39ddb", shape="square")
@dataclass(frozen=True, eq=False)
class Model:
    """A denoising network.

    Attributes:
        part: Where its weights are.
        sampling: What it predicts, and at which sigmas.
        latent_format: How its latents relate to those the VAE emits.
        family: How it is called: a name in ``nodes.lib.families``.
        changes: What is laid over the network while it is evaluated, in order.
    """

    part: Part
    sampling: ModelSampling
    latent_format: LatentFormat
    family: str = "unet"
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class TextEncoder:
    """One of a model's text encoders.

    Attributes:
        name: ``clip_l``, ``clip_g`` or ``t5``.
        tokenizer: From words to numbers.
        encoder: From numbers to what the network reads.
    """

    name: str
    tokenizer: Part
    encoder: Part


@socket(color="#b98a7a", shape="diamond")
@dataclass(frozen=True)
class Hooks:
    """What single texts change about the network while it is evaluated for them, in order."""

    hooks: tuple[Hook, ...]


@socket(color="#8f8fb0", shape="diamond")
@dataclass(frozen=True)
class Keyframes:
    """How strong hooks are on the way.

    Attributes:
        frames: From which share of it, how many times as strong as by themselves; in order.
    """

    frames: tuple[tuple[float, float], ...]


@socket(color="#f4c95d", shape="square")
@dataclass(frozen=True, eq=False)
class Clip:
    """What reads texts for a network.

    Attributes:
        encoders: In the order in which the network reads them.
        kind: How what they say is put together: a name in ``nodes.lib.text``.
        skip: Layers left out at the end; ``None`` leaves out as many as the network was
            trained without.
        changes: What is laid over each encoder while it reads.
        words: Files of learnt embeddings, by the word each is called by.
        padding: How long T5's texts are: as ``diffusers`` makes them, or ``comfyui``.
        hooks: What its texts change about the network.
    """

    encoders: tuple[TextEncoder, ...]
    kind: str = "sd"
    skip: int | None = None
    changes: tuple[Change, ...] = ()
    words: Mapping[str, Path] = field(default_factory=dict[str, "Path"])
    padding: str = "diffusers"
    hooks: tuple[Hook, ...] = ()


@socket(color="#e07a7a", shape="square")
@dataclass(frozen=True, eq=False)
class Vae:
    """An autoencoder between pictures and latents.

    Attributes:
        downscale: Pixels a latent cell is wide.
        scale: Brings latents to what it knows, where that is not the latents themselves: a tiny
            one that comes alone decodes what the network reads.
        shift: Taken off before.
        latents: How its latents relate to what its model's network reads, where that is known.
    """

    part: Part
    downscale: int
    scale: float = 1.0
    shift: float = 0.0
    latents: LatentFormat | None = None


@socket(color="#d9a066", shape="square")
@dataclass(frozen=True, eq=False)
class ControlNet:
    """A network that leads another one along a picture: a ControlNet or a T2I adapter.

    Attributes:
        part: Where its weights are.
        kind: What its picture shows, for networks of several kinds: ``canny``, ``depth`` …
    """

    part: Part
    kind: str = ""


@socket(color="#c9a2c9", shape="square")
@dataclass(frozen=True, eq=False)
class IpAdapter:
    """What lets pictures be prompts.

    Attributes:
        part: Where its weights are.
        encoder: The network that reads pictures for it.
    """

    part: Part
    encoder: Part


@socket(color="#b4b06a", shape="square")
@dataclass(frozen=True, eq=False)
class ImageEncoder:
    """A network that reads pictures as words are read.

    Attributes:
        part: Where its weights are.
    """

    part: Part


@socket(color="#c08f6a", shape="square")
@dataclass(frozen=True, eq=False)
class StyleModel:
    """What makes words of what an image encoder says of pictures.

    Attributes:
        part: Where its weights are.
    """

    part: Part


@socket(color="#9aa46a", shape="square")
@dataclass(frozen=True, eq=False)
class Gligen:
    """What lets a network put texts into boxes.

    Attributes:
        part: Where its weights are.
    """

    part: Part


@socket(color="#86b6b0", shape="square")
@dataclass(frozen=True, eq=False)
class Upscaler:
    """A network that makes pictures larger.

    Attributes:
        part: Where its weights are.
    """

    part: Part
