"""Nodes that repeat and choose."""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Generic, NamedTuple, TypeVar

from nodegraph import Lazy, Range, node

T = TypeVar("T")
R = TypeVar("R")


class Round(NamedTuple, Generic[T]):
    """One turn of a repeat.

    Attributes:
        index: From 0.
        value: What the turn before gave.
    """

    index: int
    value: T


class Item(NamedTuple, Generic[T]):
    """One turn of a for-each.

    Attributes:
        index: From 0.
        item: Which one it is.
    """

    index: int
    item: T


@node("flow.repeat")
def repeat(value: T, *, times: Annotated[int, Range(0, 10000)] = 2) -> Generator[Round[T], T, T]:
    """Do the same a number of times, each with what the last gave.

    Args:
        value: What the first turn starts with.
        times: How many turns.
    """
    for index in range(times):
        value = yield Round(index, value)
    return value


@node("flow.for_each", title="For each", independent=True)
def for_each(items: list[T]) -> Generator[Item[T], R, list[R]]:
    """Do the same for every item of a list, and list the results.

    Args:
        items: What to go through.
    """
    results: list[R] = []
    for index, item in enumerate(items):
        results.append((yield Item(index, item)))
    return results


@node("flow.switch")
def switch(if_true: Lazy[T], if_false: Lazy[T], *, condition: bool = True) -> T:
    """Choose one of two values; only the chosen branch runs.

    Args:
        if_true: The value when the condition holds.
        if_false: The value otherwise.
        condition: Which one.
    """
    return if_true.get() if condition else if_false.get()
