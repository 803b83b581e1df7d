"""JSON that may be anything, taken for what it should be: what is not that counts as not there."""

from __future__ import annotations

from math import isfinite
from typing import Any, cast

LARGEST = 1e7
"""Pixels from the middle that anything may stand."""


def obj(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def array(value: Any) -> list[Any]:
    """Return a list; an empty one for anything else. ``{"0": …, "1": …}`` is one, too."""
    if isinstance(value, list):
        return cast("list[Any]", value)
    found = obj(value)
    return list(found.values()) if found and all(key.isdigit() for key in found) else []


def listing(value: Any) -> list[Any]:
    """Return a list as it is; an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def text(value: Any, most: int = 200) -> str:
    """Return a text, at most so long; empty for anything else."""
    return value[:most] if isinstance(value, str) else ""


def name_of(value: Any) -> str:
    """Return an id as text: files have numbers and texts; empty for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    return str(value)[:256] if isinstance(value, str) or abs(value) < 2**63 else ""


def index(value: Any) -> int:
    """Return the number of a slot; -1 for anything else."""
    return value if type(value) is int and 0 <= value < 10_000 else -1


def pair(value: Any) -> tuple[float, float] | None:
    """Return two coordinates; nothing for anything else."""
    match array(value):
        case [int() | float() as x, int() | float() as y, *_] if _near(x) and _near(y):
            return float(x), float(y)
        case _:
            return None


def _near(value: float) -> bool:
    return isfinite(value) and abs(value) < LARGEST


def color(value: Any) -> str:
    """Return ``#rrggbb`` for it and for ``#rgb``; empty for anything else."""
    given = text(value, 7).removeprefix("#").lower()
    if len(given) not in (3, 6) or any(letter not in "0123456789abcdef" for letter in given):
        return ""
    return "#" + (given if len(given) == 6 else "".join(letter * 2 for letter in given))


def finite(value: Any) -> Any:
    """Return JSON data without NaN and Infinity: they become nothing, as no file of ours has them.

    At most as deep as what was parsed.
    """
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [finite(one) for one in cast("list[Any]", value)]
    return value
