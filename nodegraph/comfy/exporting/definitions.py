"""Subgraphs of ours as definitions in the format of ComfyUI's editor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from nodegraph.comfy.exporting.api import Writer, Written
from nodegraph.comfy.exporting.crossing import entering, leaving, use_of, used
from nodegraph.comfy.exporting.opened import Opened, origin
from nodegraph.comfy.exporting.ui import Drawer
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.ui.flatten import quoted
from nodegraph.comfy.ui.model import INPUTS, OUTPUTS
from nodegraph.comfy.ui.values import listing, obj
from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.graph import SUBGRAPH
from nodegraph.subgraphs import boundary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.graph import Graph, Node

KINDS = {"int": "INT", "float": "FLOAT", "str": "STRING", "bool": "BOOLEAN"}
"""Types of values that a use may set."""
END = [120, 60]
"""Sides of a boundary's node."""


Slots = list[dict[str, Any]]


class Definitions:
    """Draws a graph and, once each, the definitions that it uses, however deep."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.prefixes: dict[str, str] = {}
        self._walk(graph, "")
        given = [self._came(name) for name in self.prefixes]
        self.ids = {
            name: came if came and given.count(came) == 1 else str(uuid5(NAMESPACE_URL, name))
            for name, came in zip(self.prefixes, given, strict=True)
        }
        self.given: dict[str, tuple[Slots, Slots]] = {}

    def draw(self) -> dict[str, Any]:
        """Return the workflow.

        Raises:
            ExportError: Nodes have no counterpart.
        """
        bodies = [self._body(name) for name in reversed(self.prefixes)]
        whole = _Scope(Opened(self.graph, self.graph), all=self, prefix="").draw()
        return {**whole, "definitions": {"subgraphs": bodies[::-1]}}

    def _walk(self, graph: Graph, prefix: str) -> None:
        """Find each definition with the ids of the uses around its first one, users first."""
        for node in graph:
            name = node.type.removeprefix(SUBGRAPH)
            if node.type.startswith(SUBGRAPH) and name in self.graph.subgraphs:
                inside = f"{prefix}{origin(node).get('id', '')}:"
                first = self.prefixes.pop(name, inside)
                self.prefixes[name] = first
                self._walk(self.graph.subgraphs[name], inside)

    def _came(self, name: str) -> str:
        return str(obj(self.graph.subgraphs[name].extra.get(ORIGIN)).get("id", ""))

    def _body(self, name: str) -> dict[str, Any]:
        graph = self.graph.subgraphs[name]
        scope = _Scope(Opened(graph, graph), all=self, prefix=self.prefixes[name])
        drawn = scope.draw()
        reroutes = drawn["extra"].get("reroutes", [])
        self.given[self.ids[name]] = scope.entering, scope.leaving
        return {
            "id": self.ids[name],
            "version": 1,
            "state": {
                "lastNodeId": drawn["last_node_id"],
                "lastLinkId": drawn["last_link_id"],
                "lastGroupId": len(drawn["groups"]),
                "lastRerouteId": len(reroutes),
            },
            "revision": 0,
            "name": str(graph.extra.get("title") or name),
            "inputNode": {"id": int(INPUTS), "bounding": _corner(graph, INPUT)},
            "outputNode": {"id": int(OUTPUTS), "bounding": _corner(graph, OUTPUT)},
            "inputs": [_slot(name, one) for one in scope.entering],
            "outputs": [_slot(name, one) for one in scope.leaving],
            "widgets": [],
            "nodes": drawn["nodes"],
            "groups": drawn["groups"],
            "links": [_named(link) for link in drawn["links"]],
            "extra": drawn["extra"],
        }


@dataclass
class _Scope(Drawer):
    """Draws one of the graphs.

    Attributes:
        prefix: The ids of the uses around it, each with a colon behind.
        entering: What the definition takes, in order.
        leaving: What it gives.
    """

    all: Definitions = field(kw_only=True)
    prefix: str = field(kw_only=True)
    entering: Slots = field(default_factory=list["dict[str, Any]"])
    leaving: Slots = field(default_factory=list["dict[str, Any]"])

    def __post_init__(self) -> None:
        self.writer = _ScopeWriter(self.flat, self.all, self.prefix)

    def written(self) -> list[Written]:
        """Return what there is to draw."""
        self.entering = [_taken(node) for node in boundary(self.flat.graph, INPUT)]
        self.entering += [_open(name) for _, name in entering(self.flat.graph)]
        return self.writer.write()

    def draw(self) -> dict[str, Any]:
        """Return the graph as a workflow; links to the outputs are among its links."""
        drawn = super().draw()
        for number, (name, fed) in enumerate(self._left()):
            entry = _open(name)
            self.leaving.append(entry)
            if fed:
                entry["linkIds"].append(self.link(fed, int(OUTPUTS), number, "*"))
                entry["type"] = self.links[-1][5]
        return {**drawn, "last_link_id": len(self.links)}

    def _left(self) -> Iterator[tuple[str, list[Any]]]:
        """Yield the name of each output of the definition, and the link that feeds it."""
        for node in boundary(self.flat.graph, OUTPUT):
            sources = self.flat.graph.inputs(node.id).get("value", [])
            yield node.params["name"], listing(self.writer.feed(sources[0])) if sources else []
        for _, name, link in leaving(self.flat.graph):
            yield name, listing(self.writer.raw("", link))

    def gives(self, one: Written) -> list[dict[str, Any]]:
        """Return the outputs of a node, of a use those of its definition."""
        if one.class_type not in self.all.given:
            return super().gives(one)
        leaving = self.all.given[one.class_type][1]
        return [{"name": slot["name"], "type": slot["type"], "links": []} for slot in leaving]

    def known(self, one: Written) -> list[dict[str, Any]]:
        """Return the inputs of a node, of a use those of its definition."""
        if one.class_type not in self.all.given:
            return super().known(one)
        return [
            {"name": slot["name"], "type": slot["type"]}
            | ({"widget": slot["name"], "promoted": True} if "default" in slot else {})
            for slot in self.all.given[one.class_type][0]
        ]

    def values(self, one: Written) -> Any:
        """Return a node's values, of a use those that it sets inside."""
        if one.class_type not in self.all.given:
            return super().values(one)
        return [
            slot["default"] if listing(one.inputs.get(slot["name"])) else one.inputs[slot["name"]]
            for slot in self.all.given[one.class_type][0]
            if "default" in slot
        ]

    def link(self, fed: list[Any], target: int, slot: int, kind: str) -> int:
        """Add a link; from the boundary, too."""
        if fed[0] != INPUTS:
            return super().link(fed, target, slot, kind)
        entry: dict[str, Any] = self.entering[int(fed[1])]
        link_id = len(self.links) + 1
        entry["type"] = kind if entry["type"] == "*" else entry["type"]
        entry["linkIds"] = [*listing(entry["linkIds"]), link_id]
        self.links.append([link_id, int(INPUTS), fed[1], target, slot, entry["type"]])
        return link_id


