"""A workflow of ours as ComfyUI's API has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from nodegraph.comfy.bringing.came import CAME, unchanged
from nodegraph.comfy.bringing.placeholder import PREFIX
from nodegraph.comfy.classes import backwards
from nodegraph.comfy.exporting.crossing import crossed
from nodegraph.comfy.exporting.opened import Opened, opened, origin
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.theirs import Feed, Theirs
from nodegraph.comfy.ui.flatten import quoted
from nodegraph.comfy.ui.values import listing, obj
from nodegraph.comfy.ui.widgets import UNNAMED
from nodegraph.core_nodes import INPUT
from nodegraph.errors import Problem, ProblemsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.graph import Graph, Node


class ExportError(ProblemsError):
    """The workflow has nodes that ComfyUI has nothing for; each is named."""


@dataclass
class Written:
    """A node of theirs that is written.

    Attributes:
        id: Theirs.
        path: Our node that it stands for; empty for one that came with another.
        outputs: Which of its outputs each of ours is.
    """

    id: str
    path: str
    class_type: str
    inputs: dict[str, Any] = field(default_factory=dict[str, Any])
    outputs: Mapping[str, int] = field(default_factory=dict[str, int])
    title: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])


def to_api(graph: Graph) -> dict[str, Any]:
    """Return a workflow in API format: what would run, muting and bypassing carried out.

    Raises:
        ExportError: Nodes have no counterpart.
    """
    made: dict[str, Any] = {}
    for one in write(opened(graph, modes=True)):
        entry: dict[str, Any] = {"inputs": one.inputs, "class_type": one.class_type}
        made[one.id] = entry | ({"_meta": {"title": one.title}} if one.title else {})
    return made


def write(flat: Opened) -> list[Written]:
    """Return the nodes of theirs for all of ours.

    Raises:
        ExportError: Some have no counterpart; all of them are named.
    """
    return Writer(flat).write()


class Writer:
    """Writes each node that came from ComfyUI as it came, where nobody changed what it became, and
    every other one as the table of classes says.
    """

    def __init__(self, flat: Opened) -> None:
        self.flat, self.graph = flat, flat.graph
        self.came: dict[str, dict[str, Any]] = {}
        self.owner: dict[str, str] = {}
        self.main: dict[tuple[str, str], str] = {}
        self.theirs: dict[str, Theirs | None] = {}
        self.made: dict[str, Written] = {}
        self.nested: dict[str, Written] = {}
        self.taken: set[str] = set()
        self.problems: list[Problem] = []
        said = listing(obj(flat.whole.extra.get(ORIGIN)).get("vanished"))
        self.vanished: dict[str, dict[str, Any]] = {one["id"]: one for one in said}
        given = [self.flat.name(node.id) for node in self.graph]
        self.number = max((int(one) for one in given if one.isdigit() and len(one) < 9), default=0)

    def write(self) -> list[Written]:
        """Return the nodes of theirs for all of ours; see ``write``."""
        self._find_unchanged()
        nodes = [one for one in self.graph if self.writes(one) and not self._needs_none(one)]
        for node in nodes:
            if not node.type.startswith(PREFIX) and node.id not in self.owner:
                self.theirs[node.id] = backwards(self.graph, node.id)
        known = [one for one in self.theirs.values() if one is not None]
        absorbed = {name for one in known for name in one.absorbed}
        for node in nodes:
            if node.id not in absorbed:
                self.node(node.id)
        if self.problems:
            raise ExportError(list(dict.fromkeys(self.problems)))
        return [*self.made.values(), *self.nested.values()]

    def writes(self, node: Node) -> bool:
        """Tell whether a node of ours is one of theirs at all."""
        return node.type != INPUT

    def entering(self, node: Node) -> Any:
        """Return what feeds an input that a value comes to over the boundary of the graph."""
        return quoted(node.params["default"])

    def _find_unchanged(self) -> None:
        """Find the nodes of theirs that can be written as they came."""
        for node in self.graph:
            around = _around(node.id)
            said = origin(node)
            if node.type.startswith(PREFIX):
                self.main[around, str(said.get("id"))] = node.id
            entry = obj(said.get(CAME))
            if not entry or not unchanged(self.flat.scope(node.id), entry):
                continue
            self.came[node.id] = entry
            self.main[around, str(said.get("id"))] = node.id
            for one in entry["made"]:
                self.owner[around + one] = node.id

    def _needs_none(self, node: Node) -> bool:
        return node.id not in self.owner and _is_theirs_anyway(node)

    def node(self, path: str) -> Written | None:
        """Return what is written for one of our nodes, and write it if that is still to be done."""
        path = self.owner.get(path, path)
        if path in self.made:
            return self.made[path]
        if path not in self.graph:
            return None
        node = self.graph[path]
        if node.type.startswith(PREFIX):
            return self._placeholder(path, node)
        if path in self.came:
            return self._as_it_came(path, node, self.came[path])
        theirs = self.theirs.get(path)
        if theirs is None:
            message = f"ComfyUI has nothing for {node.type}; remove the node, or use others for it"
            self.problems.append(Problem(f"$.nodes.{path}", message, path))
            return None
        made = self.begin(path, node, theirs.class_type, theirs.outputs)
        made.inputs = self._inputs(theirs, path)
        return made

    def begin(self, path: str, node: Node, class_type: str, outputs: Mapping[str, int]) -> Written:
        """Begin a node of theirs for one of ours."""
        name = self._id(self.flat.name(path))
        made = Written(name, path, class_type, {}, outputs, node.title, origin(node))
        self.made[path] = made
        return made

    def _as_it_came(self, path: str, node: Node, entry: Mapping[str, Any]) -> Written:
        around = _around(path)
        gives = {around + name: slot for name, slot in entry["gives"].items()}
        made = self.begin(path, node, str(origin(node).get("class")), gives)
        made.inputs = {
            name: quoted(value) for name, value in entry["values"].items() if name != UNNAMED
        }
        takes = entry["takes"]
        for name in {**entry["links"], **takes}:
            fed = self.raw(around, entry["links"].get(name))
            if fed is None and name in takes:
                target, socket, index = cast("tuple[str, str, int]", takes[name])
                sources = self.graph.inputs(around + target).get(socket, [])
                fed = self.feed(sources[index]) if index < len(sources) else None
            if fed is not None:
                made.inputs[name] = fed
        return made

    def _placeholder(self, path: str, node: Node) -> Written:
        came = origin(node)
        outputs = {entry[0]: number for number, entry in enumerate(came.get("outputs", ()))}
        made = self.begin(path, node, node.type.removeprefix(PREFIX), outputs)
        made.inputs = {
            name: quoted(value) for name, value in node.params.items() if name != UNNAMED
        }
        links = came.get("links", {})
        linked = self.graph.inputs(path)
        for name in {**links, **linked}:
            fed = self.feed(linked[name][0]) if name in linked else None
            raw = self.raw(_around(path), links.get(name)) if fed is None else None
            if fed is not None or raw is not None:
                made.inputs[name] = fed or raw
        return made

    def raw(self, around: str, link: Any) -> list[Any] | None:
        """Return a link as it came, where what it comes from is written as it came, too."""
        if not link:
            return None
        source, slot = link
        main = self.main.get((around, source))
        if main is not None:
            made = self.node(main)
            return None if made is None else [made.id, slot]
        names = [self.flat.name(around.rstrip("/")), source] if around else [source]
        entry = self.vanished.get(":".join(names))
        if entry is not None:
            return [self._vanished(around, entry).id, slot]
        return self.crossing(around, link)

    def crossing(self, around: str, link: list[Any]) -> list[Any] | None:
        """Return a link over a boundary that nothing of ours goes over; see ``crossed``."""
        found = crossed(self.flat, around, link)
        return None if found is None else self.raw(*found)

    def _vanished(self, around: str, entry: dict[str, Any]) -> Written:
        """Write a node that is part of others here."""
        key = f"vanished {entry['id']}"
        if key not in self.nested:
            inputs = {name: quoted(value) for name, value in entry["inputs"].items()}
            title = entry.get("title", "")
            made = Written(self._id(entry["id"]), "", entry["class"], inputs, {}, title, entry)
            self.nested[key] = made
            for name, link in entry["links"].items():
                fed = self.raw(around, link)
                if fed is not None:
                    made.inputs[name] = fed
        return self.nested[key]

    def _inputs(self, theirs: Theirs, path: str) -> dict[str, Any]:
        found = {name: self._value(value, path) for name, value in theirs.inputs.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _value(self, value: Any, path: str) -> Any:
        if isinstance(value, Feed):
            return self.feed(value.source)
        if isinstance(value, Theirs):
            return [self._nested(value, path).id, 0]
        return quoted(value)

    def feed(self, source: tuple[str, str]) -> Any:
        """Return the link from what an output of ours is written as, or a constant."""
        path, output = source
        if path not in self.graph:
            return None
        node = self.graph[path]
        if node.type == INPUT:
            return self.entering(node)
        if self._needs_none(node):
            sources = self.graph.inputs(path).get("clip")
            return self.feed(sources[0]) if sources else None
        made = self.node(path)
        if made is None:
            return None
        slot = made.outputs.get(f"{path}.{output}" if path in self.owner else output)
        if slot is None:
            message = f"{made.class_type} gives no {output} in ComfyUI; link another output"
            self.problems.append(Problem(f"$.nodes.{path}", message, path, output))
            return None
        return [made.id, slot]

    def _nested(self, theirs: Theirs, path: str) -> Written:
        """Write a node that only exists there; the same one twice is one."""
        inputs = self._inputs(theirs, path)
        key = f"{theirs.class_type} {sorted(inputs.items(), key=repr)!r}"
        if key not in self.nested:
            name, beside = self._id(""), {"beside": path}
            self.nested[key] = Written(name, "", theirs.class_type, inputs, extra=beside)
        return self.nested[key]

    def _id(self, wanted: str) -> str:
        if not wanted or wanted in self.taken:
            self.number += 1
            while str(self.number) in self.taken:
                self.number += 1
            wanted = str(self.number)
        self.taken.add(wanted)
        return wanted


def _is_theirs_anyway(node: Node) -> bool:
    """Tell whether ComfyUI does by itself what a node of ours says."""
    return node.type == "text.padding" and node.params.get("like", "comfyui") == "comfyui"


def _around(path: str) -> str:
    """Return the uses around a node, as the beginning of paths."""
    return path[: path.rfind("/") + 1]
