"""Latents as files: safetensors, which ComfyUI reads too once they are called ``.latent``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes

from nodegraph import storage
from nodegraph.errors import NodegraphError
from nodes.lib.images import place
from nodes.types import Latent

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SAMPLES, VERSION = "latent_tensor", "latent_format_version_0"
OLD_SCALE = 0.18215
"""Files without a version hold latents in the units of Stable Diffusion 1's network."""

MOST_DRAWS = 100_000


class LatentError(NodegraphError):
    """A file holds no latent."""


def save(latent: Latent, out: Path, name: str, record: dict[str, Any]) -> Path:
    """Write a batch under the first free number, and return where it is.

    Args:
        latent: With its mask, if it has one.
        out: The folder.
        name: What the file is called before the number; may lead into subfolders.
        record: What it carries about how it was made.
    """
    tensors = {SAMPLES: latent.samples.cpu().contiguous(), VERSION: torch.zeros(0)}
    if latent.mask is not None:
        tensors["mask"] = latent.mask.cpu().contiguous()
    facts = {"gradual": latent.gradual, "batch_index": latent.batch_index}
    metadata = {"nodegraph": json.dumps(record), "latent": json.dumps(facts)}
    folder, stem = place(out, name)
    return storage.write_new(folder, stem, ".safetensors", to_bytes(tensors, metadata))


def load(path: Path) -> Latent:
    """Read a latent that ``save`` or ComfyUI wrote.

    Raises:
        StorageError: It cannot be read.
        LatentError: It holds none.
    """
    try:
        with path.open("rb"), safe_open(path, framework="pt") as file:
            names = set(file.keys())
            tensors = {name: file.get_tensor(name) for name in names & {SAMPLES, "mask"}}
            facts = _facts(file.metadata() or {})
    except OSError as error:
        raise storage.explain("read", path, error) from error
    except SafetensorError as error:
        raise LatentError(
            f"{path} is no safetensors file: {error}; save the latent again"
        ) from error
    samples = _samples(tensors, path)
    scaled = samples if VERSION in names else samples / OLD_SCALE
    mask = tensors.get("mask")
    index = tuple(facts.get("batch_index", ()))
    index = index if len(index) == len(samples) else ()
    whole = None if mask is None else mask.float()
    return Latent(scaled, whole, bool(facts.get("gradual", False)), index)


def _samples(tensors: dict[str, Tensor], path: Path) -> Tensor:
    samples = tensors.get(SAMPLES)
    if samples is None or samples.ndim != 4:
        raise LatentError(f"{path} holds no latent of pictures; choose one that was saved as such")
    return samples.float()


def _facts(metadata: dict[str, str]) -> dict[str, Any]:
    """Return what a file of ours says of its latent; nothing of others'."""
    try:
        found = json.loads(metadata.get("latent", "{}"))
    except ValueError:
        return {}
    index = found.get("batch_index", []) if isinstance(found, dict) else None
    sound = isinstance(index, list) and all(one in range(MOST_DRAWS) for one in index)
    return found if sound else {}
