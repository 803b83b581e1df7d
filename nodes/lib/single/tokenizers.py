"""Tokenizers for text encoders of single files, which bring none: found here, or on the hub.

CLIP's and T5's words are not ours to ship. They are the same in every model, so any folder that has
them does: ``tokenizers/clip`` and ``tokenizers/t5`` in a place for models, the models in diffusers'
layout there, and those of the hub that are on this disk.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from nodes.lib import disk, folders, hub
from nodes.lib.disk import place
from nodes.lib.folders import TOKENIZERS, ModelError, Part, places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nodes.lib.single import Piece

SUFFIX = ".tokenizer"


class Source(NamedTuple):
    """Where a tokenizer may be had.

    Attributes:
        cls: Its class in transformers.
        repo: On the hub.
        files: What is fetched from there.
        length: Tokens that its encoder reads at most.
    """

    cls: str
    repo: str
    files: tuple[str, ...]
    length: int


SOURCES = {
    "clip": Source(
        "CLIPTokenizer", "openai/clip-vit-large-patch14", ("vocab.json", "merges.txt"), 77
    ),
    "t5": Source("T5Tokenizer", "google/t5-v1_1-xxl", ("spiece.model",), 512),
}


def find(name: str, piece: Piece, encoder: Part) -> Part:
    """Return the tokenizer of a text encoder; where there is none here it is yet to be fetched.

    Args:
        name: The encoder's: ``clip_l``, ``clip_h``, ``clip_g``, ``t5``.
        piece: What is known of the encoder.
        encoder: The encoder.
    """
    kind, words = piece.spec["tokenizer"], piece.config["vocab_size"]
    found = next((one for one in _folders(kind) if _fits(kind, one, words)), None)
    who = disk.identity(found) if found else f"hub {SOURCES[kind].repo}"
    own = f"{name}{SUFFIX}"
    return Part(who, own, encoder.device, encoder.dtype, found or encoder.folder.parent)


def _folders(kind: str) -> Iterator[Path]:
    """Yield the folders that may hold a tokenizer."""
    for one in places():
        yield one / "tokenizers" / kind
    models = [model for one in places() for model in folders.models_in(one)]
    for model in (*models, *(model for _, model in hub.all_cached())):
        yield from (model / name for name in TOKENIZERS)
    snapshot = hub.cached(SOURCES[kind].repo, SOURCES[kind].files[0])
    if snapshot is not None:
        yield snapshot


def _fits(kind: str, folder: Path, words: int) -> bool:
    if kind == "t5":
        return (folder / "spiece.model").is_file() or _class(folder).startswith("T5")
    try:
        return len(json.loads((folder / "vocab.json").read_bytes())) == words
    except (OSError, ValueError):
        return False


def _class(folder: Path) -> str:
    try:
        config = disk.read_config(folder, "", "tokenizer_config.json")
    except ModelError:
        return ""
    return str(config.get("tokenizer_class", ""))


def load(part: Part) -> Any:
    """Return a tokenizer that pads as its encoder was trained.

    Raises:
        ModelError: It is neither here nor to be had from the hub.
    """
    from nodes.lib import models, single

    name = part.name.removesuffix(SUFFIX)
    spec = next(one for one in single.specs(single.CONFIGS) if one["part"] == name)
    source = SOURCES[spec["tokenizer"]]
    folder = place(part) if part.identity[:4] != "hub " else _fetch(spec["tokenizer"])
    tokenizer = models.readers()[source.cls].from_pretrained(folder, local_files_only=True)
    length = spec["config"].get("max_position_embeddings", source.length)
    tokenizer.model_max_length = length
    tokenizer.pad_token = spec["pad"]
    return tokenizer


def _fetch(kind: str) -> Path:
    source = SOURCES[kind]
    try:
        return hub.snapshot(source.repo, source.files, lambda done, total: None)
    except ModelError as error:
        where = " or ".join(str(one / "tokenizers" / kind) for one in places())
        raise ModelError(
            f"the tokenizer of {kind.upper()} is not on this machine and the hub cannot be asked "
            f"for it; put {' and '.join(source.files)} of {source.repo} into {where}"
        ) from error
