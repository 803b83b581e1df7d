"""Networks and tokenizers, each loaded when first used and then kept."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib import device, disk, folders, lean
from nodes.lib.folders import ModelError, Part
from nodes.lib.memory import placement
from nodes.lib.memory.held import networks
from nodes.lib.speed import quick

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodes.handles import Vae

HEAVY = 2**28
"""Bytes of weights from which it pays to make a network without random ones first."""

opened: dict[int, Vae] = {}
"""The autoencoder opened last, by its channels: what a latent is of, most likely."""

_held: dict[Part, Any] = {}
_recipes: dict[Part, Callable[[], Any]] = {}


def hold(part: Part, made: Any) -> None:
    """Let a network made in memory be the one of a part; its folder is never read."""
    quick.lay_out(made, part)
    _held[part] = quick.quicken(made, part)


def make(part: Part, recipe: Callable[[], Any]) -> None:
    """Let a recipe make a part's network whenever it is wanted and no longer kept."""
    _recipes[part] = recipe


def network(part: Part) -> Any:
    """Return a network, or a tokenizer; the same object as long as it is kept."""
    return _held[part] if part in _held else networks.get(part, _loaded)


def _loaded(part: Part) -> Any:
    try:
        return _load(part)
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ModelError(
            f"the {part.name} of {part.folder} cannot be loaded: {reason}; weights must be whole "
            "and in safetensors"
        ) from error


def holds(part: Part) -> bool:
    """Tell whether there is such a network, without reading its weights."""
    made = part in _held or part in _recipes
    if made or not part.folder.is_file():
        return made or (part.folder / part.name).is_dir()
    from nodes.lib import single

    return part.name in single.inspect(part.folder)


def _load(part: Part) -> Any:
    if part in _recipes:
        return _recipes[part]()
    if part.name == "upscaler":
        from nodes.lib import upscalers

        return upscalers.load(part)
    if part.name in ASIDE:
        return import_module(ASIDE[part.name]).load(part)
    if part.folder.is_file():
        from nodes.lib.single import loading

        return loading.load(part)
    if part.name.endswith(".tokenizer"):
        from nodes.lib.single import tokenizers

        return tokenizers.load(part)
    return LOADERS[part.name](part)


def _weights(cls: Any, part: Part, **options: Any) -> Any:
    """Read with the class's own reader, from safetensors alone."""
    place = disk.place(part)
    return cls.from_pretrained(place, use_safetensors=True, local_files_only=True, **options)


def settled(loaded: Any, part: Part) -> Any:
    """Bring a network to where it computes, for use alone."""
    made = loaded.eval().requires_grad_(False)
    quick.lay_out(made, part)
    return quick.quicken(placement.place(made, part, networks.bytes(part.device)), part)


def _diffusers(part: Part) -> Any:
    cls = lean.network(disk.network_class(part.folder, part.name))
    heavy = disk.part_size(part.folder, part.name) > HEAVY
    kind = device.DTYPES[part.dtype]
    loaded = _weights(cls, part, torch_dtype=kind, low_cpu_mem_usage=heavy)
    # without that option diffusers 0.42 leaves SD 3's in float32
    return settled(loaded if loaded.dtype == kind else loaded.to(kind), part)


def _transformers(part: Part) -> Any:
    cls = readers()[disk.network_class(part.folder, part.name)]
    return settled(_weights(cls, part, dtype=device.DTYPES[part.dtype]), part)


def _tokenizer(part: Part) -> Any:
    cls = readers()[disk.network_class(part.folder, part.name)]
    return cls.from_pretrained(disk.place(part), local_files_only=True)


@cache
def readers() -> dict[str, Any]:
    """Return the classes of text encoders and tokenizers by name.

    CLIP's each from its own module: the package's front door imports everything. T5's when one is
    asked for.
    """
    with lean.without_losses():
        from transformers.models.clip.modeling_clip import (
            CLIPTextModel,
            CLIPTextModelWithProjection,
        )
    from transformers.models.clip.tokenization_clip import CLIPTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return _Readers(
        CLIPTextModel=CLIPTextModel,
        CLIPTextModelWithProjection=CLIPTextModelWithProjection,
        CLIPTokenizer=CLIPTokenizer,
        CLIPTokenizerFast=CLIPTokenizer,
    )


ASIDE = {
    "ip_adapter": "nodes.lib.control.pictures",
    "image_encoder": "nodes.lib.vision.encoders",
    "style_model": "nodes.lib.vision.style",
    "gligen": "nodes.lib.gligen.files",
}
"""What loads networks that go with others, by ``load``."""


READERS = ("CLIPTextModel", "CLIPTextModelWithProjection", "T5EncoderModel")
"""The classes of text encoders."""


class _Readers(dict[str, Any]):
    def __missing__(self, name: str) -> Any:
        from transformers.models.t5.modeling_t5 import T5EncoderModel
        from transformers.models.t5.tokenization_t5 import T5Tokenizer

        self |= {
            "T5EncoderModel": T5EncoderModel,
            "T5Tokenizer": T5Tokenizer,
            "T5TokenizerFast": T5Tokenizer,
        }
        if name not in self:
            raise ModelError(
                f"{name or 'a network without a class'} is no text encoder or tokenizer that is "
                f"supported; supported are {', '.join(self)}"
            )
        return self[name]


def warm() -> None:
    """Import every network's class now, which takes seconds, so that no run waits for it."""
    lean.networks()
    readers()


def forget() -> None:
    """Let go of every network that can be loaded again."""
    networks.clear()


LOADERS: dict[str, Callable[[Part], Any]] = {
    "unet": _diffusers,
    "transformer": _diffusers,
    "vae": _diffusers,
    "controlnet": _diffusers,
    **dict.fromkeys(folders.ENCODERS, _transformers),
    **dict.fromkeys(folders.TOKENIZERS, _tokenizer),
}
"""What loads a part of a folder, by its name."""
