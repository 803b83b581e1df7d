"""Networks as they compute under LoRAs, with those in their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from nodegraph.errors import NodegraphError
from nodes.lib.adapters import laying, reweighing
from nodes.lib.adapters.lora import Adapters
from nodes.lib.changes import applied
from nodes.lib.models import network

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

    from nodes.lib.changes import Change
    from nodes.lib.folders import Part


class BakeError(NodegraphError):
    """What changes a network is nothing that its weights can hold."""


def check(changes: Iterable[Change]) -> None:
    """Refuse changes that are no LoRA.

    Raises:
        BakeError: There is one.
    """
    others = sorted({type(one).__name__ for one in changes if not isinstance(one, Adapters)})
    if others:
        raise BakeError(
            f"the model has a change that weights cannot hold, {' and '.join(others)}; of changes "
            "LoRAs alone can be merged and saved, so lay the others over what comes out"
        )


@torch.inference_mode()
def baked(part: Part, changes: Iterable[Change]) -> dict[str, Tensor]:
    """Return a network's tensors, with its LoRAs added to them; what stays is not copied.

    Raises:
        BakeError: It is changed by anything else.
    """
    changes = tuple(changes)
    check(changes)
    if part.storage:
        raise BakeError(
            f"weights kept in {part.storage} are rounded already and cannot be mixed or saved; "
            "load the model with its weights as run"
        )
    found = network(part)
    with applied(changes, found):
        if reweighing.widens(found):
            raise BakeError(
                "the model has a control LoRA, with which its network reads more than its weights "
                "have room for; take it off before mixing or saving"
            )
        strengths = [one.on(found) for one in changes if isinstance(one, Adapters)]
        return laying.state(found, strengths[0] if strengths else {})


def rebuilt(like: Any, tensors: dict[str, Tensor]) -> Any:
    """Return a network of the same kind with other tensors, which it takes without copying."""
    from accelerate import init_empty_weights

    cls = type(like)
    with init_empty_weights():
        made = cls.from_config(like.config) if hasattr(cls, "from_config") else cls(like.config)
    made.eval().requires_grad_(False).load_state_dict(tensors, assign=True)
    return made
