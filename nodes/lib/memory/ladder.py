"""What is done where memory runs out, rung by rung, and said: nothing happens in silence.

1. Values that the cache keeps on the device go, and the memory of recorded kernels.
2. Other networks go.
3. The autoencoder takes pictures one by one, then tile by tile; other networks are offloaded.
4. The node fails, with advice.

What was tried is pure, so that it can be tried again.
"""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch

from nodegraph import current
from nodegraph.errors import NodegraphError
from nodegraph.failures import out_of_memory
from nodes.lib.device import on
from nodes.lib.memory import budget, placement
from nodes.lib.memory.held import networks
from nodes.lib.speed import compiling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nodes.lib.folders import Part

T = TypeVar("T")


class ShortError(NodegraphError, MemoryError):
    """Memory is too short, whatever is tried."""


@dataclass(frozen=True)
class Rung(Generic[T]):
    """One way to go on.

    Attributes:
        name: What happens, in the past, for the user.
        ready: Makes room; tells whether anything came of it.
        call: What to try then, if not the same again.
    """

    name: str
    ready: Callable[[], object]
    call: Callable[[], T] | None = None


def climb(call: Callable[[], T], parts: Sequence[Part], ways: Sequence[Rung[T]], advice: str) -> T:
    """Call on the main network's device; where memory runs out, make room and call again.

    Args:
        call: What to do; it may be called several times.
        parts: The networks that it needs, the main one first.
        ways: The rungs after those that make room.
        advice: What else would help, for the user.

    Raises:
        ShortError: Nothing helped.
    """
    with on(parts[0].device):
        return _climb(call, parts, ways, advice)


def _climb(call: Callable[[], T], parts: Sequence[Part], ways: Sequence[Rung[T]], advice: str) -> T:
    main, tried = parts[0], list[str]()
    found, short = attempt(call)
    if short is None:
        return found  # type: ignore[return-value]
    for rung in (*_common(parts), *ways):
        if not rung.ready():
            continue
        tried.append(rung.name)
        _sweep()
        current().note(f"memory ran short on {main.device}: {rung.name}")
        found, short = attempt(rung.call or call)
        if short is None:
            return found  # type: ignore[return-value]
    raise ShortError(
        f"the {main.name} does not get by with the memory of {main.device}"
        + (f", although {', '.join(tried)}" if tried else "")
        + f"; {advice}"
    ) from short


def offloading(part: Part, network: Callable[[Part], Any]) -> Rung[Any]:
    """Return the rung on which a network moves to the RAM."""

    def ready() -> bool:
        worth = part.device != "cpu" or budget.lowered() is not None
        if not worth or placement.is_offloaded(network(part)):
            return False
        placement.offload(network(part), part)
        return True

    return Rung(f"the {part.name} was moved to the RAM and is brought layer by layer", ready)


def attempt(call: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    """Return what came of a call, and what it was short of memory for; frames let go of theirs."""
    try:
        return call(), None
    except (MemoryError, RuntimeError) as error:
        if not (isinstance(error, torch.OutOfMemoryError) or out_of_memory(error)):
            raise
        return None, error.with_traceback(None)


def _common(parts: Sequence[Part]) -> tuple[Rung[Any], ...]:
    device = parts[0].device
    return (
        Rung("values kept there were dropped", lambda: current().drop(device)),
        Rung("the memory of recorded kernels was given back", lambda: compiling.let_go(device)),
        Rung("other networks were let go", lambda: _others(device, parts)),
    )


def _others(device: str, parts: Sequence[Part]) -> int:
    pipelines = sys.modules.get("nodes.lib.pipelines.loading")
    loaded = 0 if pipelines is None else pipelines.pipeline.cache_info().currsize
    if pipelines is not None and loaded:
        pipelines.forget()
    return networks.let_go(device, parts) + loaded


def _sweep() -> None:
    """Give back what nobody holds any more."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
