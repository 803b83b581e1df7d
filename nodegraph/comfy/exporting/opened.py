"""A graph whose subgraphs are opened, for classes of ComfyUI's know none of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.ui.values import obj
from nodegraph.execution.flatten import flatten
from nodegraph.graph import SUBGRAPH, Graph

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodegraph.graph import Mode, Node


@dataclass
class Opened:
    """A flat graph; its nodes are named by their paths, ``use/node``.

    Attributes:
        whole: What it was made of.
    """

    graph: Graph
    whole: Graph

    def mode(self, path: str) -> Mode:
        """Return how a node is to run: as it says, or as what is around it does."""
        modes = [node.mode for node, _ in self.way(path)]
        return "mute" if "mute" in modes else "bypass" if "bypass" in modes else "run"

    def name(self, path: str) -> str:
        """Return a node's id in ComfyUI, with those of the subgraphs around it; else nothing."""
        ids = [origin(node).get("id") for node, _ in self.way(path)]
        return ":".join(map(str, ids)) if all(isinstance(one, str) and one for one in ids) else ""

    def scope(self, path: str) -> Graph:
        """Return the graph that a node stands in."""
        return [scope for _, scope in self.way(path)][-1]

    def place(self, path: str) -> Mapping[str, Any]:
        """Return where a node stands; inside a subgraph, beside where that does."""
        x = y = 0.0
        entry: Mapping[str, Any] = {}
        for node, scope in self.way(path):
            nodes: Any = scope.view.get("nodes", {})
            entry = nodes.get(node.id) or {}
            left, top = entry.get("pos") or (0, 0)
            x, y = x + left, y + top
        return {**entry, "pos": [round(x), round(y)]}

    def way(self, path: str) -> Iterator[tuple[Node, Graph]]:
        """Yield the node at a path after the uses around it, each with the graph it is in."""
        scope = self.whole
        for name in path.split("/"):
            node = scope[name]
            yield node, scope
            scope = self.whole.subgraphs.get(node.type.removeprefix(SUBGRAPH), scope)


def opened(graph: Graph, *, modes: bool) -> Opened:
    """Return a graph with its subgraphs opened.

    Args:
        modes: Whether muting and bypassing are carried out, or only kept in mind.

    Raises:
        PlanError: They open into too many nodes.
    """
    taken = graph if modes else _awake(graph)
    made = Graph(graph.catalogue)
    steps = flatten(taken).nodes
    for path, step in steps.items():
        made.keep(replace(step.node, id=path))
    for path, step in steps.items():
        for name, sources in step.inputs.items():
            for index, (source, output) in enumerate(sources):
                made.dag.add_edge(source, path, (output, name, index))
    return Opened(made, graph)


def _awake(graph: Graph) -> Graph:
    copy = graph.copy()
    for one in (copy, *copy.subgraphs.values()):
        for node in list(one):
            one.keep(replace(node, mode="run"))
    return copy


def origin(node: Node) -> dict[str, Any]:
    """Return what a node knows of the one of ComfyUI's it comes from."""
    return obj(node.extra.get(ORIGIN))
