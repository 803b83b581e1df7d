"""Nodes that no editor has put anywhere get places before anyone sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.canvas.cards import card_of
from gui.document.arrange import arrange
from gui.document.layers import DOWN
from gui.document.placing import move, place, unplaced

if TYPE_CHECKING:
    from nodegraph.graph import Graph


def settle(graph: Graph) -> None:
    """Lay out what has no place, in the graph and its definitions; what has one stays.

    It is no step of a document: a file that is only looked at has not changed.
    """
    for one in (graph, *graph.subgraphs.values()):
        loose = unplaced(one)
        if loose:
            sizes = {node_id: _size(one, node_id) for node_id in loose}
            one.apply(move(one, arrange(one, sizes, loose, _free(one))))


def _size(graph: Graph, node_id: str) -> tuple[float, float]:
    layout = card_of(graph, node_id, 0.0).layout
    return layout.width, layout.height


def _free(graph: Graph) -> tuple[float, float]:
    """Return the corner below everything that stands somewhere."""
    found = [(place(graph, node.id).pos, node.id) for node in graph]
    placed = [(pos, _size(graph, name)) for pos, name in found if pos is not None]
    left = min((pos[0] for pos, _ in placed), default=0.0)
    bottom = max((pos[1] + size[1] + 2 * DOWN for pos, size in placed), default=0.0)
    return left, bottom
