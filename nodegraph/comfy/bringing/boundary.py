"""The definition of a subgraph of ours for one of theirs, with what enters and leaves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.bringing import view
from nodegraph.comfy.bringing.came import lead_in
from nodegraph.comfy.bringing.scope import Scope
from nodegraph.comfy.ui.model import INPUTS
from nodegraph.comfy.wire import Wire
from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.edits import AddNode, Connect
from nodegraph.graph import Link, Node
from nodegraph.sockets import ANY, has_variable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.comfy.bringing.bring import Bringer
    from nodegraph.comfy.ui.model import UiGraph, UiNode
    from nodegraph.comfy.ui.promoted import Values
    from nodegraph.graph import Graph

NAMES = {"noise_seed": "seed", "ckpt_name": "model", "unet_name": "unet", "vae_name": "vae"}
KINDS = {bool: "bool", int: "int", float: "float", str: "str"}


@dataclass
class Outputs:
    """How a use sees a definition.

    Attributes:
        sockets: Our input for each of theirs; empty where it has none.
        given: Our output and what is known of it, for each of theirs.
        enters: The numbers and names of inputs for empty latents, which are only sizes.
        leaves: The same of outputs, and where inside each comes from.
    """

    sockets: list[str] = field(default_factory=list[str])
    given: list[tuple[str, dict[str, Any]]] = field(
        default_factory=list["tuple[str, dict[str, Any]]"]
    )
    enters: list[tuple[int, str]] = field(default_factory=list["tuple[int, str]"])
    leaves: list[tuple[int, str, list[Any]]] = field(
        default_factory=list["tuple[int, str, list[Any]]"]
    )

    @property
    def sizes(self) -> dict[str, Any]:
        """What is kept of a definition that empty latents pass the boundary of."""
        found = {"enters": self.enters, "leaves": self.leaves}
        return {name: [list(one) for one in kept] for name, kept in found.items() if kept}


@dataclass
class Boundary:
    """Makes a definition."""

    bringer: Bringer
    outside: Scope
    node: UiNode
    inner: UiGraph
    graph: Graph
    wires: list[Wire | None]
    set_inside: Values
    made: Outputs = field(default_factory=Outputs)
    names: set[str] = field(default_factory=set[str])

    def make(self) -> Outputs:
        """Fill the definition."""
        path = (*self.outside.path, self.node.id)
        scope = Scope(self.bringer, self.inner, self.graph, path, baked=self.set_inside)
        entries: list[Wire | None] = []
        for number, wire in enumerate(self.wires):
            entries.append(self._enter(scope, number, wire))
        scope.entries = entries
        scope.bring()
        for number, socket in enumerate(self.made.sockets):
            if not socket:
                self.made.sockets[number] = self._promote(scope, number)
        self.made.enters = [
            (number, self._name(self.inner.inputs[number].name))
            for number, wire in enumerate(self.wires)
            if wire is not None and wire.source is None and wire.facts
        ]
        self._leave(scope)
        return self.made

    def _enter(self, scope: Scope, number: int, wire: Wire | None) -> Wire | None:
        """Bring what a link gives in; what is only a size needs no socket."""
        if wire is None or wire.source is None:
            self.made.sockets.append("")
            return wire
        name = self._name(self.inner.inputs[number].name)
        node_id = self._input(scope, name, number, _type(self.outside.graph, wire), None)
        self.made.sockets.append(name)
        return Wire((node_id, "value"), _facts(wire))

    def _promote(self, scope: Scope, number: int) -> str:
        """Let a use set the values that an input leads to, where they are parameters of ours."""
        found = {one: _param(scope, *one) for one in self._targets(number)}
        targets = [place for place in found.values() if place]
        values = {repr(scope.graph[node].params[name]) for node, name in targets}
        if not targets or len(values) != 1:
            return ""
        default: Any = scope.graph[targets[0][0]].params[targets[0][1]]
        kind = next((name for one, name in KINDS.items() if type(default) is one), "")
        if not kind:
            return ""
        name = self._name(self.inner.inputs[number].name)
        node_id = self._input(scope, name, number, kind, default)
        for (theirs, widget), place in found.items():
            if place is not None:
                self.graph.apply(Connect(Link(node_id, "value", *place)))
                lead_in(self.graph, scope.made[theirs], widget, [*place, 0])
        return name

    def _targets(self, number: int) -> list[tuple[str, str]]:
        """Return the nodes and values of theirs that an input leads to."""
        return [
            (node.id, slot.widget)
            for node in self.inner.nodes.values()
            for slot in node.inputs
            if slot.widget
            and (link := self.inner.source(slot)) is not None
            and (link.source, link.slot) == (INPUTS, number)
        ]

    def _input(self, scope: Scope, name: str, number: int, kind: str, default: Any) -> str:
        node_id = scope.ids.give(f"input_{number + 1}")
        params = {"name": name, "type": kind, "default": default, "order": number}
        self.graph.apply(AddNode(Node(node_id, INPUT, 1, params)))
        view.put_point(self.graph, node_id, self.inner.ends[0], len(self.names) - 1)
        return node_id

    def _leave(self, scope: Scope) -> None:
        self.names.clear()
        sizes: list[int] = []
        for number, slot in enumerate(self.inner.outputs):
            wire, way = scope.feed(slot)
            if not isinstance(wire, Wire) or wire.source is None:
                self.made.given.append(("", _facts(wire) if isinstance(wire, Wire) else {}))
                sizes += [number] if self.made.given[-1][1] else []
                continue
            name, node_id = self._name(slot.name), scope.ids.give(f"output_{number + 1}")
            params = {"name": name, "order": number}
            self.graph.apply(AddNode(Node(node_id, OUTPUT, 1, params)))
            self.graph.apply(Connect(Link(*wire.source, node_id, "value")))
            view.put_point(self.graph, node_id, self.inner.ends[1], len(self.names) - 1)
            view.put_bends(self.graph, {f"{node_id}.value.0": way} if way else {})
            self.made.given.append((name, _facts(wire)))
        self.made.leaves = [
            (number, self._name(slot.name), scope.raw(slot))
            for number, slot in enumerate(self.inner.outputs)
            if number in sizes and scope.raw(slot)
        ]

    def _name(self, given: str) -> str:
        stem = given or "value"
        name, number = stem, 2
        while name in self.names:
            name, number = f"{stem} {number}", number + 1
        self.names.add(name)
        return name


def _param(scope: Scope, node_id: str, widget: str) -> tuple[str, str] | None:
    """Return the parameter of ours that a value of theirs became, where it is one as it stands."""
    made = scope.made.get(node_id, ())
    for name in (widget, NAMES.get(widget, "")):
        for one in made:
            node = scope.graph[one]
            linked = name in scope.graph.inputs(one)
            if name in scope.graph.spec(one).params and name in node.params and not linked:
                return one, name
    return None


def _facts(wire: Wire) -> dict[str, Any]:
    """Return what is known of a value on the other side of a wall: constants alone."""
    facts: Mapping[str, Any] = wire.facts
    return {name: one for name, one in facts.items() if isinstance(one, (int, float, str, bool))}


def _type(graph: Graph, wire: Wire) -> str:
    if wire.source is None:
        return ANY
    output = graph.spec(wire.source[0]).outputs.get(wire.source[1])
    return ANY if output is None or has_variable(output.type) else output.type
