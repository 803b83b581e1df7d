"""Exceptions in sentences that a user can act on, whoever says them: a terminal or an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from nodegraph.errors import NodeError

MEMORY = (
    "there is not enough memory; lower width, height or batch_size, choose float16 or bfloat16 "
    "as dtype, or another device"
)
MEMORY_SIGNS = ("out of memory", "can't allocate memory", "not enough memory")


def of_node(error: NodeError, advice: str = "") -> str:
    """Say which node failed, why, and what to do.

    Args:
        advice: What else helps where the node raised something it did not mean to.
    """
    cause, place = error.__cause__, f"node {error.node_id} ({error.type_id}) failed"
    if isinstance(cause, NodegraphError):
        return f"{place}: {error.reason}"
    if out_of_memory(cause):
        return f"{place}: {MEMORY}"
    kind = type(cause).__name__
    reason = "" if error.reason == kind else f": {' '.join(error.reason.split())}"
    return f"{place} with {kind}{reason}; check what is linked to it and its parameters{advice}"


def out_of_memory(cause: BaseException | None) -> bool:
    """Tell whether memory ran out; torch has kinds of its own to say so."""
    text = str(cause).lower()
    return isinstance(cause, MemoryError) or (
        isinstance(cause, RuntimeError) and any(sign in text for sign in MEMORY_SIGNS)
    )


def lost_device(cause: BaseException | None) -> bool:
    """Tell whether a GPU failed in a way after which this process cannot use it any more."""
    failed = isinstance(cause, RuntimeError) and "cuda error" in str(cause).lower()
    return failed and not out_of_memory(cause)


def unexpected(error: BaseException, advice: str) -> str:
    """Say in a sentence what should not have happened."""
    if out_of_memory(error):
        return MEMORY
    detail = " ".join(str(error).split())
    name = type(error).__name__ + (f" ({detail})" if detail else "")
    return f"Nodegraph stumbled over {name}; {advice}"
