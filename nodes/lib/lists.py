"""Lists of plain values: numbers evenly spread, and texts with values in them."""

from __future__ import annotations

import math
import re
from string import Formatter
from typing import TYPE_CHECKING, TypeVar

from nodegraph.errors import ParamError
from nodes.lib.arrange.text import label

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SPEC = re.compile(r"[<>^]?[+ ]?0?\d{0,2},?(\.\d{1,2})?[defgs%]?")
"""How a value may be written: a small part of Python's own language for it."""

N = TypeVar("N", int, float)

LONGEST = 100_000
"""Characters of a text that is made."""


def numbers(start: float, stop: float, count: int, *, geometric: bool) -> list[float]:
    """Return numbers from start to stop, both exactly.

    Args:
        start: The first.
        stop: The last, where there are two or more.
        count: How many.
        geometric: Whether ratios are equal, and not differences.

    Raises:
        ParamError: Equal ratios do not lead from one to the other.
    """
    if geometric and start * stop <= 0:
        raise ParamError(
            f"no equal ratios lead from {start:g} to {stop:g}; use two positive numbers, or linear"
        )
    shares = [index / max(count - 1, 1) for index in range(count)]
    if geometric:
        sign, ratio = math.copysign(1.0, start), math.log(stop / start)
        found = [sign * abs(start) * math.exp(ratio * share) for share in shares]
    else:
        found = [start + (stop - start) * share for share in shares]
    return [start, *found[1:-1], stop] if count > 1 else [start]


def written(text: str, kind: Callable[[str], N]) -> list[N]:
    """Return the numbers that stand in a text, commas, semicolons or spaces between them.

    Args:
        text: What was written.
        kind: ``int`` or ``float``.

    Raises:
        ParamError: One is no number of that kind, or not finite.
    """
    found: list[N] = []
    for word in re.split(r"[,;\s]+", text.strip(" ,;\n\t")):
        try:
            number = kind(word)
        except ValueError as error:
            wanted = "whole number" if kind is int else "number"
            raise ParamError(f"{word!r} is no {wanted}; write some such as 1, 2, 4") from error
        if not math.isfinite(number):
            raise ParamError(f"{word!r} is not finite; write numbers such as 1, 2, 4")
        found.append(number)
    return found


def filled(text: str, values: Sequence[object]) -> str:
    """Return a text with values in place of its braces.

    Values are written as they are; nothing of them can be reached but themselves.

    Raises:
        ParamError: A brace is single, names no value, or says how in a way that is not known.
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise ParamError(f"{text!r} has a single brace; write {{{{ or }}}} for one") from error
    made = "".join(_pieces(parts, values))
    if len(made) > LONGEST:
        raise ParamError(f"the text has more than {LONGEST:,} characters; put shorter values in")
    return made


def _pieces(parts: Sequence[tuple[str, str | None, str | None, str | None]],
            values: Sequence[object]) -> Iterator[str]:  # fmt: skip
    following = 0
    for plain, name, spec, conversion in parts:
        yield plain
        if name is None:
            continue
        if conversion or not re.fullmatch(r"\d{0,4}", name):
            raise ParamError(f"{{{name}}} is no place for a value; use {{}}, or {{0}} by number")
        index = int(name) if name else following
        following += not name
        if index >= len(values):
            raise ParamError(f"there is no value for {{{name}}}; there are {len(values)}")
        yield _written(values[index], spec or "")


def _written(value: object, spec: str) -> str:
    if not spec or isinstance(value, bool):
        return label(value)
    if not SPEC.fullmatch(spec):
        raise ParamError(f"{{:{spec}}} is no way to write a value; use one such as {{:.2f}}")
    try:
        return format(value, spec)
    except ValueError as error:
        raise ParamError(f"{value!r} cannot be written as {{:{spec}}}: {error}") from error
