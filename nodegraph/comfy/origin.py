"""The way back: which of ComfyUI's nodes a node of ours comes from, kept in the workflow itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.graph import Graph

ORIGIN = "comfyui"
"""Under this a node's ``extra`` has the id and the class."""


def origins(graph: Graph) -> dict[str, tuple[str, str]]:
    """Return for each node of ours the id and the class of ComfyUI's node it comes from."""
    return {
        node.id: (origin["id"], origin["class"])
        for node in graph
        if isinstance(origin := node.extra.get(ORIGIN), dict)
    }
