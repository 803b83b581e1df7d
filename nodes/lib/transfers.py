"""Tensors on their way between a device and the processor, for which nobody waits.

A plain copy makes the processor wait until the device has done all that it was told, and then the
device waits for the processor. Copies from and to locked memory do not. Source: torch's notes on
CUDA, "Use pinned memory buffers".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


def sent(tensor: Tensor, like: Tensor) -> Tensor:
    """Return a tensor of the processor's where another one is, and of its kind."""
    if like.is_cuda and not tensor.is_cuda:
        return tensor.to(like.dtype).pin_memory().to(like.device, non_blocking=True)
    return tensor.to(like)


class Fetched:
    """A copy of a tensor for the processor.

    Attributes:
        tensor: The copy; valid once ``ready``.
    """

    def __init__(self, tensor: Tensor) -> None:
        """Begin to copy, on a stream of its own where the device has such."""
        self._event: torch.cuda.Event | None = None
        if not tensor.is_cuda:
            self.tensor = tensor.cpu()
            return
        stream = _beside(tensor.device)
        stream.wait_stream(torch.cuda.current_stream(tensor.device))
        with torch.cuda.stream(stream):
            self.tensor = torch.empty_like(tensor, device="cpu", pin_memory=True)
            self.tensor.copy_(tensor, non_blocking=True)
            self._event = torch.cuda.Event()
            self._event.record(stream)
        tensor.record_stream(stream)  # its memory is not used again before it is copied

    @property
    def ready(self) -> bool:
        """Whether it is there."""
        return self._event is None or self._event.query()


_streams: dict[torch.device, torch.cuda.Stream] = {}


def _beside(device: torch.device) -> torch.cuda.Stream:
    """Return a device's stream for copies."""
    if device not in _streams:
        _streams[device] = torch.cuda.Stream(device)
    return _streams[device]
