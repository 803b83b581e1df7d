"""What is laid over a network while it is evaluated, and taken off again: the network is shared."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodes.types import Model


class Change(Protocol):
    """One change to a network: an adapter, a scaled skip connection, another attention.

    A frozen dataclass of plain values and handles, so that models are told apart by their changes.
    """

    def over(self, network: Any) -> AbstractContextManager[Any]:
        """Return what changes the network on entering, and gives it back as it was on leaving."""
        ...


def changed(model: Model, change: Change) -> Model:
    """Return the model with one more change."""
    return replace(model, changes=(*model.changes, change))


def applied(changes: Iterable[Change], network: Any) -> ExitStack:
    """Lay changes over a network, the first one innermost; leaving takes them all off."""
    with ExitStack() as stack:
        for change in changes:
            stack.enter_context(change.over(network))
        return stack.pop_all()
