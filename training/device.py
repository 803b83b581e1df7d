"""Where training computes, and in which precision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


def best_device() -> torch.device:
    """CUDA where there is one, or else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half(device: torch.device) -> AbstractContextManager[None]:
    """Compute convolutions and products in bfloat16."""
    return torch.autocast(device.type, torch.bfloat16)
