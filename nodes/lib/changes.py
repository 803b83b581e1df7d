"""What is laid over a network while it is evaluated, and taken off again: the network is shared."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

from nodes.lib.speed import quick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nodes.handles import Model

    Off = Callable[[], None]

_lingering: WeakKeyDictionary[Any, dict[Change, Off]] = WeakKeyDictionary()


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
    """Lay changes over a network, the first one innermost; leaving takes them all off.

    What lingers from before and is not among them is taken off first.
    """
    wanted = tuple(changes)
    left = _lingering.get(network, {})
    for change in [one for one in left if one not in wanted]:
        left.pop(change)()
    with ExitStack() as stack:
        if wanted:
            stack.enter_context(quick.plainly(network))
        for change in wanted:
            stack.enter_context(change.over(network))
        return stack.pop_all()


def linger(network: Any, change: Change, off: Off) -> None:
    """Leave a change on a network until it is evaluated without it.

    For changes whose laying on costs as much as a step does: the next step is likely to want it.

    Args:
        network: Which.
        change: What is on it already.
        off: Takes it off, exactly.
    """
    _lingering.setdefault(network, {})[change] = off


def lingers(network: Any, change: Change) -> bool:
    """Tell whether a change is still on a network from before."""
    return change in _lingering.get(network, {})
