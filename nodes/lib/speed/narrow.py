"""Products in eight-bit floats, on GPUs that multiply them by themselves: Ada, Hopper and later.

Each row of the weights, and each row of what comes in, is divided by its largest number first, so
that it uses the whole range of E4M3 (up to 448). Three bits of fraction are left, an error of up to
6 % a number, which mostly averages out in a sum.

Source: Micikevicius et al. 2022, arXiv:2209.05433.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

FLOAT8 = torch.float8_e4m3fn
LARGEST = torch.finfo(FLOAT8).max

WORTH = 512
"""Sides of a layer's weights from which it pays; rounding what comes in takes time as well."""

BLOCKS = ("transformer_blocks.", "single_transformer_blocks.")
"""Where a network's layers are that bear it; those that read times and sizes do not."""

CAPABLE = (8, 9)
"""The compute capability of CUDA devices with such products."""


class Narrow(nn.Module):
    """A linear layer whose product is of eight-bit floats."""

    def __init__(self, layer: nn.Linear) -> None:
        """Take a layer's weights, (N, K) with N and K multiples of 16; they are copied."""
        super().__init__()
        weight, scale = rounded(layer.weight.detach())
        self.register_buffer("weight", weight)
        self.register_buffer("scale", scale)
        self.bias = layer.bias

    def forward(self, x: Tensor) -> Tensor:
        """Return (..., N) for (..., K), in the precision that comes in."""
        rows, scale = rounded(x.flatten(0, -2))
        made = torch._scaled_mm(
            rows,
            self.weight.t(),
            scale_a=scale,
            scale_b=self.scale.t(),
            bias=self.bias,
            out_dtype=x.dtype,
        )
        return made.unflatten(0, x.shape[:-1])


def rounded(rows: Tensor) -> tuple[Tensor, Tensor]:
    """Return rows in eight bits, and what each is to be multiplied by, (rows, 1) in float32."""
    scale = rows.abs().amax(-1, keepdim=True).float().clamp(min=1e-12) / LARGEST
    return (rows / scale).clamp(-LARGEST, LARGEST).to(FLOAT8), scale


def narrow(network: Any, least: int = WORTH) -> int:
    """Replace the large layers of a network's blocks; tells how many."""
    found = [
        (name, layer)
        for name, layer in network.named_modules()
        if isinstance(layer, nn.Linear)
        and any(block in name for block in BLOCKS)
        and min(layer.weight.shape) >= least
        and not any(side % 16 for side in layer.weight.shape)
    ]
    for name, layer in found:
        network.set_submodule(name, Narrow(layer))
    return len(found)


def able(device: str) -> bool:
    """Tell whether a device multiplies eight-bit floats by itself."""
    if not device.startswith("cuda") or not torch.cuda.is_available():
        return False
    return torch.cuda.get_device_capability(device) >= CAPABLE
