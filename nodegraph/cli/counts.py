"""How many of each thing there are, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.graph import Graph


def count(graph: Graph) -> str:
    """Say what is in a graph: ``13 nodes, 18 links, 1 zone``."""
    zones = {node.zone for node in graph if node.zone}
    parts = [several(len(graph), "node"), several(len(list(graph.links())), "link")]
    if zones:
        parts.append(several(len(zones), "zone"))
    return ", ".join(parts)


def several(number: int, noun: str) -> str:
    """Return ``1 node`` or ``2 nodes``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"
