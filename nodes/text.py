"""Nodes that turn words into conditioning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from nodegraph import Multiline, Range, node
from nodegraph.params import Named
from nodes.contents import contents
from nodes.handles import Clip
from nodes.types import Conditioning

Embedding = Annotated[str, Named("embeddings")]


@node("text.encode", title="Text encode")
def encode(clip: Clip, *, text: Multiline = "") -> Conditioning:
    """Turn a text into what the network reads.

    Critters, the model that comes along, knows whom to draw (mouse, cat, rabbit, bear, dog, fox,
    pig, frog, boy, girl), with whose ears, in which color of fur, hair, background and what is worn
    (red, orange, yellow, green, blue, purple, pink, brown, gray, white, black), how they feel
    (happy, sad, surprised) and what they wear (hat, crown, glasses, bow, scarf), also by synonyms
    and in the plural. A word it does not know is left out, and noted.

    Args:
        text: What to show. ``(word)`` counts 1.1 times as much, ``(word:1.4)`` as much as it says,
            ``\\(`` is a parenthesis. A long text is read in chunks; an embedding by its word.
    """
    from nodes.lib import text as lib

    return lib.encode(clip, text)


@node("text.encode_sdxl", title="Text encode, SDXL")
def encode_sdxl(clip: Clip, *, clip_l: Multiline = "", clip_g: Multiline = "") -> Conditioning:
    """Say something else to each of SDXL's text encoders.

    Args:
        clip_l: What the first one reads, written as for a text encode.
        clip_g: What the second one reads, from which the whole picture's mood is taken, too.
    """
    from nodes.lib import text as lib

    return lib.encode_each(clip, "sdxl", {"clip_l": clip_l, "clip_g": clip_g})


@node("text.encode_sd3", title="Text encode, Stable Diffusion 3")
def encode_sd3(
    clip: Clip,
    *,
    clip_l: Multiline = "",
    clip_g: Multiline = "",
    t5: Multiline = "",
    empty: Literal["read", "left out"] = "read",
) -> Conditioning:
    """Say something else to each text encoder of Stable Diffusion 3.

    Args:
        clip_l: What the first CLIP reads, written as for a text encode.
        clip_g: What the second CLIP reads.
        t5: What T5 reads, if the model has it: whole sentences.
        empty: An empty text is read as one, or left out: T5's alone, the CLIPs' where both are.
    """
    from nodes.lib import text as lib

    texts = {"clip_l": clip_l, "clip_g": clip_g, "t5": t5}
    return lib.encode_each(clip, "sd3", texts, without_empty=empty == "left out")


@node("text.encode_flux", title="Text encode, Flux")
def encode_flux(clip: Clip, *, clip_l: Multiline = "", t5: Multiline = "") -> Conditioning:
    """Say something else to each of Flux's text encoders.

    Args:
        clip_l: What CLIP reads, of which only the mood of the whole reaches the network.
        t5: What T5 reads: whole sentences.
    """
    from nodes.lib import text as lib

    return lib.encode_each(clip, "flux", {"clip_l": clip_l, "t5": t5})


@node("text.clip_skip", title="Clip skip")
def clip_skip(clip: Clip, *, layer: Annotated[int, Range(-48, -1)] = -1) -> Clip:
    """Read texts from an earlier layer of the encoder.

    Args:
        layer: Which, counted from the end: -1 is the last one, -2 the one before it. Of SD 2 the
            encoder comes without its last layer. Without this node each family reads its own:
            Stable Diffusion -1, SDXL and SD 3 -2.
    """
    from dataclasses import replace

    return replace(clip, skip=-1 - layer)


@node("text.padding", title="Text padding")
def padding(clip: Clip, *, like: Literal["diffusers", "comfyui"] = "comfyui") -> Clip:
    """Pad T5's texts as another program does, for its very picture.

    Args:
        like: diffusers pads or cuts them to 256 tokens for Stable Diffusion 3 and 512 for Flux;
            ComfyUI pads them to 77 and 256, and reads longer ones whole. Without T5 the first puts
            zeros in its place, the second nothing. Other families have no T5.
    """
    from dataclasses import replace

    return replace(clip, padding=like)


identify = contents(path="embeddings")


@node("text.embedding", fingerprint=identify, title="Load embedding")
def embedding(clip: Clip, *, path: Embedding = "", word: str = "") -> Clip:
    """Teach a word to the text encoder: an embedding learnt by textual inversion.

    Prompts call it ``embedding:word``, or just by the word.

    Args:
        path: A ``.safetensors`` file, or its name in the folder ``embeddings``; also ``.pt`` and
            ``.bin``, read by PyTorch's restricted reader, which runs no code.
        word: What it is called by; the file's name, if this is empty.
    """
    from nodes.lib import folders
    from nodes.lib.text import embeddings

    found = folders.named("embeddings", path)
    return embeddings.taught(clip, word.strip() or Path(path).stem, found)
