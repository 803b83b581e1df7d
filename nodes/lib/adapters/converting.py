"""Rarer layouts of LoRA files, renamed by diffusers' own converters.

A layer's scale, alpha / rank, is multiplied into its ``up`` beforehand, so that nothing depends on
where a layout keeps it.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nodes.lib.adapters.files import COMPONENTS, PREFIX, AdapterError, Layer, settings, times

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    Tensors = dict[str, Tensor]

PAIRS = (("lora_down", "lora_up"), ("lora_A", "lora_B"), ("lora.down", "lora.up"))


def converted(
    path: Path, tensors: Tensors, told: Mapping[str, Any], family: str, layers_per_block: int
) -> dict[str, dict[str, Layer]]:
    """Return a file's layers by component and name, as ``{"unet": {"mid_block…": Layer}}``.

    Args:
        path: What to call the file.
        tensors: What it holds.
        told: What PEFT says of ranks and alphas.
        family: Of the model that it is for, as in ``nodes.lib.families``.
        layers_per_block: Of its UNet.

    Raises:
        AdapterError: Its names are of no layout that is known.
    """
    renamed = _renamed(path, _scaled(tensors), family, layers_per_block)
    return _layers(path, renamed, told, family)


def _scaled(tensors: Tensors) -> Tensors:
    """Multiply alpha / rank into every up, and say alpha = rank instead."""
    import torch

    found = dict(tensors)
    for name in tensors:
        stem, dot, last = name.rpartition(".")
        if last != "alpha":
            continue
        for down, up in PAIRS:
            lower, upper = f"{stem}{dot}{down}.weight", f"{stem}{dot}{up}.weight"
            if lower in tensors and upper in tensors:
                rank = len(tensors[lower])
                scale = float(tensors[name]) / rank
                found[upper] = (tensors[upper].float() * scale).to(tensors[upper].dtype)
                found[name] = torch.tensor(float(rank))
    return found


def _renamed(path: Path, tensors: Tensors, family: str, layers_per_block: int) -> Tensors:
    """Rename tensors as diffusers' pipelines of the family do."""
    from diffusers.loaders import lora_pipeline

    if not any("double_blocks" in name for name in tensors):
        tensors = {name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}
    readers: dict[str, Any] = {
        "sd3": lora_pipeline.SD3LoraLoaderMixin,
        "flux": lora_pipeline.FluxLoraLoaderMixin,
    }
    reader = readers.get(family, lora_pipeline.StableDiffusionXLLoraLoaderMixin)
    more = (
        {}
        if family in readers
        else {"unet_config": SimpleNamespace(layers_per_block=layers_per_block)}
    )
    try:
        found = reader.lora_state_dict(tensors, **more)
    except (ValueError, KeyError, IndexError, AttributeError, RuntimeError, TypeError) as error:
        raise AdapterError(
            f"the layers of the LoRA {path.name} are called as in no model of this family; it is "
            "for another one"
        ) from error
    return found[0] if isinstance(found, tuple) else found


def _layers(
    path: Path, tensors: Tensors, told: Mapping[str, Any], family: str
) -> dict[str, dict[str, Layer]]:
    from diffusers.utils import state_dict_utils as names

    own = "unet" if family == "unet" else "transformer"
    found: dict[str, dict[str, Layer]] = {}
    for component in COMPONENTS:
        mine = _of(component, tensors, own)
        mappings = [names.UNET_TO_DIFFUSERS]
        if component.startswith("text"):
            mappings = [names.DIFFUSERS_OLD_TO_PEFT, names.DIFFUSERS_TO_PEFT]
        for mapping in mappings:
            mine = names.convert_state_dict(mine, mapping)
        if mine:
            found[component] = _paired(path, mine, settings(told, component))
    return found


def _of(component: str, tensors: Tensors, own: str) -> Tensors:
    """Return a component's tensors without its name; those without any are the network's own."""
    found = {
        name.partition(".")[2]: tensor
        for name, tensor in tensors.items()
        if name.partition(".")[0] == component
    }
    if component == own:
        bare = {n: one for n, one in tensors.items() if n.partition(".")[0] not in COMPONENTS}
        found |= bare
    return {name: one for name, one in found.items() if not name.endswith(".alpha")}


def _paired(path: Path, tensors: Tensors, told: Mapping[str, Any]) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    tensors = {name.replace(".default.", "."): tensor for name, tensor in tensors.items()}
    for name, down in tensors.items():
        stem, dot, last = name.rpartition(".lora_A.")
        if dot:
            up = tensors.get(f"{stem}.lora_B.{last}")
            if up is None:
                raise AdapterError(f"the LoRA {path.name} lacks half of {stem}; fetch it again")
            scale = times(stem, len(down), told)
            found[stem] = Layer(down, up if scale == 1 else up * scale)
    strange = [name for name in tensors if not re.search(r"\.lora_[AB]\.", name)]
    if strange:
        raise AdapterError(
            f"the LoRA {path.name} has {strange[0]}, and {len(strange)} such in all, which belong "
            "to no kind of LoRA that is known; use a plain one"
        )
    return found
