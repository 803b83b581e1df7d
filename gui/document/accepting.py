"""Nodes of another program's that are not the same here, and that a person takes as they are:
their marks are shown no more. The view keeps it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.document.placing import change, counted, entry
from nodegraph.edits import Batch
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodegraph.graph import Graph

ACCEPTED = "accepted"
"""In a node's entry of the view."""


def accepted(graph: Graph, names: Sequence[str]) -> Batch:
    """Return the edit that takes nodes as they are."""
    edits = tuple(change(graph, "nodes", name, **{ACCEPTED: True}) for name in names)
    return Batch(edits, f"Accept {counted(len(edits), 'node')}")


def is_accepted(root: Graph, path: str) -> bool:
    """Tell whether somebody has taken a node as it is, by its path from the whole."""
    *uses, name = path.split("/")
    graph = root
    for use in uses:
        graph = root.subgraphs[graph[use].type.removeprefix(SUBGRAPH)]
    return entry(graph, "nodes", name).get(ACCEPTED) is True
