"""A whole file of theirs as a graph of ours, with the report of what became of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.bringing import view
from nodegraph.comfy.bringing.boundary import Boundary
from nodegraph.comfy.bringing.report import Report, Row
from nodegraph.comfy.bringing.scope import Scope
from nodegraph.comfy.here import reads_t5
from nodegraph.comfy.origin import ORIGIN
from nodegraph.comfy.ui.promoted import promoted
from nodegraph.comfy.ui.reading import refuse
from nodegraph.comfy.ui.resolve import Constant, input_of
from nodegraph.comfy.wire import Wire
from nodegraph.edits import AddNode, Connect
from nodegraph.graph import SUBGRAPH, Graph, Link, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.bringing.boundary import Outputs
    from nodegraph.comfy.site import Site
    from nodegraph.comfy.ui.model import UiGraph, UiNode, UiWorkflow
    from nodegraph.comfy.ui.promoted import Values

MAX_DEPTH = 32


def bring(workflow: UiWorkflow, site: Site, kind: str = "workflow") -> tuple[Graph, Report]:
    """Return a workflow of ours for one of theirs.

    Args:
        site: What may be named; a lenient one, since what is missing is said, not refused.
        kind: What was read, for the report.

    Raises:
        WorkflowError: It cannot be: a subgraph contains itself.
    """
    bringer = Bringer(workflow, _lenient(site), Report(kind))
    bringer.report.notes += workflow.notes
    bringer.report.models = workflow.models
    graph = Graph(site.catalogue)
    bringer.subgraphs = graph.subgraphs
    Scope(bringer, workflow.graph, graph).bring()
    said = {"notes": bringer.report.notes, "models": workflow.models, "vanished": bringer.vanished}
    graph.extra[ORIGIN] = {"kind": kind} | {name: one for name, one in said.items() if one}
    return graph, bringer.report


@dataclass
class Bringer:
    """What all graphs of a file share.

    Attributes:
        passed: Bypassed nodes that nobody here knows: links go past them.
        made: Definitions that are made, by what their uses set in them.
        inside: Definitions being made, the outermost first.
        vanished: Nodes of theirs that need none of ours: an empty latent is part of the noise.
    """

    workflow: UiWorkflow
    site: Site
    report: Report
    subgraphs: dict[str, Graph] = field(default_factory=dict[str, Graph])
    passed: set[str] = field(default_factory=set[str])
    made: dict[str, tuple[str, Outputs]] = field(default_factory=dict[str, "tuple[str, Outputs]"])
    inside: list[str] = field(default_factory=list[str])
    vanished: list[dict[str, Any]] = field(default_factory=list["dict[str, Any]"])

    @cached_property
    def t5(self) -> bool:
        """Whether T5 reads its texts; see ``reads_t5``."""
        graphs = (self.workflow.graph, *self.definitions.values())
        return reads_t5(node.type for graph in graphs for node in graph.nodes.values())

    @property
    def definitions(self) -> Mapping[str, UiGraph]:
        """The definitions of the file."""
        return self.workflow.definitions

    def note(self, *notes: str) -> None:
        """Say what is wrong with the file."""
        self.report.notes += [one for one in notes if one not in self.report.notes]

    def row(self, row: Row) -> None:
        """Say what became of a node."""
        self.report.rows.append(row)

    def forget(self, node_id: str) -> None:
        """Take back what was said of a node."""
        self.report.rows = [row for row in self.report.rows if row.id != node_id]

    def use(self, scope: Scope, node: UiNode, inner: UiGraph) -> None:
        """Carry the use of a subgraph over: it becomes the use of one of ours."""
        if node.type in self.inside:
            refuse(f"the subgraph {inner.name or node.type} contains itself")
        if len(self.inside) >= MAX_DEPTH:
            refuse(f"its subgraphs are nested more than {MAX_DEPTH} deep; flatten some of them")
        set_inside = promoted(node, inner)
        for (node_id, name), value in scope.baked.items():
            places = [number for number, slot in enumerate(inner.inputs) if slot.name == name]
            for number in places if node_id == node.id else ():
                set_inside |= _leads_to(inner, number, value)
        wires: list[Wire | None] = []
        ways: list[Any] = []
        for number, slot in enumerate(inner.inputs):
            outer = input_of(node, slot.name, number)
            feed, way = (None, []) if outer is None else scope.feed(outer)
            if isinstance(feed, Constant):
                set_inside |= _leads_to(inner, number, feed.value)
            wires.append(feed if isinstance(feed, Wire) else None)
            ways.append(way)
        name, outputs = self._define(scope, node, inner, wires, set_inside)
        self._place(scope, node, inner, name, wires, ways, outputs)

    def _define(
        self,
        scope: Scope,
        node: UiNode,
        inner: UiGraph,
        wires: list[Wire | None],
        set_inside: Values,
    ) -> tuple[str, Outputs]:
        seen = [None if one is None else (bool(one.source), _plain(one)) for one in wires]
        values = sorted((*key, value) for key, value in set_inside.items())
        key = json.dumps([node.type, seen, [[*map(repr, one)] for one in values]], sort_keys=True)
        if key not in self.made:
            graph = Graph(self.site.catalogue, self.subgraphs)
            self.inside.append(node.type)
            boundary = Boundary(self, scope, node, inner, graph, wires, set_inside)
            outputs = boundary.make()
            self.inside.pop()
            name = self._free(inner.name or "subgraph")
            if inner.name:
                graph.extra["title"] = inner.name
            graph.extra[ORIGIN] = {"id": node.type, **outputs.sizes}
            self.subgraphs[name] = graph
            self.made[key] = name, outputs
        return self.made[key]

    def _place(
        self,
        scope: Scope,
        node: UiNode,
        inner: UiGraph,
        name: str,
        wires: list[Wire | None],
        ways: list[Any],
        outputs: Outputs,
    ) -> None:
        node_id = scope.ids.give(f"{name[:30]}_{_stem(node.id)[:24]}")
        title = "" if node.title in (inner.name, node.type) else node.title
        inputs = [(inner.inputs[number], number) for number, _ in outputs.enters]
        slots = [input_of(node, one.name, number) for one, number in inputs]
        links = [[] if slot is None else scope.raw(slot) for slot in slots]
        said = {"id": node.id, "class": node.type} | ({"enters": links} if links else {})
        made = Node(node_id, SUBGRAPH + name, 1, {}, title, node.mode, extra={ORIGIN: said})
        scope.graph.apply(AddNode(made))
        for (socket, wire), way in zip(zip(outputs.sockets, wires, strict=True), ways, strict=True):
            if wire is not None and wire.source is not None and socket:
                scope.graph.apply(Connect(Link(*wire.source, node_id, socket)))
                if way:
                    view.put_bends(scope.graph, {f"{node_id}.{socket}.0": way})
        scope.wires[node.id] = [
            Wire((node_id, given), facts) if given else Wire(None, facts)
            for given, facts in outputs.given
        ]
        scope.made[node.id] = [node_id]
        view.put_node(scope.graph, node, [node_id])

    def _free(self, title: str) -> str:
        stem = _stem(title)[:50] or "subgraph"
        stem = stem if stem[0].isalpha() else f"s_{stem}"
        name, number = stem, 2
        while name in self.subgraphs:
            name, number = f"{stem}_{number}", number + 1
        return name


def _lenient(site: Site) -> Site:
    """Return a site at which any name will do; what is not here is said in the end."""

    def find(name: str) -> str:
        return site.find_picture(name) or name.rpartition(" [")[0] or name

    return replace(site, lenient=True, find_picture=find)


def _leads_to(inner: UiGraph, number: int, value: Any) -> Values:
    """Return a value for all the widgets that one of a definition's inputs leads to."""
    found: Values = {}
    for node in inner.nodes.values():
        for slot in node.inputs:
            link = inner.source(slot)
            if link and link.source == "-10" and link.slot == number:
                found[node.id, slot.widget or slot.name] = value
    return found


def _plain(wire: Wire) -> list[Any]:
    facts: Mapping[str, Any] = wire.facts if wire.source is None else {}
    return sorted((name, repr(value)) for name, value in facts.items())


def _stem(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower()
