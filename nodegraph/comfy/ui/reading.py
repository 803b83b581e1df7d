"""Reading the editor's format, 0.4 and 1: bounded, lenient in what does not matter, all data."""

from __future__ import annotations

from typing import Any, NoReturn

from nodegraph.comfy.ui.groupnodes import definitions_of
from nodegraph.comfy.ui.model import Group, Mode, Point, Slot, UiGraph, UiLink, UiNode, UiWorkflow
from nodegraph.comfy.ui.values import array, color, finite, index, name_of, obj, pair, text
from nodegraph.errors import Problem, WorkflowError

MAX_NODES = 10_000
MAX_LINKS = 100_000
MAX_DEPTH = 32
"""Definitions inside definitions that are read."""

RENAMED = {
    "T2IAdapterLoader": "ControlNetLoader",
    "ConditioningAverage ": "ConditioningAverage",
    "SDV_img2vid_Conditioning": "SVD_img2vid_Conditioning",
}
"""Classes that have another name by now."""
MODES: dict[int, Mode] = {2: "mute", 4: "bypass"}


def read(data: Any) -> UiWorkflow:
    """Read a workflow from JSON data.

    Raises:
        WorkflowError: It is none, or a node has no class.
    """
    return _Reader().read(finite(obj(data)))


class _Reader:
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.models: dict[str, dict[str, str]] = {}
        self.definitions: dict[str, UiGraph] = {}
        self.count = 0

    def read(self, data: dict[str, Any]) -> UiWorkflow:
        self._models(data)
        self._definitions(data, 0)
        legacy = obj(obj(data.get("extra")).get("groupNodes"))
        for name, body in legacy.items():
            for kind in (f"workflow/{name}", f"workflow>{name}"):
                self.definitions[kind] = self.graph(definitions_of(name, obj(body)))
        graph = self.graph(data)
        return UiWorkflow(graph, self.definitions, list(self.models.values()), self.notes)

    def _definitions(self, data: dict[str, Any], depth: int) -> None:
        bodies = array(obj(data.get("definitions")).get("subgraphs"))
        if bodies and depth >= MAX_DEPTH:
            refuse(f"its subgraphs are nested more than {MAX_DEPTH} deep; flatten some of them")
        for body in map(obj, bodies):
            name = name_of(body.get("id"))
            if name and name not in self.definitions:
                self._definitions(body, depth + 1)
                self.definitions[name] = self.graph(body)

    def _models(self, data: dict[str, Any]) -> None:
        for one in map(obj, array(data.get("models"))[:1000]):
            name = text(one.get("name"))
            if name:
                kept = ("name", "url", "directory", "hash", "hash_type")
                self.models[name] = {key: text(one.get(key), 2000) for key in kept if one.get(key)}

    def graph(self, data: dict[str, Any]) -> UiGraph:
        made = UiGraph(text(data.get("name")))
        points = _reroutes(data)
        for one in array(data.get("links"))[:MAX_LINKS]:
            link = _link(one, points)
            if link is not None:
                made.links[link.id] = link
        for one in array(data.get("nodes")):
            self._put(made, one)
        made.groups = [found for one in array(data.get("groups")) if (found := _group(one))]
        self._boundary(made, data)
        self._mend(made)
        return made

    def _put(self, graph: UiGraph, data: Any) -> None:
        body = obj(data)
        self.count += 1
        if self.count > MAX_NODES:
            refuse(f"it has more than {MAX_NODES:,} nodes; open a smaller part of it")
        node = _node(body)
        self._models(node.properties)
        if node.id in graph.nodes:
            fresh = next(f"{node.id}b{n}" for n in range(1, MAX_NODES) if _free(graph, node.id, n))
            self.notes.append(f"two nodes have the id {node.id}; the second is called {fresh} here")
            node.id = fresh
        graph.nodes[node.id] = node

    def _boundary(self, graph: UiGraph, data: dict[str, Any]) -> None:
        """Read what a definition takes and gives; links to ``-20`` say where that comes from."""
        given = {link.target_slot: link.id for link in graph.links.values() if link.target == "-20"}
        graph.inputs = [_slot(one) for one in array(data.get("inputs"))]
        graph.outputs = [
            Slot(slot.name, slot.type, given.get(number, ""))
            for number, slot in enumerate(map(_slot, array(data.get("outputs"))))
        ]
        graph.ends = (_corner(data.get("inputNode")), _corner(data.get("outputNode")))

    def _mend(self, graph: UiGraph) -> None:
        """Let go of links that lead nowhere, and say so."""
        for node in graph.nodes.values():
            for number, slot in enumerate(node.inputs):
                link = graph.source(slot)
                if slot.link and (link is None or not _starts(graph, link)):
                    self.notes.append(
                        f"the link {slot.link} to {slot.name} of {node.type} ({node.id}) comes "
                        "from nowhere; it is left out"
                    )
                    node.inputs[number] = Slot(slot.name, slot.type, "", slot.widget)


