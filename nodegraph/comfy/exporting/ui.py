"""A workflow of ours as ComfyUI's editor has it: version 0.4, with places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.bringing.came import CAME
from nodegraph.comfy.bringing.view import HEADER, STEP
from nodegraph.comfy.classes import table
from nodegraph.comfy.exporting.api import Written, write
from nodegraph.comfy.exporting.opened import opened
from nodegraph.comfy.ui.values import listing, obj
from nodegraph.comfy.ui.widgets import UNNAMED, assign, names, spread
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.exporting.opened import Opened
    from nodegraph.graph import Graph

MODES = {"run": 0, "mute": 2, "bypass": 4}
SIZE = [300, 160]
BESIDE = 320


def to_ui(graph: Graph) -> dict[str, Any]:
    """Return a workflow in the editor's format; subgraphs are definitions, muted nodes are there.

    Raises:
        ExportError: Nodes have no counterpart.
    """
    from nodegraph.comfy.exporting.definitions import Definitions

    if not any(node.type.startswith(SUBGRAPH) for node in graph):
        return Drawer(opened(graph, modes=False)).draw()
    return Definitions(graph).draw()


@dataclass
class Drawer:
    """Draws what is written of one graph."""

    flat: Opened
    nodes: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])
    links: list[list[Any]] = field(default_factory=list["list[Any]"])
    ids: dict[str, int] = field(default_factory=dict[str, int])
    bends: dict[str, Any] = field(default_factory=lambda: {"reroutes": [], "linkExtensions": []})
    outputs: dict[int, list[dict[str, Any]]] = field(
        default_factory=dict[int, "list[dict[str, Any]]"]
    )

    def written(self) -> list[Written]:
        """Return what there is to draw."""
        return write(self.flat)

    def draw(self) -> dict[str, Any]:
        """Return the graph as a workflow."""
        written = self.written()
        for one in written:
            if one.id.isdigit() and len(one.id) < 15:
                self.ids[one.id] = int(one.id)
        last = max(self.ids.values(), default=0)
        for one in written:
            if one.id not in self.ids:
                last += 1
                self.ids[one.id] = last
        for one in written:
            self.outputs[self.ids[one.id]] = self.gives(one)
        for order, one in enumerate(written):
            self.nodes.append(self._node(one, order))
        for node in self.nodes:
            node["outputs"] = self.outputs[node["id"]]
        last = self._notes(last)
        return {
            "last_node_id": last,
            "last_link_id": len(self.links),
            "nodes": self.nodes,
            "links": self.links,
            "groups": self._groups(),
            "config": {},
            "extra": self.bends if self.bends["reroutes"] else {},
            "version": 0.4,
        }

    def _node(self, one: Written, order: int) -> dict[str, Any]:
        place = self._place(one)
        x, y = place["pos"]
        size = place.get("size")
        made: dict[str, Any] = {
            "id": self.ids[one.id],
            "type": one.class_type,
            "pos": [x, y + HEADER],
            "size": SIZE if size is None else [size[0], max(0, size[1] - HEADER)],
            "flags": {"collapsed": True} if place.get("collapsed") else {},
            "order": order,
            "mode": MODES[self.flat.mode(one.path)] if one.path else 0,
            "inputs": self._inputs(one),
            "properties": one.extra.get("properties") or {"Node name for S&R": one.class_type},
        }
        values = self.values(one)
        if values is not None:
            made["widgets_values"] = values
        if one.title:
            made["title"] = one.title
        if place.get("color"):
            made["color"] = place["color"]
        return made

    def _params(self, one: Written) -> Mapping[str, Any]:
        return self.flat.graph[one.path].params if one.path in self.flat.graph else {}

    def _place(self, one: Written) -> Mapping[str, Any]:
        if one.path:
            place = self.flat.place(one.path)
            x, y = place["pos"]
            return {**place, "pos": [x, y - STEP * _beneath(one)]}
        if one.extra.get("pos"):
            return {name: one.extra[name] for name in ("pos", "size", "color") if name in one.extra}
        beside = one.extra.get("beside")
        x, y = self.flat.place(beside)["pos"] if isinstance(beside, str) else (0, 0)
        return {"pos": [x - BESIDE, y]}

    def gives(self, one: Written) -> list[dict[str, Any]]:
        """Return the outputs of a node."""
        return _outputs(one)

    def known(self, one: Written) -> list[dict[str, Any]]:
        """Return the inputs of a node, those of values among them."""
        entry = table().get(one.class_type)
        known: list[dict[str, Any]] = list(one.extra.get("inputs") or ())
        if entry is not None:
            widgets = {name for name, _ in names(one.class_type) or ()}
            known = [
                {"name": field.name, "type": field.type}
                | ({"widget": field.name} if field.name in widgets else {})
                for field in entry.inputs
            ]
        return known

    def values(self, one: Written) -> Any:
        """Return a node's values."""
        return _values(one, self._params(one))

    def _inputs(self, one: Written) -> list[dict[str, Any]]:
        known = self.known(one)
        told = {slot["name"] for slot in known}
        links = {name: value for name in one.inputs if (value := listing(one.inputs[name]))}
        known += [{"name": name, "type": "*"} for name in links if name not in told]
        made: list[dict[str, Any]] = []
        for slot in known:
            fed = links.get(slot["name"])
            if "widget" in slot and fed is None and not slot.get("promoted"):
                continue
            drawn: dict[str, Any] = {"name": slot["name"], "type": slot["type"], "link": None}
            if "widget" in slot:
                drawn["widget"] = {"name": slot["widget"]}
            if fed is not None:
                drawn["link"] = self.link(fed, self.ids[one.id], len(made), slot["type"])
                self._bend(drawn["link"], self._points(one, slot["name"]))
            made.append(drawn)
        return made

    def link(self, fed: list[Any], target: int, slot: int, kind: str) -> int:
        """Add a link and return its id; ``kind`` is the type of what it feeds."""
        source, number = self.ids[fed[0]], fed[1]
        outputs: list[dict[str, Any]] = self.outputs[source]
        while len(outputs) <= number:
            outputs.append({"name": "*", "type": "*", "links": []})
        link_id = len(self.links) + 1
        self.links.append([link_id, source, number, target, slot, outputs[number]["type"]])
        outputs[number] |= {"links": [*listing(outputs[number]["links"]), link_id]}
        return link_id

    def _points(self, one: Written, name: str) -> list[Any]:
        """Return the points that a link of ours is led through to an input."""
        if not one.path or "/" in one.path:
            return []
        end = obj(obj(one.extra.get(CAME)).get("takes")).get(name) or [one.path, name, 0]
        entry = obj(self.flat.whole.view.get("links")).get(".".join(map(str, end)))
        return listing(obj(entry).get("points"))

    def _bend(self, link_id: int, points: list[Any]) -> None:
        """Lead a link through points: a chain of reroutes, of which it names the last."""
        parent: dict[str, int] = {}
        for point in points:
            number = len(self.bends["reroutes"]) + 1
            reroute = {"id": number, **parent, "pos": point, "linkIds": [link_id]}
            self.bends["reroutes"].append(reroute)
            parent = {"parentId": number}
        if parent:
            self.bends["linkExtensions"].append({"id": link_id, **parent})

    def _groups(self) -> list[dict[str, Any]]:
        frames: Any = self.flat.whole.view.get("frames", {})
        made: list[dict[str, Any]] = []
        for frame in frames.values():
            if frame.get("pos") and frame.get("size"):
                color = {"color": frame["color"]} if frame.get("color") else {}
                bounding = [*frame["pos"], *frame["size"]]
                made.append({"title": frame.get("title", ""), "bounding": bounding, **color})
        return made

    def _notes(self, last: int) -> int:
        notes: Any = self.flat.whole.view.get("notes", {})
        for note in notes.values():
            last += 1
            x, y = note.get("pos") or (0, 0)
            width, height = note.get("size") or (240, 150)
            self.nodes.append(
                {
                    "id": last,
                    "type": "MarkdownNote",
                    "pos": [x, y + HEADER],
                    "size": [width, max(0, height - HEADER)],
                    "flags": {},
                    "order": len(self.nodes),
                    "mode": 0,
                    "inputs": [],
                    "outputs": [],
                    "properties": {},
                    "widgets_values": [note.get("text", "")],
                }
            )
        return last


def _beneath(one: Written) -> int:
    """Return how many nodes of ours stand above the one that is written, for one of theirs."""
    made = listing(obj(one.extra.get(CAME)).get("made"))
    return max(0, len(made) - 1)


def _outputs(one: Written) -> list[dict[str, Any]]:
    entry = table().get(one.class_type)
    told = one.extra.get("outputs")
    pairs = told or ([(name, name) for name in entry.outputs] if entry else [])
    return [{"name": name, "type": kind, "links": []} for name, kind in pairs]


def _values(one: Written, params: Mapping[str, Any]) -> Any:
    """Return a node's values as the editor saves them; an unknown one's as they came."""
    plain: dict[str, Any] = {
        name: obj(value).get("__value__", value)
        for name, value in one.inputs.items()
        if not isinstance(value, list)
    }
    if UNNAMED in params:
        return params[UNNAMED]
    known = names(one.class_type)
    came = listing(one.extra.get("widgets"))
    if known is None:
        return plain or one.extra.get("widgets")
    if came and assign(known, came) == plain:
        return came
    made = spread(known, plain)
    while made and made[-1] is None:
        made.pop()
    return made
