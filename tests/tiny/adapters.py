"""Random LoRAs, as kohya, diffusers and PEFT write them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file

from nodes.lib import models
from nodes.lib.adapters import laying
from nodes.lib.changes import applied

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    Pairs = Mapping[str, tuple[Tensor, Tensor]]

RANK, ALPHA = 2, 3.0


def pairs(network: Any, endings: tuple[str, ...], seed: int = 5) -> Pairs:
    """Draw down and up for each layer of a network whose name ends so."""
    generator = torch.Generator().manual_seed(seed)
    found: dict[str, tuple[Tensor, Tensor]] = {}
    for name, module in network.named_modules():
        if name.endswith(endings) and hasattr(module, "weight"):
            out, *inner = module.weight.shape
            down = torch.randn((RANK, *inner), generator=generator) * 0.3
            up = torch.randn((out, RANK, *(1,) * (len(inner) - 1)), generator=generator) * 0.3
            found[name] = down, up
    return found


def kohya(path: Path, **networks: Pairs) -> Path:
    """Write a file as kohya does: ``lora_unet_…``, ``lora_te_…``, each with an alpha."""
    tensors: dict[str, Tensor] = {}
    for prefix, layers in networks.items():
        for name, (down, up) in layers.items():
            stem = f"{prefix}_{name.replace('.', '_')}"
            tensors |= {f"{stem}.lora_down.weight": down, f"{stem}.lora_up.weight": up}
            tensors[f"{stem}.alpha"] = torch.tensor(ALPHA)
    return write(path, tensors)


def diffusers(path: Path, **networks: Pairs) -> Path:
    """Write a file as diffusers' older trainers do; it has no alpha, so up is scaled."""
    tensors: dict[str, Tensor] = {}
    for component, layers in networks.items():
        between = ".lora_linear_layer" if component.startswith("text") else ".lora"
        for name, (down, up) in layers.items():
            stem = f"{component}.{name}{between}"
            tensors |= {f"{stem}.down.weight": down, f"{stem}.up.weight": up * ALPHA / RANK}
    return write(path, tensors)


def peft(path: Path, **networks: Pairs) -> Path:
    """Write a file as PEFT does, with alpha in its header."""
    tensors: dict[str, Tensor] = {}
    told: dict[str, Any] = {}
    for component, layers in networks.items():
        told |= {f"{component}.r": RANK, f"{component}.lora_alpha": ALPHA}
        for name, (down, up) in layers.items():
            tensors |= {f"{component}.{name}.lora_A.weight": down}
            tensors |= {f"{component}.{name}.lora_B.weight": up}
    return write(path, tensors, {"lora_adapter_metadata": json.dumps(told)})


def write(path: Path, tensors: dict[str, Tensor], metadata: Any = None) -> Path:
    """Write a file of any tensors."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: one.contiguous() for name, one in tensors.items()}, path, metadata)
    return path


def weights(model: Any) -> dict[str, Tensor]:
    """Return the tensors of a model's network as its layers compute with them."""
    return weights_under(model.changes, models.network(model.part))


def weights_under(changes: Any, network: Any) -> dict[str, Tensor]:
    """Return a network's tensors under changes that are adapters; they are off afterwards."""
    with torch.inference_mode(), applied(changes, network):
        on = [one.on(network) for one in changes]
        found = laying.state(network, on[0] if on else {})
        found = {name: one.clone() for name, one in found.items()}
    applied((), network).close()
    return found
