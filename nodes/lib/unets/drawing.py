"""The UNet, drawn as the U it is: encoder down the left, decoder up the right, skips across."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from nodes.lib.unets.features import components
from nodes.types import Features, Image


class Colors(NamedTuple):
    """Of the ground, of words, of words about words, of arrows, and of skip connections."""

    ground: str
    ink: str
    dim: str
    flow: str
    skip: str


THEMES = {
    "light": Colors("#ffffff", "#1b1d21", "#5c626d", "#8a909b", "#c05a1c"),
    "dark": Colors("#15171b", "#e8eaed", "#a3a9b4", "#6b707a", "#e8945a"),
}
DPI = 100
COLUMNS, COLUMN, ROW, EDGE = 4, 2.4, 2.1, 0.3
"""The drawing's columns, and inches: between them, between rows, and around."""

SIDE, SMALL, CAPTION = 1.35, 0.75, 0.52
"""Inches of the widest block and of what the widest skip carries (coarser ones are smaller), and
of the words below a block."""

LEGEND = """Each picture shows the three strongest
components of a block's channels as colours.
Solid: the way down and up again.
Dashed: what the skip connections bring across."""


class Pen(NamedTuple):
    """What is drawn on, and in which colors."""

    axes: Any
    colors: Colors


class Block(NamedTuple):
    """One block: its name, what it made, and where its middle stands, in inches from top left."""

    name: str
    maps: Tensor
    x: float
    y: float
    width: float
    height: float


def draw(features: Features, theme: str = "light") -> Image:
    """Draw a UNet with what each block made in it: shapes, feature maps and skip connections."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    path, colors = _path(features), THEMES[theme]
    rows = max(block.y for block in path) + ROW / 2 + EDGE
    figure = Figure(figsize=(COLUMNS * COLUMN + EDGE, rows), dpi=DPI, facecolor=colors.ground)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, COLUMNS * COLUMN + EDGE), ylim=(rows, 0))
    axes.axis("off")
    pen = Pen(axes, colors)
    for before, after in pairwise(path):
        _arrow(pen, before, after)
    for block in path:
        _block(pen, block)
    _skips(pen, features, path)
    axes.text(EDGE, rows - EDGE, LEGEND, color=colors.dim, size=11, va="bottom", linespacing=1.5)
    axes.set(xlim=(0, COLUMNS * COLUMN + EDGE), ylim=(rows, 0), aspect="auto")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = torch.from_numpy(np.asarray(canvas.buffer_rgba(), np.float32))
    return Image(pixels[None, ..., :3].div(255).contiguous())


def _path(features: Features) -> list[Block]:
    """Return the blocks in the order in which a latent goes through them."""
    levels = features.levels
    down = [name for name in levels if name.startswith("down ")]
    up = [name for name in levels if name.startswith("up ")]
    places = {"in": (0.0, 0)} | {name: (1.0, row) for row, name in enumerate(down)}
    places["middle"] = (2.0, len(down))
    places |= {name: (3.0, len(up) - 1 - turn) for turn, name in enumerate(up)}
    widest = max(levels[name].shape[3] for name in places)
    return [_placed(name, levels[name], *place, widest) for name, place in places.items()]


def _placed(name: str, maps: Tensor, column: float, row: int, widest: int) -> Block:
    width = SIDE * (maps.shape[3] / widest) ** 0.5
    height = width * maps.shape[2] / maps.shape[3]
    return Block(name, maps, EDGE + COLUMN * (column + 0.5), ROW * (row + 0.5), width, height)


def _block(pen: Pen, block: Block) -> None:
    axes, colors = pen
    _picture(axes, block.maps, block.x, block.y, (block.width, block.height), colors.ink)
    bottom = block.y + block.height / 2
    channels, height, width = block.maps.shape[1:]
    axes.text(block.x, bottom + 0.08, block.name, color=colors.ink, size=12, ha="center", va="top")
    size = f"{channels} x {height} x {width}"
    axes.text(block.x, bottom + 0.32, size, color=colors.dim, size=11, ha="center", va="top")


def _picture(
    axes: Any, maps: Tensor, x: float, y: float, size: tuple[float, float], edge: str
) -> None:
    """Draw feature maps about a place, in a frame."""
    left, right = x - size[0] / 2, x + size[0] / 2
    top, bottom = y - size[1] / 2, y + size[1] / 2
    extent = (left, right, bottom, top)
    axes.imshow(components(maps[:1])[0].numpy(), extent=extent, interpolation="nearest", zorder=3)
    around = [left, right, right, left, left], [top, top, bottom, bottom, top]
    axes.plot(*around, color=edge, linewidth=0.8, zorder=4)


def _arrow(pen: Pen, before: Block, after: Block) -> None:
    """Draw the way from a block to the next: across, or down and up past the captions."""
    if abs(before.x - after.x) < COLUMN / 2:
        down = 1 if after.y > before.y else -1
        start = (
            before.x,
            before.y + (before.height / 2 + CAPTION if down > 0 else -before.height / 2),
        )
        end = (after.x, after.y + (-after.height / 2 if down > 0 else after.height / 2 + CAPTION))
    else:
        start = (before.x + before.width / 2, before.y)
        end = (after.x - after.width / 2, after.y)
    style = {
        "arrowstyle": "-|>",
        "color": pen.colors.flow,
        "linewidth": 1.6,
        "shrinkA": 3,
        "shrinkB": 3,
    }
    pen.axes.annotate("", end, start, arrowprops=style, zorder=2)


def _ends(block: Block) -> tuple[float, float]:
    """Return the top of a block and the bottom of its caption."""
    return block.y - block.height / 2, block.y + block.height / 2 + CAPTION


def _skips(pen: Pen, features: Features, path: list[Block]) -> None:
    """Draw what crosses over: from each level of the encoder to that of the decoder."""
    encoder = {round(block.y, 3): block for block in path if block.name.startswith("down")}
    carried = {name: maps for name, maps in features.levels.items() if name.startswith("skip ")}
    decoder = [block for block in path if block.name.startswith("up")]
    each = len(carried) // max(len(decoder), 1)
    widest = max((maps.shape[3] for maps in carried.values()), default=1)
    for turn, block in enumerate(reversed(decoder)):
        source = encoder.get(round(block.y, 3))
        if source is None:
            continue
        start, end = source.x + source.width / 2, block.x - block.width / 2
        style = {
            "arrowstyle": "-|>",
            "color": pen.colors.skip,
            "linewidth": 1.4,
            "linestyle": (0, (5, 3)),
        }
        style |= {"shrinkA": 3, "shrinkB": 3}
        pen.axes.annotate("", (end, block.y), (start, block.y), arrowprops=style, zorder=1)
        for place in range(each):
            name = f"skip {turn * each + place}"
            x = start + (end - start) * (place + 1) / (each + 1)
            _carry(pen, name, carried[name], x, block.y, widest)


def _carry(pen: Pen, name: str, maps: Tensor, x: float, y: float, widest: int) -> None:
    """Draw what one skip connection brings."""
    width = SMALL * (maps.shape[3] / widest) ** 0.5
    height = width * maps.shape[2] / maps.shape[3]
    _picture(pen.axes, maps, x, y, (width, height), pen.colors.skip)
    pen.axes.text(
        x, y + height / 2 + 0.06, name, color=pen.colors.skip, size=11, ha="center", va="top"
    )
