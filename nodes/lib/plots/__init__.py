"""Plots as pictures, by matplotlib's Agg: figures of their own, nothing global, no window."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import matplotlib as mpl
import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from nodes.types import Image

if TYPE_CHECKING:
    from collections.abc import Generator

    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

INCHES = 8.0
"""How wide a figure counts as: letters keep their share of it, however many pixels it has."""

GROUNDS = {"light": ("#ffffff", "#1b1d21", "#5c626d", "#dfe2e6"),
           "dark": ("#15171b", "#e8eaed", "#a3a9b4", "#343841")}  # fmt: skip
"""The ground, words, numbers and frame, and the grid."""

LINES = {"light": ("#2f6fb5", "#d1602a", "#2e8b57", "#a94064", "#7b5cb8", "#8a6d1f", "#3d8d99",
                   "#5c626d"),
         "dark": ("#6fa8dc", "#e8945a", "#7fc8a9", "#e07a9c", "#b39ddb", "#d9b650", "#7fb7be",
                  "#a3a9b4")}  # fmt: skip
"""Colors of the lines, in their order; each three to one or better against its ground."""

DASHES = ("-", "--", ":", "-.")
"""Further rounds through the colors differ by these."""

ROOMY = 2000
"""From the least to the greatest number of a logarithmic axis with room for 2 and 5."""

COLUMN = 6
"""Lines from which the names of lines stand in two columns."""


@dataclass(frozen=True)
class Style:
    """How a plot looks and what stands around it.

    Attributes:
        title: Above it.
        x_name: Below it.
        y_name: On its left.
        log_x: As ``log_y``, whether equal ratios are equally far apart.
        theme: ``light`` or ``dark``.
        width: As ``height``, in pixels.
    """

    title: str = ""
    x_name: str = ""
    y_name: str = ""
    log_x: bool = False
    log_y: bool = False
    theme: Literal["light", "dark"] = "light"
    width: int = 960
    height: int = 600


@contextmanager
def plot(style: Style) -> Generator[tuple[Axes, list[Image]]]:
    """Give axes to draw on, and a list that then holds the picture."""
    drawn: list[Image] = []
    with mpl.rc_context(_settings(style)):
        dpi = style.width / INCHES
        figure = Figure((INCHES, style.height / dpi), dpi, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _name(axes, style)
        yield axes, drawn
        _tidy(axes.xaxis, log=style.log_x)
        _tidy(axes.yaxis, log=style.log_y)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(ncols=1 if len(axes.lines) < COLUMN else 2)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    drawn.append(Image(torch.from_numpy(pixels.astype(np.float32) / 255)[None]))


def _name(axes: Axes, style: Style) -> None:
    axes.set_title(_plain(style.title), loc="left")
    axes.set_xlabel(_plain(style.x_name))
    axes.set_ylabel(_plain(style.y_name))
    axes.spines[["top", "right"]].set_visible(False)
    if style.log_x:
        axes.set_xscale("log", nonpositive="mask")
    if style.log_y:
        axes.set_yscale("log", nonpositive="mask")


def _tidy(axis: Axis, *, log: bool) -> None:
    """Write the numbers of a logarithmic axis as they are, with 2 and 5 where there is room."""
    if log:
        low, high = axis.get_view_interval()
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if high < ROOMY * low else (1.0,)))
        axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
        axis.set_minor_formatter(NullFormatter())


def _plain(text: str) -> str:
    """Return a text that matplotlib writes as it is: its dollars would begin formulas."""
    return text.replace("$", r"\$")


def name_of(text: str) -> str:
    """Return the name of a line, which matplotlib leaves out where it begins with a _."""
    return f" {_plain(text)}" if text.startswith("_") else _plain(text)


def pen(index: int, theme: str) -> dict[str, Any]:
    """Return the color and dashes of a line by its number."""
    colors = LINES[theme]
    dash = DASHES[index // len(colors) % len(DASHES)]
    return {"color": colors[index % len(colors)], "linestyle": dash}


def _settings(style: Style) -> dict[str, Any]:
    ground, strong, weak, grid = GROUNDS[style.theme]
    return {
        "font.family": "DejaVu Sans",
        "font.size": 11,
        "axes.titlesize": 14,
        "axes.titlepad": 12,
        "axes.labelsize": 12,
        "axes.labelpad": 6,
        "axes.facecolor": ground,
        "axes.edgecolor": weak,
        "axes.labelcolor": strong,
        "axes.titlecolor": strong,
        "axes.grid": True,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "figure.facecolor": ground,
        "figure.constrained_layout.w_pad": 0.15,
        "figure.constrained_layout.h_pad": 0.15,
        "grid.color": grid,
        "grid.linewidth": 0.8,
        "legend.frameon": True,
        "legend.facecolor": ground,
        "legend.edgecolor": "none",
        "legend.framealpha": 0.85,
        "legend.labelcolor": strong,
        "lines.linewidth": 2.0,
        "lines.markersize": 5,
        "xtick.color": weak,
        "ytick.color": weak,
        "xtick.labelcolor": strong,
        "ytick.labelcolor": strong,
    }
