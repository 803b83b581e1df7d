"""Nodes that choose from lists and turn them."""

from __future__ import annotations

from typing import Annotated, TypeVar

from nodegraph import Range, node
from nodegraph.errors import ParamError

T = TypeVar("T")


@node("value.spread", title="Spread of list")
def spread(items: list[T], *, count: Annotated[int, Range(1, 100_000)] = 8) -> list[T]:
    """Give some items of a list, evenly spread, its first and its last among them.

    Args:
        items: A list, such as what a loop collected.
        count: How many; of a shorter list, all.
    """
    from nodes.lib.arrange.strip import spread as lib

    return [items[index] for index in lib(len(items), count)]


@node("value.join", title="Join lists")
def join(*lists: list[T]) -> list[T]:
    """Put the items of several lists into one, in the order of their links.

    Args:
        lists: Lists, and single values.
    """
    return [item for several in lists for item in several]


@node("value.transpose", title="Transpose list")
def transpose(rows: list[list[T]]) -> list[list[T]]:
    """Make columns of rows: of one list a turn, one list for each of their places.

    Args:
        rows: Lists of one length, such as what a loop collected from a list.
    """
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise ParamError(
            f"the rows have {', '.join(map(str, lengths))} items; only rows of one length have "
            "columns"
        )
    return [list(column) for column in zip(*rows, strict=True)]


@node("value.number_list", title="List of numbers")
def number_list(*, text: str = "1, 2, 4") -> list[float]:
    """Give the numbers that are written down.

    Args:
        text: With commas or spaces between them.
    """
    from nodes.lib import lists

    return lists.written(text, float)


@node("value.integer_list", title="List of whole numbers")
def integer_list(*, text: str = "1, 2, 4") -> list[int]:
    """Give the whole numbers that are written down: steps, seeds, sizes.

    Args:
        text: With commas or spaces between them.
    """
    from nodes.lib import lists

    return lists.written(text, int)