class _ScopeWriter(Writer):
    """Writes the nodes of one graph; those that use a definition, too."""

    def __init__(self, flat: Opened, all: Definitions, prefix: str) -> None:
        super().__init__(flat)
        self.all, self.whole = all, not prefix
        said: list[dict[str, Any]] = listing(obj(all.graph.extra.get(ORIGIN)).get("vanished"))
        inside = {one["id"][len(prefix) :]: one for one in said if one["id"].startswith(prefix)}
        self.vanished = {
            name: {**one, "id": name} for name, one in inside.items() if ":" not in name
        }
        self.slots = {node.id: number for number, node in enumerate(boundary(self.graph, INPUT))}

    def write(self) -> list[Written]:
        """Return the nodes of theirs for all of ours, and empty latents that only lead out."""
        super().write()
        for _, _, link in leaving(self.graph):
            self.raw("", link)
        return [*self.made.values(), *self.nested.values()]

    def writes(self, node: Node) -> bool:
        """Tell whether a node of ours is one of theirs at all."""
        return node.type not in (INPUT, OUTPUT)

    def entering(self, node: Node) -> Any:
        """Return the link from the boundary."""
        return super().entering(node) if self.whole else [INPUTS, self.slots[node.id]]

    def node(self, path: str) -> Written | None:
        """Return what is written for one of our nodes, and write it if that is still to be done."""
        name = self.graph[path].type.removeprefix(SUBGRAPH) if path in self.graph else ""
        if path in self.made or name not in self.all.ids:
            return super().node(path)
        return self._use(path, name)

    def crossing(self, around: str, link: list[Any]) -> list[Any] | None:
        """Return a link from a boundary that nothing of ours goes over."""
        source, slot = link
        if source == INPUTS:
            numbers = [number for number, _ in entering(self.graph)]
            known = slot in numbers and not self.whole
            return [INPUTS, len(self.slots) + numbers.index(slot)] if known else None
        use = use_of(self.graph, source)
        if use is None:
            return None
        inner = used(self.graph, use)
        numbers = [number for number, *_ in leaving(inner)]
        made = self.node(use.id) if slot in numbers else None
        behind = len(boundary(inner, OUTPUT))
        return None if made is None else [made.id, behind + numbers.index(slot)]

    def _use(self, path: str, name: str) -> Written:
        node, definition = self.graph[path], self.all.graph.subgraphs[name]
        outputs = {
            one.params["name"]: number for number, one in enumerate(boundary(definition, OUTPUT))
        }
        made = self.begin(path, node, self.all.ids[name], outputs)
        linked = self.graph.inputs(path)
        for one in boundary(definition, INPUT):
            key, default = one.params["name"], one.params["default"]
            if key in linked:
                made.inputs[key] = self.feed(linked[key][0])
            elif default is not None:
                made.inputs[key] = quoted(node.params.get(key, default))
        for (_, key), link in zip(
            entering(definition), listing(origin(node).get("enters")), strict=False
        ):
            made.inputs[key] = self.raw("", link)
        made.inputs = {key: value for key, value in made.inputs.items() if value is not None}
        return made


def _taken(node: Node) -> dict[str, Any]:
    """Return an input of a definition; one with a default is a value that its uses set."""
    entry = _open(node.params["name"])
    if node.params["default"] is None:
        return entry
    return {**entry, "type": KINDS.get(node.params["type"], "*"), "default": node.params["default"]}


def _open(name: str) -> dict[str, Any]:
    """Return an input or output of a definition whose type its links tell."""
    return {"name": name, "type": "*", "linkIds": list[int]()}


def _slot(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    told = {key: value for key, value in entry.items() if key != "default"}
    return {"id": str(uuid5(NAMESPACE_URL, f"{name}/{entry['name']}")), **told}


def _named(link: list[Any]) -> dict[str, Any]:
    keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    return dict(zip(keys, link, strict=True))


def _corner(graph: Graph, type_id: str) -> list[float]:
    """Return where a boundary's node stands, and how large it is."""
    nodes = obj(graph.view.get("nodes"))
    ends = [obj(nodes.get(one.id)).get("pos") for one in boundary(graph, type_id)]
    return [*next((listing(pos) for pos in ends if pos), [0, 0]), *END]
