"""Nodes that nobody here can run: kept with all they had, to be written back as they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.origin import ORIGIN
from nodegraph.edits import AddNode, Connect
from nodegraph.errors import NodegraphError
from nodegraph.graph import Link, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.here import Ids
    from nodegraph.comfy.ui.model import Point, Slot, UiNode
    from nodegraph.comfy.wire import Wire
    from nodegraph.graph import Graph

PREFIX = "comfyui."
"""What the types of such nodes begin with; their class follows."""


def add_placeholder(
    graph: Graph,
    ids: Ids,
    node: UiNode,
    given: Mapping[str, Any],
    wires: Mapping[str, Wire],
    ways: Mapping[str, list[Point]],
) -> tuple[str, list[str], dict[str, list[Point]]]:
    """Add a node of a type that nobody here knows.

    Returns:
        Its id, the names of its outputs, and its links' points.
    """
    node_id = ids.give(f"n_{_stem(node.type, 24)}_{_stem(node.id, 24)}".replace("__", "_"))
    outputs = _outputs(node)
    origin: dict[str, Any] = {
        "id": node.id,
        "class": node.type,
        "outputs": [[name, slot.type] for name, slot in zip(outputs, node.outputs, strict=False)],
        "inputs": [_told(slot) for slot in node.inputs],
        "widgets": node.widgets,
        "properties": node.properties,
    }
    linked = {name for name, wire in wires.items() if wire.source is not None}
    params = {name: value for name, value in given.items() if name not in linked}
    graph.apply(
        AddNode(Node(node_id, PREFIX + node.type, 1, params, node.title, extra={ORIGIN: origin}))
    )
    bends: dict[str, list[Point]] = {}
    for name, wire in wires.items():
        if wire.source is not None and _linked(graph, Link(*wire.source, node_id, name)):
            bends[f"{node_id}.{name}.0"] = ways.get(name, [])
    return node_id, outputs, {key: points for key, points in bends.items() if points}


def _linked(graph: Graph, link: Link) -> bool:
    try:
        graph.apply(Connect(link))
    except NodegraphError:
        return False
    return True


def _outputs(node: UiNode) -> list[str]:
    """Return a name of its own for each output."""
    names: list[str] = []
    for number, slot in enumerate(node.outputs):
        name = slot.name or f"output {number + 1}"
        names.append(f"{name} {number + 1}" if name in names else name)
    return names


def _told(slot: Slot) -> dict[str, Any]:
    return {"name": slot.name, "type": slot.type} | ({"widget": slot.widget} if slot.widget else {})


def _stem(text: str, most: int) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", text)[:most].strip("_").lower()
