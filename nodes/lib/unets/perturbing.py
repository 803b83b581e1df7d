"""Attention spoiled on purpose, for guidance away from what it then sees."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.errors import ParamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

SELF = ".attn1"
"""How the names of self-attention layers end in diffusers' UNets."""


@dataclass(frozen=True)
class IdentityAttention:
    """Self-attention in which every place reads itself alone: the map is the identity.

    Attributes:
        layer: Part of the names of the layers: ``mid_block``, ``up_blocks.0``.

    Source: Ahn et al. 2024, arXiv:2403.17377, section 4.2.
    """

    layer: str

    @contextmanager
    def over(self, network: Any) -> Iterator[None]:
        """Change how those layers are computed.

        Raises:
            ParamError: The network has none.
        """
        modules = dict(network.named_modules())
        named = [name for name in modules if name.endswith(SELF)]
        chosen = [name for name in named if self.layer in name]
        if not chosen:
            blocks = sorted({name.partition(".attentions")[0] for name in named})
            where = f"it is in {', '.join(blocks)}" if blocks else "choose a UNet that has some"
            raise ParamError(f"no self-attention of this network is in {self.layer!r}; {where}")
        with ExitStack() as stack:
            for name in chosen:
                layer = modules[name]
                stack.callback(layer.set_processor, layer.processor)
                layer.set_processor(_values)
            yield


def _values(attention: Any, hidden_states: Tensor, *_: Any, **__: Any) -> Tensor:
    """What attention gives where each place reads its own value: (B, L, D) to (B, L, D)."""
    found: Tensor = hidden_states
    for part in (attention.to_v, *attention.to_out):
        found = part(found)
    return found
