"""Nodes that hold a value, so that several inputs can share it."""

from __future__ import annotations

from typing import TypeVar

from nodegraph import Multiline, Seed, node
from nodegraph.errors import ParamError

T = TypeVar("T")

MAX_ITEMS = 100_000


@node("value.number")
def number(*, value: float = 0.0) -> float:
    """Give a number."""
    return value


@node("value.integer")
def integer(*, value: int = 0) -> int:
    """Give a whole number."""
    return value


@node("value.text")
def text(*, value: Multiline = "") -> str:
    """Give a text."""
    return value


@node("value.seed")
def seed(*, value: Seed = 0) -> int:
    """Give a seed, for all that shall draw the same noise."""
    return value


@node("value.boolean")
def boolean(*, value: bool = False) -> bool:
    """Give yes or no."""
    return value


@node("value.list")
def list_of(*items: T) -> list[T]:
    """Put values into a list, in the order of their links."""
    return list(items)


@node("value.range")
def range_of(*, start: int = 0, stop: int = 4, step: int = 1) -> list[int]:
    """Count from start towards stop, which is left out.

    Args:
        start: The first number.
        stop: Where to end.
        step: How far apart; negative to count down.
    """
    if step == 0:
        raise ParamError("a step of 0 never gets anywhere; use 1, or -1 to count down")
    numbers = range(start, stop, step)
    if len(numbers) > MAX_ITEMS:
        raise ParamError(f"{len(numbers):,} numbers are more than the {MAX_ITEMS:,} allowed")
    return list(numbers)


@node("value.note")
def note(*, text: Multiline = "") -> None:
    """Say something about the graph; it never runs.

    Args:
        text: In Markdown.
    """
