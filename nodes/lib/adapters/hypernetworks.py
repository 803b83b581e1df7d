"""Hypernetworks: small networks before the keys and values of a UNet's attention.

What attention reads passes through one on its way to the keys and through another one to the
values, each beside itself: x + strength * h(x). There is a pair for each width that is read.

Source: the files that the WebUI's training writes; the idea is Langitz's for NovelAI, 2022.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pickle import UnpicklingError
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import torch

from nodegraph.errors import NodegraphError
from nodes.lib import disk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    Pair = tuple[torch.nn.Sequential, torch.nn.Sequential]

SUFFIXES = (".pt", ".pth")
ACTIVATIONS: dict[str, Any] = {
    "linear": torch.nn.Identity,
    "relu": torch.nn.ReLU,
    "leakyrelu": torch.nn.LeakyReLU,
    "elu": torch.nn.ELU,
    "swish": torch.nn.Hardswish,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "softsign": torch.nn.Softsign,
    "mish": torch.nn.Mish,
}
"""By the names that files have for them."""

ATTENTION = (".attn1", ".attn2")
"""How the names of attention layers end in diffusers' UNets."""

_made: WeakKeyDictionary[Any, dict[str, Mapping[int, Pair]]] = WeakKeyDictionary()


class HypernetworkError(NodegraphError):
    """A hypernetwork that cannot be read, or is for another family."""


@dataclass(frozen=True)
class Hypernetwork:
    """One file, and how much of it.

    Attributes:
        identity: What is in it.
        strength: Times as much as it was trained to.
        path: Where it is; says nothing about what it is.
    """

    identity: str
    strength: float
    path: Path = field(compare=False)

    @contextmanager
    def over(self, network: Any) -> Iterator[None]:
        """Let what attention reads pass through it.

        Raises:
            HypernetworkError: The network reads nothing of the widths that it knows.
        """
        pairs = self._pairs(network)
        layers = [layer for name, layer in network.named_modules() if name.endswith(ATTENTION)]
        met = [layer for layer in layers if layer.to_k.in_features in pairs]
        if not met:
            widths = ", ".join(map(str, pairs))
            raise HypernetworkError(
                f"the hypernetwork {self.path.name} knows of the widths {widths}, and this network "
                "reads none of them; it is for another family of models"
            )
        with ExitStack() as stack:
            for layer in met:
                for target, one in zip(
                    (layer.to_k, layer.to_v), pairs[layer.to_k.in_features], strict=True
                ):
                    stack.callback(target.register_forward_pre_hook(self._before(one)).remove)
            yield

    def _before(self, one: torch.nn.Sequential) -> Any:
        def passed(_module: Any, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
            x, *rest = inputs
            return x + one(x) * self.strength, *rest

        return passed

    def _pairs(self, network: Any) -> Mapping[int, Pair]:
        known = _made.setdefault(network, {})
        if self.identity not in known:
            weight = next(network.parameters())
            kind = network.dtype if network.dtype.is_floating_point else torch.float32
            known[self.identity] = {
                width: tuple(one.to(weight.device, kind) for one in pair)
                for width, pair in load(self.path).items()
            }
        return known[self.identity]


def open_hypernetwork(path: Path, strength: float) -> Hypernetwork:
    """Return a hypernetwork; its weights are read now, to see that they can be.

    Raises:
        HypernetworkError: They cannot.
    """
    load(path)
    return Hypernetwork(disk.identity(path), strength, path)


def load(path: Path) -> Mapping[int, Pair]:
    """Read a file: for each width that it knows what goes before the keys, and before the values.

    Files are unpickled by PyTorch's restricted reader, which makes tensors and plain values and
    runs no code.

    Raises:
        HypernetworkError: It cannot be read, holds none, or one of a kind that is not known.
    """
    held = _held(path)
    name = str(held.get("activation_func") or "linear")
    if name not in ACTIVATIONS:
        raise HypernetworkError(
            f"the hypernetwork {path.name} computes with {name}, which is not known; known are "
            f"{', '.join(ACTIVATIONS)}"
        )
    widths = [one for one in held if isinstance(one, int)]
    if not widths:
        raise HypernetworkError(f"{path.name} is no hypernetwork; choose a file of the WebUI's")
    try:
        with torch.inference_mode(False):
            return {one: (_net(held[one][0], held), _net(held[one][1], held)) for one in widths}
    except (KeyError, IndexError, TypeError, AttributeError, RuntimeError) as error:
        raise HypernetworkError(
            f"the hypernetwork {path.name} is not whole; fetch it again"
        ) from error


def _held(path: Path) -> Mapping[Any, Any]:
    if path.suffix.lower() not in SUFFIXES:
        raise HypernetworkError(
            f"{path.name} is no hypernetwork; choose a file in {' or '.join(SUFFIXES)}"
        )
    try:
        held: Any = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, UnpicklingError, EOFError, ValueError) as error:
        raise HypernetworkError(
            f"the hypernetwork {path.name} holds more than tensors, or is broken, so it is not "
            "read; use a LoRA in its place"
        ) from error
    return cast("Mapping[Any, Any]", held) if isinstance(held, dict) else {}


def _net(tensors: Mapping[str, Tensor], held: Mapping[Any, Any]) -> torch.nn.Sequential:
    """Return the layers in their order; what is left out at random in training stays."""
    stems = [name.removesuffix(".weight") for name in tensors if name.endswith(".weight")]
    pairs = [(tensors[f"{stem}.weight"], tensors[f"{stem}.bias"]) for stem in stems]
    normed = bool(held.get("is_layer_norm"))
    last, layers = len(pairs) - (2 if normed else 1), list[torch.nn.Module]()
    for number in range(0, len(pairs), 2 if normed else 1):
        layers.append(_linear(*pairs[number]))
        if number < last or held.get("activate_output"):
            layers.append(ACTIVATIONS[str(held.get("activation_func") or "linear")]())
        if normed:
            layers.append(_norm(*pairs[number + 1]))
    return torch.nn.Sequential(*layers).float().eval().requires_grad_(False)


def _linear(weight: Tensor, bias: Tensor) -> torch.nn.Module:
    made = torch.nn.Linear(weight.shape[1], weight.shape[0])
    made.load_state_dict({"weight": weight, "bias": bias})
    return made


def _norm(weight: Tensor, bias: Tensor) -> torch.nn.Module:
    made = torch.nn.LayerNorm(len(weight))
    made.load_state_dict({"weight": weight, "bias": bias})
    return made
