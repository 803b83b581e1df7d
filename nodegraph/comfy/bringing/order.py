"""An order in which each node stands after those that feed it; what closes a loop is let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodegraph.comfy.ui.model import Slot, UiGraph, UiNode


def ordered(graph: UiGraph) -> tuple[list[UiNode], list[str]]:
    """Return the nodes in order, and a sentence for each link that closed a loop and is gone."""
    notes: list[str] = []
    order: list[UiNode] = []
    state: dict[str, int] = {}
    for start in graph.nodes.values():
        stack = [(start, 0)] if start.id not in state else []
        while stack:
            node, at = stack.pop()
            state[node.id] = 1
            if at == len(node.inputs):
                state[node.id] = 2
                order.append(node)
                continue
            stack.append((node, at + 1))
            slot = node.inputs[at]
            link = graph.source(slot)
            source = None if link is None else graph.nodes.get(link.source)
            if source is None or state.get(source.id) == 2:
                continue
            if state.get(source.id) == 1:
                notes.append(_cut(node, at, slot, source))
            else:
                stack.append((source, 0))
    return order, notes


def _cut(node: UiNode, at: int, slot: Slot, source: UiNode) -> str:
    node.inputs[at] = type(slot)(slot.name, slot.type, "", slot.widget)
    return (
        f"the link from {source.type} ({source.id}) to {slot.name} of {node.type} ({node.id}) "
        "closes a loop; it is left out"
    )
