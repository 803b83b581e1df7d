"""Nodes that hold a value, so that several inputs can share it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from nodegraph import Multiline, Range, Seed, node
from nodegraph.errors import ParamError

T = TypeVar("T")
Plain = str | float | int | bool

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


@node("value.numbers")
def numbers(
    *,
    start: float = 0.0,
    stop: float = 1.0,
    count: Annotated[int, Range(1, 10_000)] = 5,
    spacing: Literal["linear", "geometric"] = "linear",
) -> list[float]:
    """Give numbers from start to stop, both of them among these.

    Args:
        start: The first number.
        stop: The last; a single number is start.
        count: How many.
        spacing: With equal differences, or with equal ratios.
    """
    from nodes.lib import lists

    return lists.numbers(start, stop, count, geometric=spacing == "geometric")


@node("value.texts")
def texts(*, lines: Multiline = "") -> list[str]:
    """Give a list of texts: prompts, names of samplers, whatever a for-each shall go through.

    Args:
        lines: One a line; empty lines do not count.
    """
    return [line.strip() for line in lines.splitlines() if line.strip()]


@node("value.pick", title="Pick item")
def pick(items: list[T], *, index: Annotated[int, Range(-MAX_ITEMS, MAX_ITEMS)] = 0) -> T:
    """Give one item of a list.

    Args:
        items: A list.
        index: From 0; negative numbers count from the end.
    """
    if not -len(items) <= index < len(items):
        raise ParamError(f"there is no item {index}: the list has {len(items)}, counted from 0")
    return items[index]


@node("value.length", title="Length of list")
def length(items: list[Any]) -> int:
    """Give how many items a list has.

    Args:
        items: A list.
    """
    return len(items)


@node("value.format", title="Format text")
def format_text(*values: Plain, text: Multiline = "{}") -> str:
    """Put values into a text.

    Args:
        values: What to put in.
        text: {} takes the values one after another, {0} names the first; {:.2f} writes two
            digits, {{ and }} are braces.
    """
    from nodes.lib import lists

    return lists.filled(text, values)


@node("value.labels", title="Labels")
def labels(values: list[Plain], *, text: str = "{}") -> list[str]:
    """Make a text of each value of a list: labels for grids, strips and plots.

    Args:
        values: A list, such as the one a for-each goes through.
        text: {} is the value, {:.2f} the value with two digits: cfg {}.
    """
    from nodes.lib import lists

    return [lists.filled(text, [value]) for value in values]


@node("value.note")
def note(*, text: Multiline = "") -> None:
    """Say something about the graph; it never runs.

    Args:
        text: In Markdown.
    """
