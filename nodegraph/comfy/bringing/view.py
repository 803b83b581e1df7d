"""Where things stand: as they stood there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph.comfy.ui.values import array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.comfy.ui.model import Group, Point, UiNode
    from nodegraph.graph import Graph

STEP = 40
"""Pixels between the headers of nodes that stand at the place of one."""
APART = 190
"""Pixels between the nodes at the boundary of a subgraph."""
HEADER = 30
"""Pixels of a node's title, which stands above its position there and inside ours."""


def put_node(graph: Graph, node: UiNode, made: Sequence[str]) -> None:
    """Place the nodes that one of theirs became: the last at its place, the others folded above.

    Its size is kept where one node stands for it.
    """
    if node.pos is None:
        return
    x, y = node.pos[0], node.pos[1] - HEADER
    for number, node_id in enumerate(made):
        last = number == len(made) - 1
        entry: dict[str, Any] = {"pos": _whole((x, y + STEP * number))}
        if node.color:
            entry["color"] = node.color
        if not last or node.collapsed:
            entry["collapsed"] = True
        if len(made) == 1 and node.size and not node.collapsed:
            entry["size"] = _whole((node.size[0], node.size[1] + HEADER))
        _section(graph, "nodes")[node_id] = entry


def vanished(node: UiNode, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a node that became part of others: its values, and where it stood."""
    made: dict[str, Any] = {"id": name, "class": node.type, "inputs": dict(given)}
    if node.pos is not None:
        made["pos"] = _whole((node.pos[0], node.pos[1] - HEADER))
    if node.size is not None:
        made["size"] = _whole((node.size[0], node.size[1] + HEADER))
    optional = {"title": node.title, "color": node.color}
    return made | {key: value for key, value in optional.items() if value}


def put_note(graph: Graph, node: UiNode, number: int) -> None:
    """Place a note."""
    given: Any = node.widgets
    text = array(given)[0] if array(given) else ""
    entry: dict[str, Any] = {"text": text if isinstance(text, str) else ""}
    x, y = node.pos or (0.0, 0.0)
    entry["pos"] = _whole((x, y - HEADER))
    width, height = node.size or (240.0, 120.0)
    entry["size"] = _whole((width, height + HEADER))
    if node.title and node.title != node.type:
        entry["text"] = f"# {node.title}\n\n{entry['text']}"
    if node.color:
        entry["color"] = node.color
    _section(graph, "notes")[f"note_{number + 1}"] = entry


def put_groups(graph: Graph, groups: Sequence[Group]) -> None:
    """Place groups as frames."""
    for number, group in enumerate(groups):
        entry: dict[str, Any] = {"pos": _whole(group.pos), "size": _whole(group.size)}
        if group.title:
            entry["title"] = group.title
        if group.color:
            entry["color"] = group.color
        _section(graph, "frames")[f"frame_{number + 1}"] = entry


def put_bends(graph: Graph, bends: Mapping[str, Sequence[Point]]) -> None:
    """Lead links through points."""
    for key, points in bends.items():
        _section(graph, "links")[key] = {"points": [_whole(one) for one in points]}


def put_point(graph: Graph, node_id: str, point: Point | None, number: int) -> None:
    """Place one of the nodes at a definition's boundary."""
    x, y = point or (0.0, 0.0)
    _section(graph, "nodes")[node_id] = {"pos": _whole((x, y + APART * number))}


def _section(graph: Graph, name: str) -> dict[str, Any]:
    return graph.view.setdefault(name, {})


def _whole(pair: Point) -> list[int]:
    return [round(pair[0]), round(pair[1])]
