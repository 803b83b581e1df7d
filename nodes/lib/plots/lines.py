"""Lines: numbers over their places, and noise levels over steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from nodegraph.errors import ParamError
from nodes.lib import plots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodes.lib.plots import Style
    from nodes.types import Image, Schedule

MOST = 64
"""Lines in one plot."""

POINTS = 1_000_000
"""Numbers in one plot."""

MARKED = 40
"""Numbers of a line up to which each gets a dot, if nothing else is said."""


def series(given: Sequence[Any]) -> list[list[float]]:
    """Return lines from what links bring: numbers, lists of them, lists of such lists.

    Raises:
        ParamError: There is none, or there are too many.
    """
    found: list[list[float]] = []
    for one in given:
        several = one if isinstance(one, list) else [one]
        nested = bool(several) and all(isinstance(part, list) for part in several)
        found += several if nested else [several]
    if not any(found):
        raise ParamError("there are no numbers to plot; link a list of them to series")
    if len(found) > MOST:
        raise ParamError(f"{len(found)} lines are more than can be told apart; plot up to {MOST}")
    if sum(map(len, found)) > POINTS:
        raise ParamError(f"these are more than {POINTS:,} numbers; plot every tenth of them")
    return [[float(number) for number in line] for line in found]


def draw(
    lines: Sequence[Sequence[float]], x: Sequence[float], names: Sequence[str], style: Style
) -> Image:
    """Draw lines.

    Args:
        lines: Their heights; numbers that are not finite leave a gap.
        x: Where they stand, as many as the longest line has; from 0 if there are none.
        names: One a line; or none.
        style: How the plot looks.

    Raises:
        ParamError: Places or names are missing, or a logarithmic axis has no positive number.
    """
    longest = max(map(len, lines))
    if x and len(x) < longest:
        raise ParamError(f"x has {len(x)} numbers, a line has {longest}; give one x for each")
    if names and len(names) != len(lines):
        raise ParamError(
            f"there are {len(names)} labels for {len(lines)} lines; give one for each, or none"
        )
    if style.log_y and not any(number > 0 for line in lines for number in line):
        raise ParamError("a logarithmic axis shows positive numbers alone; switch log_y off")
    with plots.plot(style) as (axes, drawn):
        for index, line in enumerate(lines):
            places = x[: len(line)] if x else range(len(line))
            mark = "o" if len(line) <= MARKED else ""
            label = plots.name_of(names[index]) if names else None
            axes.plot(places, line, marker=mark, label=label, **plots.pen(index, style.theme))
        if not x and not style.log_x:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return drawn[0]


def schedules(given: Sequence[Any]) -> list[Schedule]:
    """Return schedules from what links bring: single ones and lists of them.

    Raises:
        ParamError: There is none.
    """
    found = [one for part in given for one in (part if isinstance(part, list) else [part])]
    if not any(one.sigmas for one in found):
        raise ParamError("there is no schedule to plot; link one to schedules")
    return found


def titles(found: Sequence[Schedule]) -> list[str]:
    """Return the recipes' names, with the number of steps where one name stands twice."""
    names = [one.scheduler for one in found]
    return [
        name if names.count(name) == 1 else f"{name}, {max(len(one.sigmas) - 1, 0)} steps"
        for name, one in zip(names, found, strict=True)
    ]
