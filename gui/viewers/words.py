"""Facts about values in words: numbers that read well, sizes, shapes."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gui.viewers.look import Place

TIMES, SIGMA, NONE = "\u00d7", "\u03c3", "\u2013"
UNITS = ("B", "KB", "MB", "GB", "TB")


def number(value: float | None, digits: int = 4) -> str:
    """Return a number with as many digits as one reads."""
    if value is None or not isfinite(value):
        return NONE
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    if 1e-3 <= abs(value) < 1e6:
        whole = len(str(abs(int(value))))
        return f"{value:.{max(digits - whole, 1)}f}"
    return f"{value:.{digits - 1}g}"


def size(count: float) -> str:
    """Return a number of bytes: ``1.4 MB``."""
    for unit in UNITS[:-1]:
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} {UNITS[-1]}"


def shape(sides: object) -> str:
    """Return a shape: ``1 x 4 x 16 x 16``."""
    return f" {TIMES} ".join(map(str, sides)) if isinstance(sides, (list, tuple)) else ""  # pyright: ignore


def turn(place: Place) -> str:
    """Return which turn a value is of, counted from 1; nothing outside of zones."""
    return "turn " + " · ".join(str(one + 1) for one in place.turn) if place.turn else ""


def facts(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what is to be said of every value, by name, in the order in which it is read."""
    rows = [("Type", str(about.get("type", "")))]
    if "shape" in about:
        rows += [
            ("Shape", shape(about["shape"])),
            ("Numbers", f"{about['dtype']} on {about['device']}"),
            ("Range", f"{number(about['min'])} to {number(about['max'])}"),
            ("Mean", number(about["mean"])),
            ("Deviation", number(about["std"])),
            ("Not finite", _strays(about)),
        ]
    if "fps" in about:
        rows.append(("Length", f"{number(about['seconds'])} s at {number(about['fps'])} fps"))
    if "rate" in about:
        seconds = about["shape"][-1] / max(about["rate"], 1)
        rows.append(("Length", f"{number(seconds)} s at {about['rate']:,} Hz"))
    if "count" in about:
        rows.append(("Items", str(about["count"])))
    rows.append(("Memory", size(about.get("bytes", 0))))
    return [(name, text) for name, text in rows if text]


def _strays(about: Mapping[str, Any]) -> str:
    nan, inf = about.get("nan", 0), about.get("inf", 0)
    return f"{nan:,} nan, {inf:,} infinite" if nan or inf else "none"
