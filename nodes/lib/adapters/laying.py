"""LoRA over a shared network, by PEFT: loaded once, switched on and off by name.

Layers that PEFT replaced compute with the ones they replaced alone while it is switched off.
"""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch

from nodes.lib.adapters import reweighing
from nodes.lib.adapters.files import AdapterError, Layer
from nodes.lib.memory import placement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

KEPT = 8
"""Adapters that stay on a network; of more, the one unused for longest goes."""

_loaded: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()


def has(network: Any, name: str) -> bool:
    """Tell whether an adapter is on a network, in use or not."""
    return name in _loaded.get(network, ())


def load(network: Any, name: str, layers: Mapping[str, Layer], title: str) -> None:
    """Put an adapter on a network, switched off.

    Args:
        network: Which.
        name: What it is called from now on; no dots.
        layers: What it adds, by the names of layers.
        title: What to call it where it does not fit.

    Raises:
        AdapterError: The network has no such layers, or they are of other sizes.
    """
    from peft import LoraConfig, inject_adapter_in_model, set_peft_model_state_dict

    with _quietly():
        fitted = _fitted(network, layers, title)
    ranks = {stem: len(layer.down) for stem, layer in fitted.items()}
    most = max(set(ranks.values()), key=list(ranks.values()).count)
    others = {f"^{stem}$": rank for stem, rank in ranks.items() if rank != most}
    config = LoraConfig(
        r=most,
        lora_alpha=most,
        rank_pattern=others,
        alpha_pattern=others,
        target_modules=list(fitted),
        inference_mode=True,
    )
    tensors = {f"{stem}.lora_A.weight": layer.down for stem, layer in fitted.items()}
    tensors |= {f"{stem}.lora_B.weight": layer.up for stem, layer in fitted.items()}
    with _quietly():
        inject_adapter_in_model(config, network, name, low_cpu_mem_usage=True)
        set_peft_model_state_dict(network, tensors, name, low_cpu_mem_usage=True)
        _keep_precision(network, name, fitted)
    placement.renewed(network)
    _loaded.setdefault(network, []).append(name)
    off(network)


def use(network: Any, strengths: Mapping[str, float]) -> None:
    """Switch on these adapters and no others: W + the sum of strength * up @ down.

    Those that were on the network for longest without use are let go of.
    """
    strengths = {name: one for name, one in strengths.items() if has(network, name)}
    if not strengths:
        return off(network)
    names = _loaded[network]
    names[:] = [one for one in names if one not in strengths] + list(strengths)
    layers = _tuned(network)
    with _quietly():
        for stale in names[: -max(KEPT, len(strengths))]:
            for layer in layers:
                layer.delete_adapter(stale)
            network.peft_config.pop(stale, None)
            names.remove(stale)
        for layer in layers:
            layer.enable_adapters(True)
            layer.set_adapter(list(strengths), inference_mode=True)
            for name, strength in strengths.items():
                layer.set_scale(name, strength)


def off(network: Any) -> None:
    """Switch all adapters off."""
    with _quietly():
        for layer in _tuned(network):
            layer.enable_adapters(False)


def state(network: Any, strengths: Mapping[str, float]) -> dict[str, Tensor]:
    """Return a network's tensors under its own names, with the adapters in use added to them.

    What is not changed is not copied.
    """
    bare = reweighing.state(network)
    if network not in _loaded:
        return bare
    for stem, layer in network.named_modules():
        for name in strengths if _is_tuned(layer) else ():
            if name in layer.scaling:
                weight = bare[f"{stem}.weight"]
                delta = layer.get_delta_weight(name).to(weight.dtype)
                bare[f"{stem}.weight"] = weight + delta
    return bare


def _is_tuned(module: Any) -> bool:
    from peft.tuners.lora import LoraLayer

    return isinstance(module, LoraLayer)


def _tuned(network: Any) -> list[Any]:
    return [module for module in network.modules() if _is_tuned(module)]


@contextmanager
def _quietly() -> Iterator[None]:
    """Make plain tensors, and keep PEFT from warning of what is done on purpose."""
    with torch.inference_mode(False), torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _fitted(network: Any, layers: Mapping[str, Layer], title: str) -> dict[str, Layer]:
    """Return layers by the network's own names, shaped and typed as its weights are."""
    modules = dict(network.named_modules())
    found: dict[str, Layer] = {}
    lost: list[str] = []
    for stem, layer in layers.items():
        bare = stem.removeprefix("text_model.")
        own = next((one for one in (stem, bare, f"text_model.{bare}") if one in modules), "")
        made = _shaped(layer, _weight(modules[own]), network.dtype) if own else None
        if made is None:
            lost.append(stem)
        else:
            found[own] = made
    if lost:
        raise AdapterError(
            f"{len(lost)} of the {len(layers)} layers of {title} fit none of this "
            f"{type(network).__name__}, {lost[0]} among them; it is for another family of models"
        )
    return found


def _keep_precision(network: Any, name: str, layers: Mapping[str, Layer]) -> None:
    """Let an adapter compute as its network does where that keeps its weights in a byte each.

    PEFT gives adapters the precision that weights are kept in, in which nothing can be computed.
    """
    for stem, layer in layers.items():
        tuned = network.get_submodule(stem)
        if tuned.weight.itemsize == 1:
            for part, tensor in ((tuned.lora_A, layer.down), (tuned.lora_B, layer.up)):
                part[name].weight = torch.nn.Parameter(tensor, requires_grad=False)


def _weight(module: Any) -> Tensor | None:
    base = module.get_base_layer() if _is_tuned(module) else module
    known = isinstance(base, torch.nn.Linear | torch.nn.Conv2d)
    return base.weight if known else None


def _shaped(layer: Layer, weight: Tensor | None, computing: torch.dtype) -> Layer | None:
    """Return a layer as PEFT wants it for these weights; nothing where it does not fit.

    Beside weights that are kept in a byte each it has the precision that they compute in.
    """
    if weight is None:
        return None
    down, up, rank = layer.down, layer.up, len(layer.down)
    if down[0].numel() != weight[0].numel() or up.numel() != len(weight) * rank:
        return None
    ones = (1,) * (weight.ndim - 2)
    kind = computing if weight.itemsize == 1 else weight.dtype
    return Layer(
        down.to(weight.device, kind).reshape(rank, *weight.shape[1:]).clone(),
        up.to(weight.device, kind).reshape(len(weight), rank, *ones).clone(),
    )
