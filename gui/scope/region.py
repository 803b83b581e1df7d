"""Where the nodes of a selection stand, all of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.boxes import around
from gui.canvas.cards import card_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gui.canvas.boxes import Box
    from nodegraph.graph import Graph

BESIDE = 80
"""Between the nodes of a definition and those of its boundary, in scene pixels."""


def region(graph: Graph, node_ids: Iterable[str]) -> Box:
    """Return the rectangle around some nodes."""
    boxes = [card_of(graph, node_id, 0.0).box for node_id in node_ids]
    return around(boxes) or (0.0, 0.0, 0.0, 0.0)


def corner(graph: Graph, node_ids: Iterable[str], width: float) -> tuple[int, int]:
    """Return where a node of a width stands that takes the place of some nodes: amid them."""
    left, top, right, bottom = region(graph, node_ids)
    return int((left + right - width) // 2), int((top + bottom) // 2 - 60)
