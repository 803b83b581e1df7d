"""Nodes that draw numbers as pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from nodegraph import Range, node
from nodes.types import Image, Latent, Mask, Noise, Schedule

Theme = Literal["light", "dark"]
Pixels = Annotated[int, Range(240, 4096, step=16)]
Plain = str | float | int | bool


@node("plot.lines", title="Plot lines")
def lines(
    x: list[float] | None = None,
    labels: list[Plain] | None = None,
    *series: list[float] | list[list[float]],
    title: str = "",
    x_name: str = "",
    y_name: str = "",
    log_x: bool = False,
    log_y: bool = False,
    theme: Theme = "light",
    width: Pixels = 960,
    height: Pixels = 600,
) -> Image:
    """Draw lists of numbers as lines.

    Args:
        x: Where the numbers stand; from 0, one apart, if nothing is linked.
        labels: The names of the lines, one each.
        series: A list of numbers is a line, a list of such lists several.
        title: Above the plot.
        x_name: Below the plot.
        y_name: On its left.
        log_x: Equal ratios of x are equally far apart.
        log_y: Equal ratios of the numbers are equally far apart; only positive ones are shown.
        theme: The ground: white or dark.
        width: Pixels; letters grow with it.
        height: Pixels.
    """
    from nodes.lib import plots
    from nodes.lib.arrange.text import labels as written
    from nodes.lib.plots import lines as plots_lines

    style = plots.Style(title, x_name, y_name, log_x, log_y, theme, width, height)
    return plots_lines.draw(plots_lines.series(series), x or [], written(labels), style)


@node("plot.schedule", title="Plot schedules")
def schedule(
    *schedules: Schedule | list[Schedule],
    title: str = "",
    log_y: bool = False,
    theme: Theme = "light",
    width: Pixels = 960,
    height: Pixels = 600,
) -> Image:
    """Draw how noise goes down, step by step, one line a schedule.

    Args:
        schedules: Each is named after its recipe.
        title: Above the plot.
        log_y: Equal ratios are equally far apart; the last level, 0, has no place then.
        theme: The ground: white or dark.
        width: Pixels; letters grow with it.
        height: Pixels.
    """
    from nodes.lib import plots
    from nodes.lib.plots import lines as plots_lines

    found = plots_lines.schedules(schedules)
    sigmas = [list(one.sigmas) for one in found]
    style = plots.Style(title, "step", "sigma", False, log_y, theme, width, height)
    return plots_lines.draw(sigmas, [], plots_lines.titles(found), style)


@node("plot.histogram", title="Plot histogram")
def histogram(
    value: Image | Latent | Mask | Noise | list[float],
    *,
    bins: Annotated[int, Range(2, 1024)] = 64,
    title: str = "",
    log_y: bool = False,
    theme: Theme = "light",
    width: Pixels = 960,
    height: Pixels = 600,
) -> Image:
    """Draw how often which numbers stand in a picture, a latent or a list.

    Args:
        value: Each channel is counted by itself.
        bins: How many equal steps they are counted in.
        title: Above the plot.
        log_y: Equal ratios of the counts are equally far apart.
        theme: The ground: white or dark.
        width: Pixels; letters grow with it.
        height: Pixels.
    """
    from nodes.lib import plots
    from nodes.lib.plots import histogram as plots_histogram

    style = plots.Style(title, "value", "how often", False, log_y, theme, width, height)
    return plots_histogram.draw(value, bins, style)
