"""LoRA files: which layers they change and by what, in whatever layout they were saved.

diffusers' own converters rename what kohya, Flux' trainers and older versions wrote. A layer's
scale, alpha / rank, is multiplied into its ``up`` beforehand, so that nothing depends on where a
layout keeps it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nodes.lib.folders import WEIGHTS, ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    Tensors = dict[str, Tensor]

COMPONENTS = ("unet", "transformer", "text_encoder", "text_encoder_2", "text_encoder_3")
"""What files call the networks that their layers are of."""

KINDS = {
    "LoHa": r"hada_w",
    "LoKr": r"lokr_w",
    "DoRA": r"dora_scale|lora_magnitude_vector",
    "LoCon with Tucker decomposition": r"lora_mid",
    "OFT": r"\.oft_|oft_blocks|oft_diag",
    "IA3": r"on_input$|ia3_l",
    "GLoRA": r"\.[ab][12]\.weight$",
    "full differences": r"\.diff(_b)?$|\.set_weight$",
    "control LoRA": r"^lora_controlnet$|query_norm\.scale",
    "LoRA with biases": r"lora_B\.bias$",
}
"""Relatives of LoRA that are not read, by what their tensors' names have in them."""

PAIRS = (("lora_down", "lora_up"), ("lora_A", "lora_B"), ("lora.down", "lora.up"))
PREFIX = "base_model.model."
"""What PEFT puts before every name."""


class AdapterError(ModelError):
    """A LoRA that is of another kind or for another family of networks."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What is added to a layer's weights: up @ down, scaled already."""

    down: Tensor
    up: Tensor


def weights(path: Path) -> Path:
    """Return the file of a LoRA: itself, or the only one in a folder.

    Raises:
        AdapterError: It is none, or the folder has none or several.
    """
    found = sorted(path.glob(f"*{WEIGHTS}")) if path.is_dir() else [path]
    if len(found) != 1 or found[0].suffix != WEIGHTS:
        raise AdapterError(
            f"{path} is no LoRA that can be read; give the path of one file in safetensors"
        )
    return found[0]


@lru_cache(maxsize=2)
def read(path: Path, family: str, layers_per_block: int, texts: bool) -> Mapping[str, Any]:
    """Return a file's layers by component and name, as ``{"unet": {"mid_block…": Layer}}``.

    Args:
        path: A safetensors file.
        family: Of the model that it is for, as in ``nodes.lib.families``.
        layers_per_block: Of its UNet, by which layouts of single files are renamed.
        texts: Whether the text encoders' layers are wanted, or the network's.

    Raises:
        AdapterError: It is of another kind, or its names are of no layout that is known.
    """
    from safetensors import safe_open

    try:
        with safe_open(path, framework="pt") as file:
            told = file.metadata() or {}
            names = list(file.keys())
            _check_kind(path, names)
            tensors = {one: file.get_tensor(one) for one in names if _of_text(one) == texts}
    except (OSError, ValueError, RuntimeError) as error:
        raise AdapterError(
            f"the LoRA {path.name} cannot be read: {error}; fetch it again"
        ) from error
    if not tensors:
        return {}
    converted = _converted(path, _scaled(tensors), family, layers_per_block)
    return _layers(path, converted, _told(path, told), family)


def _of_text(name: str) -> bool:
    return name.removeprefix(PREFIX).startswith(("lora_te", "text_encoder"))


def _check_kind(path: Path, names: list[str]) -> None:
    for kind, pattern in KINDS.items():
        if any(re.search(pattern, name) for name in names):
            raise AdapterError(
                f"{path.name} is of the kind {kind}, which is not supported; use a plain LoRA"
            )
    if not any("lora" in name for name in names):
        raise AdapterError(f"{path.name} holds no LoRA; none of its tensors is called so")


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


def _converted(path: Path, tensors: Tensors, family: str, layers_per_block: int) -> Tensors:
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


def _told(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return what PEFT says of ranks and alphas, in the file's header or beside it."""
    beside = path.parent / "adapter_config.json"
    if "lora_adapter_metadata" in metadata:
        return json.loads(metadata["lora_adapter_metadata"])
    if path.name == "adapter_model.safetensors" and beside.is_file():
        return json.loads(beside.read_bytes())
    return {}


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
            found[component] = _paired(path, mine, _settings(told, component))
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


def _settings(told: Mapping[str, Any], component: str) -> Mapping[str, Any]:
    inside = {
        name.removeprefix(f"{component}."): value
        for name, value in told.items()
        if name.startswith(f"{component}.")
    }
    return inside or (told if "lora_alpha" in told else {})


def _paired(path: Path, tensors: Tensors, told: Mapping[str, Any]) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    tensors = {name.replace(".default.", "."): tensor for name, tensor in tensors.items()}
    for name, down in tensors.items():
        stem, dot, last = name.rpartition(".lora_A.")
        if dot:
            up = tensors.get(f"{stem}.lora_B.{last}")
            if up is None:
                raise AdapterError(f"the LoRA {path.name} lacks half of {stem}; fetch it again")
            scale = _scale(stem, len(down), told)
            found[stem] = Layer(down, up if scale == 1 else up * scale)
    strange = [name for name in tensors if not re.search(r"\.lora_[AB]\.", name)]
    if strange:
        raise AdapterError(
            f"the LoRA {path.name} has {strange[0]}, and {len(strange)} such in all, which belong "
            "to no kind of LoRA that is known; use a plain one"
        )
    return found


def _scale(name: str, rank: int, told: Mapping[str, Any]) -> float:
    """Return alpha / rank of a layer, as PEFT tells it; Kalajdzievski 2023 for its root."""
    alpha = told.get("lora_alpha")
    for pattern, value in (told.get("alpha_pattern") or {}).items():
        if re.search(rf"(^|\.){pattern.removeprefix('^')}$", name):
            alpha = value
    if alpha is None:
        return 1.0
    return float(alpha) / (rank**0.5 if told.get("use_rslora") else rank)
