"""Where a network lies: on its device, or in the RAM with only what computes on the device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import torch

from nodegraph import current
from nodes.lib.memory import budget, sizes

if TYPE_CHECKING:
    from nodes.lib.folders import Part

STREAMED = ("unet", "transformer")
"""Parts whose layers always run in the same order, so that the next can come while one computes."""

_offloaded: WeakSet[Any] = WeakSet()


def place(network: Any, part: Part, held: int) -> Any:
    """Bring a network to its device, or offload it where it does not fit; returns it.

    Args:
        network: Which.
        part: What it is.
        held: Bytes of other networks on the device.
    """
    wanted = sizes.of(network)
    unlimited = part.device == "cpu" and budget.lowered() is None
    if unlimited or wanted <= budget.room(part.device, held):
        try:
            return network.to(part.device)
        except torch.OutOfMemoryError:
            pass
    offload(network, part)
    current().note(
        f"the {part.name} takes {wanted / 2**20:,.0f} MiB and does not fit into the memory of "
        f"{part.device}, so it stays in the RAM and is brought layer by layer, which is slower"
    )
    return network


def offload(network: Any, part: Part) -> None:
    """Move a network to the RAM; each layer goes to the device while it computes, by diffusers."""
    from diffusers.hooks import apply_group_offloading

    streamed = part.device.startswith("cuda") and part.name in STREAMED
    network.to("cpu")
    apply_group_offloading(
        network,
        onload_device=torch.device(part.device),
        offload_type="leaf_level",
        use_stream=streamed,
        record_stream=streamed,
        low_cpu_mem_usage=True,
    )
    _offloaded.add(network)


def is_offloaded(network: Any) -> bool:
    """Tell whether a network lies in the RAM, apart from what computes."""
    return network in _offloaded if isinstance(network, torch.nn.Module) else False


def renewed(network: Any) -> None:
    """Take in layers that were added to an offloaded network: adapters."""
    if is_offloaded(network):
        from diffusers.hooks.group_offloading import _maybe_remove_and_reapply_group_offloading

        _maybe_remove_and_reapply_group_offloading(network)
