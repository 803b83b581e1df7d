"""Learnt words: files of textual inversion.

Source: Gal et al. 2022, arXiv:2208.01618. The files hold one tensor a word, (n, D) or (D,):
under ``emb_params`` or ``string_to_param`` as the WebUI writes it, under the word itself as
diffusers does, under ``clip_l`` and ``clip_g`` for SDXL.
"""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from nodes.lib.text.tokens import WordError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from nodes.handles import Clip

SUFFIXES = (".safetensors", ".pt", ".bin")
BY_ENCODER = ("clip_l", "clip_g", "t5")


def taught(clip: Clip, word: str, path: Path) -> Clip:
    """Return a clip that knows a word from a file, which is read now to see that it can be.

    Raises:
        WordError: It cannot be read, or the word is none.
    """
    if not word or any(char.isspace() or char in "():," for char in word):
        raise WordError(f"{word!r} cannot be a word of a prompt; give one without spaces or (),:")
    load(path)
    return replace(clip, words={**clip.words, word: path})


def load(path: Path) -> dict[str, Tensor]:
    """Read a file's tensors, (n, D) each, by name.

    Files ending in ``.pt`` and ``.bin`` are unpickled by PyTorch's restricted reader, which makes
    tensors and plain values and runs no code.

    Raises:
        WordError: It cannot be read, or holds none.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise WordError(f"{path.name} is no embedding; choose a file in {', '.join(SUFFIXES)}")
    try:
        tensors = _tensors(path)
    except (OSError, SafetensorError, RuntimeError, pickle.UnpicklingError, EOFError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise WordError(
            f"the embedding {path} cannot be read: {reason}; fetch it again, as safetensors"
        ) from error
    if not tensors:
        raise WordError(f"{path} holds no embedding; choose a file made by textual inversion")
    return {name: one.detach().float().reshape(-1, one.shape[-1]) for name, one in tensors.items()}


def _tensors(path: Path) -> dict[str, Tensor]:
    if path.suffix.lower() == ".safetensors":
        held: Any = load_file(path)
    else:
        held = torch.load(path, map_location="cpu", weights_only=True)
    if not isinstance(held, dict):
        return {}
    held = cast("dict[str, Any]", held)
    held = held.get("string_to_param", held)
    return {str(name): one for name, one in held.items() if _is_word(one)}


def _is_word(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point() and 1 <= value.ndim <= 2


def pick(tensors: Mapping[str, Tensor], encoder: str, width: int) -> Tensor | None:
    """Return the (n, D) a file has for an encoder that reads D numbers a token, if it has any."""
    if encoder in tensors:
        found = tensors[encoder]
        return found if found.shape[-1] == width else None
    own = [one for name, one in tensors.items() if name not in BY_ENCODER]
    return next((one for one in own if one.shape[-1] == width), None)
