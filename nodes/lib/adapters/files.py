"""Files of LoRA and its relatives: what they hold, layer by layer, in whatever layout.

A tensor's name says of which network it is, of which layer of it, and its role there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
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
    "OFT as PEFT trains it": r"\.oft_[RrSs]\b",
    "BOFT": r"boft_",
    "IA3": r"on_input$|ia3_l",
    "GLoRA": r"\.[ab][12]\.weight$",
    "VeRA": r"vera_",
    "LoKr with a core in its first factor": r"lokr_t1",
    "control LoRA of Stable Diffusion": r"^lora_controlnet$",
}
"""Relatives of LoRA that are not read, by what their tensors' names have in them."""

PREFIX = "base_model.model."
"""What PEFT puts before every name."""

PREFIXES = {
    "lora_unet_": "",
    "lora_transformer_": "transformer",
    "lycoris_": "",
    "lora_te_": "text_encoder",
    "lora_te1_": "text_encoder",
    "lora_te2_": "text_encoder_2",
    "lora_te3_": "text_encoder_3",
    "text_encoders.clip_l.transformer.": "text_encoder",
    "text_encoders.clip_g.transformer.": "text_encoder_2",
    "text_encoders.t5xxl.transformer.": "text_encoder_3",
    "model.diffusion_model.": "",
    "diffusion_model.": "",
    **{f"{name}.": name for name in COMPONENTS},
}
"""What begins a tensor's name, with its network; what does not say is for the model's own."""

ROLES = {
    "down": r"\.(lora_down|lora_A|lora\.down|lora_linear_layer\.down)(\.default)?(\.weight)?",
    "up": r"\.(lora_up|lora_B|lora\.up|lora_linear_layer\.up)(\.default)?(\.weight)?",
    "up_bias": r"\.(lora_up|lora_B)(\.default)?\.bias",
    "mid": r"\.lora_mid(\.weight)?",
    "alpha": r"\.alpha",
    "magnitude": r"\.lora_magnitude_vector(\.default)?(\.weight)?",
    "dora_scale": r"\.dora_scale",
    "diff": r"\.(diff|w_norm)",
    "diff_b": r"\.(diff_b|b_norm)",
    "instead": r"(\.set_weight|(?<=query_norm)\.scale|(?<=key_norm)\.scale)",
    "oft_blocks": r"\.oft_blocks",
    "rescale": r"\.rescale",
    "older_down": r"(_lora)?\.down\.weight",
    "older_up": r"(_lora)?\.up\.weight",
    "shape": r"\.reshape_weight",
}
_NAMED = [(re.compile(f"(.+?){pattern}"), role) for role, pattern in ROLES.items()]
_PARTS = re.compile(r"(.+)\.((?:hada|lokr)_\w+?)(?:\.default)?(?:\.weight)?")


class AdapterError(ModelError):
    """A LoRA that is of another kind or for another family of networks."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What is added to a layer's weights: up @ down, scaled already."""

    down: Tensor
    up: Tensor


@dataclass(frozen=True, eq=False)
class File:
    """What a file holds for the networks of a model, or for what reads its texts.

    Attributes:
        path: What to call it.
        family: Of the model, as in ``nodes.lib.families``.
        tensors: By the names they have in it.
        layers: By network and layer, each tensor by its role.
        told: What PEFT says of ranks and alphas.
        strange: Names of tensors whose role is not known.
    """

    path: Path
    family: str
    tensors: Tensors
    layers: Mapping[str, Mapping[str, Tensors]]
    told: Mapping[str, Any]
    strange: tuple[str, ...]


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
def read(path: Path, family: str, texts: bool) -> File:
    """Return what a file holds.

    Args:
        path: A safetensors file.
        family: Of the model that it is for, as in ``nodes.lib.families``.
        texts: Whether the text encoders' layers are wanted, or the network's.

    Raises:
        AdapterError: It cannot be read, or is of a kind that is not known.
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
    layers, strange = _sorted(tensors, family)
    return File(path, family, tensors, layers, _told(path, told), strange)


def _of_text(name: str) -> bool:
    return name.removeprefix(PREFIX).startswith(("lora_te", "text_encoder"))


def _check_kind(path: Path, names: list[str]) -> None:
    for kind, pattern in KINDS.items():
        if any(re.search(pattern, name) for name in names):
            raise AdapterError(
                f"{path.name} is of the kind {kind}, which is not supported; use a plain LoRA"
            )
    if not any("lora" in name or _role(name) for name in names):
        raise AdapterError(f"{path.name} holds no LoRA; none of its tensors is called so")


def _sorted(tensors: Tensors, family: str) -> tuple[dict[str, dict[str, Tensors]], tuple[str, ...]]:
    """Return tensors by network, layer and role, and the names of those that have none."""
    found: dict[str, dict[str, Tensors]] = {}
    strange: list[str] = []
    for name, tensor in tensors.items():
        prefix, component = _component(name.removeprefix(PREFIX), family)
        told = _role(name.removeprefix(PREFIX).removeprefix(prefix))
        if told is None:
            strange.append(name)
        else:
            layer, role = told
            found.setdefault(component, {}).setdefault(layer, {})[role] = tensor
    return found, tuple(strange)


def _component(name: str, family: str) -> tuple[str, str]:
    prefix = next((one for one in PREFIXES if name.startswith(one)), "")
    component = PREFIXES.get(prefix, "")
    if family == "flux" and component == "text_encoder_3":
        return prefix, "text_encoder_2"  # T5, which is the second one there
    return prefix, component


def _role(name: str) -> tuple[str, str] | None:
    """Return a tensor's layer and its role there."""
    parts = _PARTS.fullmatch(name)
    if parts:
        return parts[1], parts[2]
    for pattern, role in _NAMED:
        found = pattern.fullmatch(name)
        if found:
            return found[1], role.removeprefix("older_")
    return None


def _told(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """Return what PEFT says of ranks and alphas, in the file's header or beside it."""
    beside = path.parent / "adapter_config.json"
    if "lora_adapter_metadata" in metadata:
        return json.loads(metadata["lora_adapter_metadata"])
    if path.name == "adapter_model.safetensors" and beside.is_file():
        return json.loads(beside.read_bytes())
    return {}


def settings(told: Mapping[str, Any], component: str) -> Mapping[str, Any]:
    """Return what PEFT says of one network."""
    inside = {
        name.removeprefix(f"{component}."): value
        for name, value in told.items()
        if name.startswith(f"{component}.")
    }
    return inside or (told if {"lora_alpha", "alpha"} & told.keys() else {})


def times(name: str, rank: int, told: Mapping[str, Any]) -> float:
    """Return alpha / rank of a layer, as PEFT tells it; Kalajdzievski 2023 for its root."""
    alpha = told.get("lora_alpha", told.get("alpha"))
    for pattern, value in (told.get("alpha_pattern") or {}).items():
        if re.search(rf"(^|\.){pattern.removeprefix('^')}$", name):
            alpha = value
    if alpha is None:
        return 1.0
    return float(alpha) / (rank**0.5 if told.get("use_rslora") else rank)
