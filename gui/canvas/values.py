"""Values of parameters as the short texts that stand on a node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from nodegraph.params import Param

LONGEST = 200
STOPS = 200
"""With more steps than this a range says little about where in it a number is."""


def label(name: str) -> str:
    """Return a name as one reads it: ``batch size``."""
    return name.replace("_", " ")


def shown(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, str):
        return " ".join(value[:LONGEST].split())
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list):
        return ", ".join(shown(one) for one in cast("list[Any]", value)[:50]) or "none"
    if isinstance(value, dict):
        return json.dumps(value)[:LONGEST]
    return "none" if value is None else str(value)


def number(value: float) -> str:
    """Return a float, recognizable as one: ``7.0``, ``0.35``, ``1e-05``."""
    text = f"{value:.6g}"
    return text if "." in text or "e" in text else f"{text}.0"


def share(param: Param, value: Any) -> float | None:
    """Return where in its range a number is, 0 to 1; nothing where the range says nothing."""
    if param.range is None or param.widget == "seed" or not isinstance(value, (int, float)):
        return None
    low, high, step = param.range.low, param.range.high, param.range.step
    if high <= low or (high - low) / step > STOPS:
        return None
    return min(max((value - low) / (high - low), 0.0), 1.0)
