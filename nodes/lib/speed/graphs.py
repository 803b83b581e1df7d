"""CUDA graphs: a network's kernels recorded once for a shape, and then launched as one.

At small sizes a GPU waits for the processor between kernels more than it computes. A recorded
call reads its arguments from places of its own and leaves its answer in another, so arguments are
copied in, and the answer out. Source: the CUDA programming guide, "CUDA Graphs"; what a recording
may not do is in torch's notes on CUDA, "CUDA Graph semantics".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.utils import _pytree as trees

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

WARMING = 2
"""Calls before one is recorded, in which libraries choose their ways and take their memory."""


class Recorded:
    """A call that was recorded for one shape."""

    def __init__(
        self, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Record a call.

        Raises:
            RuntimeError: The call does what cannot be recorded, or memory runs out.
        """
        leaves, spec = trees.tree_flatten((args, kwargs))
        self._seen: list[Any] = list(leaves)
        self._places = [one.clone() if isinstance(one, torch.Tensor) else one for one in leaves]
        args, kwargs = trees.tree_unflatten(self._places, spec)
        self._replay, self._answer = record(lambda: call(*args, **kwargs))

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what the call answers; texts and all that is as it was are not copied again."""
        for index, leaf in enumerate(trees.tree_leaves((args, kwargs))):
            if isinstance(leaf, torch.Tensor) and leaf is not self._seen[index]:
                self._places[index].copy_(leaf, non_blocking=True)
                self._seen[index] = leaf
        self._replay()
        return trees.tree_map_only(torch.Tensor, torch.clone, self._answer)


def record(call: Callable[[], Any]) -> tuple[Callable[[], None], Any]:
    """Record a call on the current device; returns what launches it, and where it answers."""
    own = torch.cuda.Stream()
    own.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(own):
        for _ in range(WARMING):
            call()
    torch.cuda.current_stream().wait_stream(own)
    graph = torch.cuda.CUDAGraph()
    # other threads may copy previews meanwhile
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        answer: Tensor | tuple[Tensor, ...] = call()
    return graph.replay, answer
