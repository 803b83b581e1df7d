"""Nodes that turn words into conditioning."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from nodegraph import ALWAYS, Multiline, Range, node
from nodegraph.errors import ParamError
from nodes.handles import Clip
from nodes.types import Conditioning


@node("text.encode", title="Text encode")
def encode(clip: Clip, *, text: Multiline = "") -> Conditioning:
    """Turn a text into what the network reads.

    Args:
        text: What to show. ``(word)`` counts 1.1 times as much, ``(word:1.4)`` as much as it says,
            ``\\(`` is a parenthesis. A long text is read in chunks; an embedding by its word.
    """
    from nodes.lib import text as lib

    return lib.encode(clip, text)


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


def identify(*, path: str | None = None, **_: object) -> str | None:
    """Return what is in the file of an embedding.

    Raises:
        ParamError: There is none of that name.
    """
    from nodes.lib import folders

    if path is None:
        return ALWAYS
    try:
        return folders.identity(folders.named("embeddings", path))
    except folders.ModelError as error:
        raise ParamError(str(error), "path") from error


@node("text.embedding", fingerprint=identify, title="Load embedding")
def embedding(clip: Clip, *, path: str = "", word: str = "") -> Clip:
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
