"""Pipelines from their folders: each loaded when it is first used, and then kept."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import torch

from nodes.lib import folders, hub
from nodes.lib.device import DTYPES, choose_device, choose_dtype
from nodes.lib.folders import ModelError
from nodes.lib.pipelines import index

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KEPT = 2
"""Pipelines held at once; each has all its networks."""

STEMS = ("model", "diffusion_pytorch_model")
FILES = (
    *("*.json", "*.txt", "*.model"),
    *(f"{stem}{end}" for stem in STEMS for end in (".safetensors", "-*-of-*.safetensors")),
)
"""What is fetched of each part: configurations, vocabularies, weights, but no twins of these in
half precision."""


@dataclass(frozen=True)
class Source:
    """A pipeline as it shall be loaded.

    Attributes:
        identity: Of its files.
        class_name: Of diffusers.
        device: ``cpu``, ``cuda``, ``mps``.
        dtype: Of its networks.
        folder: Where it is; says nothing about what it is.
    """

    identity: str
    class_name: str
    device: str
    dtype: str
    folder: Path = field(compare=False)


def find(model: str, report: Callable[[int, int], None]) -> Path:
    """Return a pipeline's folder; one of the hub's is fetched, or what is missing of it.

    Args:
        model: ``critters``, a folder, or ``owner/name``.
        report: Told the bytes that were fetched and those there are.

    Raises:
        ModelError: There is none of that name.
    """
    here = index.present(model)
    if here is not None and folders.local(model):
        return here
    folder = here or hub.snapshot(model, ["model_index.json"], report)
    parts = index.read(folder).components
    if all(_whole(folder / part) for part in parts):
        return folder
    wanted = [f"{part}/{name}" for part in parts for name in FILES]
    return hub.snapshot(model, ["model_index.json", *wanted], report)


def _whole(place: Path) -> bool:
    """Tell whether a part is here: a network has weights beside its configuration."""
    network = (place / "config.json").exists()
    return place.is_dir() and (not network or any(place.glob("*.safetensors")))


def source(folder: Path, class_name: str, device: str, dtype: str) -> Source:
    """Return what shall be loaded, checked as far as can be without loading it.

    Args:
        folder: In diffusers' layout.
        class_name: Another class for its parts; empty for its own.
        device: As in a run's options.
        dtype: As in a run's options.

    Raises:
        ModelError: It is broken, or brings code of its own.
    """
    from nodegraph.files import identity

    found = index.read(folder)
    index.check_files(folder, found)
    device = choose_device(device)
    name = class_name or found.class_name
    return Source(identity(folder), name, device, choose_dtype(dtype, device), folder)


@lru_cache(maxsize=KEPT)
def pipeline(wanted: Source) -> Any:
    """Return a pipeline, loaded from safetensors; the same object as long as it is kept.

    Raises:
        ModelError: The installed diffusers cannot load it.
    """
    cls = index.pipeline_class(wanted.class_name)
    index.check_components(index.read(wanted.folder))
    try:
        with hushed():
            loaded = cls.from_pretrained(
                wanted.folder,
                use_safetensors=True,
                local_files_only=True,
                trust_remote_code=False,
                torch_dtype=DTYPES[wanted.dtype],
            )
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError, TypeError, ImportError) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise ModelError(
            f"{wanted.folder} cannot be loaded as a {wanted.class_name}: {reason}; weights must "
            "be whole and in safetensors"
        ) from error
    loaded.set_progress_bar_config(disable=True)
    return loaded.to(wanted.device)


@contextmanager
def hushed() -> Iterator[None]:
    """Keep libraries from drawing bars, and from warning users of what their programmers do."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    of_diffusers.disable_progress_bar()
    of_transformers.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def forget() -> None:
    """Let go of every pipeline."""
    pipeline.cache_clear()
