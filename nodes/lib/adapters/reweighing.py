"""Differences in the weights of a shared network, by torch's parametrizations.

A layer computes with W + the sum of strength * what each adapter adds to W. That sum is made when
the layer is called and dropped afterwards, so the network takes no more memory than it did, and
its own weights are never touched. Switched off, a layer gets those themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import torch
from torch.nn.utils import parametrize

from nodes.lib.adapters import placing
from nodes.lib.adapters.files import AdapterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from nodes.lib.adapters.kinds import Difference

    Differences = Mapping[str, Sequence[Difference]]

KEPT = 8
"""Adapters that stay on a network; of more, the one unused for longest goes."""

ORIGINAL = ".parametrizations."

_loaded: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()


class Sum(torch.nn.Module):
    """Weights with what is switched on added to them.

    Attributes:
        differences: What each adapter adds, by its name.
        strengths: Of those that are switched on.
    """

    def __init__(self, computing: torch.dtype, device: torch.device) -> None:
        super().__init__()
        self.computing, self.device = computing, device
        self.differences: dict[str, Sequence[Difference]] = {}
        self.strengths: dict[str, float] = {}

    def forward(self, weight: Tensor) -> Tensor:
        """Return the sum, in the precision of the weights; they themselves if nothing is on."""
        if not self.strengths:
            return weight
        before = weight.to(self.computing) if weight.itemsize == 1 else weight
        total = before
        for name, strength in self.strengths.items():
            for one in self.differences[name]:
                near = one if weight.device == self.device else placing.moved(one, weight.device)
                added = near.of(before) * strength
                total = placing.wide(total, added.shape[1]) if added.ndim == 2 else total
                total = total + added.to(total.dtype)
        return total


def has(network: Any, name: str) -> bool:
    """Tell whether an adapter is on a network, in use or not."""
    return name in _loaded.get(network, ())


def check(network: Any, differences: Differences, title: str) -> None:
    """Refuse differences that a network has no place for.

    Args:
        network: Which.
        differences: By the names of weights and biases.
        title: What to call them.

    Raises:
        AdapterError: The network has no such layers, or they are of other sizes.
    """
    lost = [one for one, several in differences.items() if not _fits(network, one, several)]
    if lost:
        raise AdapterError(
            f"{len(lost)} of the {len(differences)} tensors of {title} fit none of this "
            f"{type(network).__name__}, that for {lost[0]} among them; it is for another family "
            "of models"
        )


def load(network: Any, name: str, differences: Differences) -> None:
    """Put differences that fit on a network, switched off.

    Args:
        network: Which.
        name: What they are called from now on.
        differences: By the names of weights and biases.
    """
    with torch.inference_mode(False), torch.no_grad():
        for one, several in differences.items():
            made = _sum(network, one)
            made.differences[name] = [placing.moved(kind, made.device) for kind in several]
    _loaded.setdefault(network, []).append(name)


def use(network: Any, strengths: Mapping[str, float]) -> None:
    """Switch on these adapters and no others; see ``laying.use``."""
    names = _loaded.get(network, [])
    if not names:
        return
    mine = {name: one for name, one in strengths.items() if name in names}
    names[:] = [one for one in names if one not in mine] + list(mine)
    stale = names[: -max(KEPT, len(mine))]
    names[:] = names[len(stale) :]
    for _, module in _reweighed(network):
        for last in list(module.parametrizations):
            made = module.parametrizations[last][0]
            for name in stale:
                made.differences.pop(name, None)
            made.strengths = {n: one for n, one in mine.items() if n in made.differences}
            if not made.differences:
                parametrize.remove_parametrizations(module, last, leave_parametrized=False)


def off(network: Any) -> None:
    """Switch all adapters off."""
    use(network, {})


def widens(network: Any) -> bool:
    """Tell whether what is switched on lets a layer read more than it did."""
    return any(
        isinstance(one, placing.Widened)
        for _, module in _reweighed(network)
        for several in module.parametrizations.values()
        for name in several[0].strengths
        for one in several[0].differences[name]
    )


def state(network: Any) -> dict[str, Tensor]:
    """Return a network's tensors under its own names, with what is switched on added to them."""
    found = {
        name.replace(".base_layer.", "."): tensor
        for name, tensor in network.state_dict().items()
        if ".lora_" not in name and ORIGINAL not in name
    }
    for stem, module in _reweighed(network):
        for name in module.parametrizations:
            found[f"{stem.removesuffix('.base_layer')}.{name}"] = getattr(module, name)
    order = [_bare(name) for name in network.state_dict() if ".lora_" not in name]
    return {name: found[name] for name in order}


def _bare(name: str) -> str:
    """Return a tensor's name as it was before anything was laid over its network."""
    name = name.removesuffix(".original").replace(ORIGINAL, ".")
    return name.replace(".base_layer.", ".")


def _reweighed(network: Any) -> list[tuple[str, Any]]:
    found = network.named_modules()
    return [(name, one) for name, one in found if parametrize.is_parametrized(one)]


def _fits(network: Any, name: str, several: Sequence[Difference]) -> bool:
    tensor = _parameter(network, name)
    return tensor is not None and all(placing.fits(kind, tensor) for kind in several)


def _owner(network: Any, name: str) -> tuple[Any, str]:
    """Return the layer that has a tensor, whatever is laid over it."""
    stem, _, last = name.rpartition(".")
    try:
        module = network.get_submodule(stem)
    except AttributeError:
        return None, last
    return (module.get_base_layer() if hasattr(module, "get_base_layer") else module), last


def _parameter(network: Any, name: str) -> Tensor | None:
    """Return a tensor of a network as it is without any adapter."""
    module, last = _owner(network, name)
    if module is not None and parametrize.is_parametrized(module, last):
        return module.parametrizations[last].original
    return getattr(module, last, None)


def _sum(network: Any, name: str) -> Sum:
    """Return what adds to a tensor, which it gets with the first difference."""
    module, last = _owner(network, name)
    if not parametrize.is_parametrized(module, last):
        tensor = getattr(module, last)
        made = Sum(network.dtype, tensor.device)
        with torch.inference_mode(tensor.is_inference()):
            parametrize.register_parametrization(module, last, made, unsafe=True)
    return module.parametrizations[last][0]