def _starts(graph: UiGraph, link: UiLink) -> bool:
    if link.source == "-10":
        return link.slot < len(graph.inputs)
    return link.source in graph.nodes and link.slot >= 0


def _free(graph: UiGraph, stem: str, number: int) -> bool:
    return f"{stem}b{number}" not in graph.nodes


def _node(body: dict[str, Any]) -> UiNode:
    node_id, kind = name_of(body.get("id")), text(body.get("type"), 180)
    if not kind:
        refuse(f"the node {node_id or '?'} has no class, so nobody knows what it is; name its type")
    if not node_id:
        refuse(f"a node of the class {kind} has no id; give it a number")
    mode = body.get("mode")
    return UiNode(
        node_id,
        RENAMED.get(kind, kind),
        text(body.get("title")),
        MODES.get(mode, "run") if type(mode) is int else "run",
        pair(body.get("pos")),
        pair(body.get("size")),
        obj(body.get("flags")).get("collapsed") is True,
        color(body.get("color")),
        [_slot(one) for one in array(body.get("inputs"))[:1000]],
        [_slot(one) for one in array(body.get("outputs"))[:1000]],
        body.get("widgets_values"),
        obj(body.get("widgets_values_named")),
        obj(body.get("properties")),
    )


def _slot(data: Any) -> Slot:
    body = obj(data)
    widget = text(obj(body.get("widget")).get("name"))
    kind = body.get("type")
    return Slot(
        text(body.get("name")),
        kind[:80] if isinstance(kind, str) else "*",
        name_of(body.get("link")),
        widget,
    )


def _link(data: Any, points: dict[str, tuple[Point, ...]]) -> UiLink | None:
    """Return a link of either version: a list of six, or an object."""
    if isinstance(data, dict):
        body = obj(data)
        keys = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type", "parentId")
        found: list[Any] = [body.get(key) for key in keys]
    else:
        found = [*array(data)[:6], None]
    if len(found) < 6:
        return None
    link_id = name_of(found[0])
    return UiLink(
        link_id,
        name_of(found[1]),
        index(found[2]),
        name_of(found[3]),
        index(found[4]),
        text(found[5], 80) or "*",
        points.get(f"link {link_id}") or points.get(name_of(found[-1]), ()),
    )


def _reroutes(data: dict[str, Any]) -> dict[str, tuple[Point, ...]]:
    """Return the points up to each reroute, and for links that name one (0.4) up to theirs."""
    extra = obj(data.get("extra"))
    entries = {name_of(one.get("id")): one for one in map(obj, _both(data, extra, "reroutes"))}
    ways: dict[str, tuple[Point, ...]] = {}
    for name in entries:
        way: list[Point] = []
        seen, at = set[str](), name
        while at in entries and at not in seen and len(way) < 100:
            seen.add(at)
            point = pair(entries[at].get("pos"))
            way += [] if point is None else [point]
            at = name_of(entries[at].get("parentId"))
        ways[name] = tuple(reversed(way))
    for one in map(obj, array(extra.get("linkExtensions"))):
        ways[f"link {name_of(one.get('id'))}"] = ways.get(name_of(one.get("parentId")), ())
    return ways


def _both(data: dict[str, Any], extra: dict[str, Any], key: str) -> list[Any]:
    return [*array(data.get(key)), *array(extra.get(key))][:MAX_LINKS]


def _group(data: Any) -> Group | None:
    body = obj(data)
    bounding = array(body.get("bounding"))
    pos, size = pair(bounding[:2]), pair(bounding[2:])
    if pos is None or size is None:
        return None
    return Group(text(body.get("title")), pos, size, color(body.get("color")))


def _corner(data: Any) -> Point | None:
    return pair(array(obj(data).get("bounding"))[:2])


def refuse(message: str) -> NoReturn:
    """Refuse a file.

    Raises:
        WorkflowError: Always.
    """
    raise WorkflowError([Problem("$", message)])
