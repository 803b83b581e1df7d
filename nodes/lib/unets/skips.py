"""What a UNet's skip connections carry, scaled: turned off, turned up, or rebalanced (FreeU)."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.errors import ParamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

EVERY = -1

NEARLY = 1e-12
"""Stands for 0, which diffusers takes for FreeU being off."""


def count(unet: Any) -> int:
    """Return how many skip connections a UNet2DConditionModel has."""
    return sum(len(block.resnets) for block in unet.up_blocks)


@dataclass(frozen=True)
class Skip:
    """One skip connection, scaled.

    Attributes:
        index: From 0, the finest, which carries what the first convolution made, inwards; -1
            means all of them.
        scale: 0 cuts it, 1 leaves it as it is.
    """

    index: int
    scale: float

    @contextmanager
    def over(self, network: Any) -> Iterator[None]:
        """Scale what the connection brings to the decoder.

        Raises:
            ParamError: The network has no such connection.
        """
        total = count(network)
        if self.index >= total:
            raise ParamError(
                f"this UNet has {total} skip connections, 0 to {total - 1}; there is no "
                f"{self.index}"
            )
        with ExitStack() as stack:
            last = total
            for block in network.up_blocks:
                first = last - len(block.resnets)
                if self.index == EVERY or first <= self.index < last:
                    scale = self._scaling(first)
                    hook = block.register_forward_pre_hook(scale, with_kwargs=True)
                    stack.callback(hook.remove)
                last = first
            yield

    def _scaling(self, first: int) -> Any:
        def scale(_: Any, args: Any, kwargs: dict[str, Any]) -> Any:
            skips: tuple[Tensor, ...] = kwargs["res_hidden_states_tuple"]
            chosen = range(len(skips)) if self.index == EVERY else [self.index - first]
            scaled = [one * self.scale if n in chosen else one for n, one in enumerate(skips)]
            return args, kwargs | {"res_hidden_states_tuple": tuple(scaled)}

        return scale


@dataclass(frozen=True)
class FreeU:
    """The two coarsest levels of the decoder: backbone up, low frequencies of the skips down.

    Attributes:
        s1: Of what the skips bring to the coarsest level, below the threshold frequency.
        s2: The same, one level finer.
        b1: Of the backbone's first half of channels, coarsest level.
        b2: The same, one level finer.

    Source: Si et al. 2023, arXiv:2309.11497, section 3.3.
    """

    s1: float
    s2: float
    b1: float
    b2: float

    @contextmanager
    def over(self, network: Any) -> Iterator[None]:
        """Turn diffusers' own FreeU on, and off again."""
        scales = (self.s1, self.s2, self.b1, self.b2)
        network.enable_freeu(*(scale or NEARLY for scale in scales))
        try:
            yield
        finally:
            network.disable_freeu()
