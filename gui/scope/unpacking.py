"""Unpacking a use: its nodes take its place, linked to what it was linked to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gui.canvas.measure import WIDTH
from gui.document.pasting import fresh_names
from gui.document.placing import bends, entry, link_key, place
from gui.scope.region import corner
from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.edits import AddNode, Batch, Connect, RemoveNode, SetParam, SetView
from nodegraph.errors import GraphError
from nodegraph.form import followed
from nodegraph.graph import SUBGRAPH, Graph, Link, Node
from nodegraph.subgraphs import boundary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit
    from nodegraph.form import Place
    from nodegraph.graph import Source


def unpacked(graph: Graph, node_id: str) -> tuple[Batch, list[str]]:
    """Return the edit that puts a use's nodes in its place, and their ids.

    The definition and its other uses stay as they are. What the form shows of the use it shows of
    the nodes from then on.

    Raises:
        GraphError: It is no use of a subgraph, or nobody knows the definition.
    """
    node = graph[node_id]
    definition = graph.subgraphs.get(node.type.removeprefix(SUBGRAPH))
    if not node.type.startswith(SUBGRAPH) or definition is None:
        raise GraphError(f"{node_id} is no subgraph that could be unpacked; select one")
    opener = _Opener(graph, node, definition)
    edits = (RemoveNode(node_id), *opener.nodes(), *opener.links(), *opener.places())
    form = followed(graph, opener.shown())
    edits = edits if form is None else (*edits, form)
    return Batch(edits, f"Unpack {node.title or graph.spec_of(node).title}"), [*opener.ids.values()]


class _Opener:
    def __init__(self, graph: Graph, use: Node, definition: Graph) -> None:
        self.graph, self.use, self.definition = graph, use, definition
        self.names = {one.id: one.params["name"] for one in boundary(definition, INPUT)}
        self.given = graph.inputs(use.id)
        self.inner = [node for node in definition if not self._left_out(node)]
        taken = {one.id for one in graph if one.id != use.id}
        self.ids = fresh_names((node.id for node in self.inner), taken)
        zones = sorted({node.zone for node in self.inner if node.zone})
        self.zones = fresh_names(zones, {one.zone for one in graph})

    def nodes(self) -> Iterator[Edit]:
        for node in self.inner:
            zone = self.zones.get(node.zone, "")
            mode = "mute" if self.use.mode == "mute" else node.mode
            yield AddNode(replace(self._set(node), id=self.ids[node.id], zone=zone, mode=mode))

    def links(self) -> Iterator[Edit]:
        """Yield the links between the nodes, and those to what the use was linked to."""
        for node in self.inner:
            for link in sorted(self._into(node.id), key=lambda one: (one.input, one.index)):
                source = self._origin((link.source, link.output))
                if source is not None:
                    target = self.ids[node.id]
                    yield Connect(Link(*source, target, link.input, link.index))
                elif link.input in self.definition.spec(node.id).params:
                    name = self.names[link.source]
                    value = self.use.params.get(name)
                    if value is not None:
                        yield SetParam(self.ids[node.id], link.input, value)
        outputs = {one.params["name"]: one.id for one in boundary(self.definition, OUTPUT)}
        for link in self.graph.links_of(self.use.id):
            if link.source == self.use.id and link.output in outputs:
                feeding = self.definition.inputs(outputs[link.output]).get("value", [])
                source = self._origin(feeding[0]) if feeding else None
                if source is not None:
                    yield Connect(Link(*source, link.target, link.input, link.index))

    def places(self) -> Iterator[SetView]:
        inside = [node.id for node in self.inner]
        if not inside:
            return
        x, y = place(self.graph, self.use.id).pos or (0.0, 0.0)
        left, top = corner(self.definition, inside, WIDTH)
        dx, dy = round(x) - left, round(y) - top
        for node in self.inner:
            pos = place(self.definition, node.id).pos or (0.0, 0.0)
            found: dict[str, Any] = dict(entry(self.definition, "nodes", node.id))
            found["pos"] = [round(pos[0]) + dx, round(pos[1]) + dy]
            yield SetView("nodes", self.ids[node.id], found)
        for link in self.definition.links():
            points = bends(self.definition, link)
            if points and link.source in self.ids and link.target in self.ids:
                key = link_key(replace(link, target=self.ids[link.target]))
                moved = [[round(px) + dx, round(py) + dy] for px, py in points]
                yield SetView("links", key, {"points": moved})

    def shown(self) -> dict[Place, Place]:
        """Return which parameter each of the use's becomes: the first that it sets."""
        ways: dict[Place, Place] = {}
        for one in boundary(self.definition, INPUT):
            inside = sorted(
                (self.ids[link.target], link.input)
                for link in self.definition.links_of(one.id)
                if link.source == one.id
                and link.target in self.ids
                and link.input in self.definition.spec(link.target).params
            )
            kept = [(self.ids[one.id], "default")] if one.id in self.ids else []
            if kept or inside:
                ways[self.use.id, self.names[one.id]] = (kept or inside)[0]
        return ways

    def _into(self, node_id: str) -> list[Link]:
        return [link for link in self.definition.links_of(node_id) if link.target == node_id]

    def _origin(self, source: Source) -> Source | None:
        """Return what makes a value outside, or ``None`` where nothing is linked."""
        node_id, output = source
        if node_id in self.ids:
            return self.ids[node_id], output
        return self.given.get(self.names[node_id], [None])[0]

    def _left_out(self, node: Node) -> bool:
        """Tell whether a node is of the boundary; an input whose value sockets need stays."""
        if node.type != INPUT:
            return node.type == OUTPUT
        name = self.names[node.id]
        if name in self.given or node.params["default"] is None:
            return True
        targets = [x for x in self.definition.links_of(node.id) if x.source == node.id]
        return all(x.input in self.definition.spec(x.target).params for x in targets)

    def _set(self, node: Node) -> Node:
        if node.type != INPUT:
            return node
        value = self.use.params.get(self.names[node.id], node.params["default"])
        return node.with_param("default", value)
