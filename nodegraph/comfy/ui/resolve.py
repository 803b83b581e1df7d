"""What stands behind a link: through reroutes, bypassed nodes and the walls of subgraphs.

A place is a node in the definitions that are open around it: ``("200", "63")`` is the node 63
inside the use 200 of a subgraph.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from nodegraph.comfy.ui.model import INPUTS, OUTPUTS, PRIMITIVE, REROUTE
from nodegraph.comfy.ui.reading import refuse
from nodegraph.comfy.ui.values import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.comfy.ui.model import Slot, UiGraph, UiLink, UiNode, UiWorkflow

MAX_HOPS = 10_000
MAX_DEPTH = 32
MAX_OPEN = 20_000
"""Nodes that all subgraphs may open into."""

Place: TypeAlias = "tuple[str, ...]"


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that a primitive node gives."""

    value: Any


@dataclass(frozen=True, slots=True)
class End:
    """The output of a node that runs."""

    place: Place
    slot: int


@dataclass(frozen=True, slots=True)
class Step:
    """A link that is still to be followed, and a place in the graph it is of."""

    at: Place
    link: UiLink | None


class Opened:
    """A workflow whose subgraphs can be looked into, from outside in."""

    def __init__(self, workflow: UiWorkflow) -> None:
        self.workflow = workflow
        self.definitions = workflow.definitions

    def graph(self, place: Place) -> UiGraph:
        """Return the graph that a place's node stands in."""
        graph = self.workflow.graph
        for use in place[:-1]:
            graph = self.definitions[graph.nodes[use].type]
        return graph

    def node(self, place: Place) -> UiNode:
        """Return the node at a place."""
        return self.graph(place).nodes[place[-1]]

    def places(self) -> Iterator[Place]:
        """Yield every node that is no subgraph, those inside where their use stands.

        Raises:
            WorkflowError: There are too many.
        """
        waiting = [(name,) for name in reversed(self.workflow.graph.nodes)]
        count = 0
        while waiting:
            place = waiting.pop()
            count += 1
            inner = self.inside(place)
            if len(place) > MAX_DEPTH or count > MAX_OPEN:
                refuse(
                    f"its subgraphs open into more than {MAX_OPEN:,} nodes, or {MAX_DEPTH} levels; "
                    "one may contain itself"
                )
            if inner is None:
                yield place
            else:
                waiting += [(*place, name) for name in reversed(inner.nodes)]

    def inside(self, place: Place) -> UiGraph | None:
        """Return the definition that a node uses, where it uses one."""
        return self.definitions.get(self.node(place).type)

    def modes(self, place: Place) -> set[str]:
        """Return how the uses around a node, and it itself, are to run."""
        return {self.node(place[: depth + 1]).mode for depth in range(len(place))}

    def feed(self, place: Place, slot: Slot) -> End | Constant | None:
        """Return what an input gets by its link; nothing where that leads nowhere."""
        at, link = place, self.graph(place).source(slot)
        for _ in range(MAX_HOPS):
            if link is None:
                return None
            if link.source == INPUTS:
                if len(at) < 2:
                    return None
                at, link = self._outside(at, link.slot)
                continue
            found = self._through((*at[:-1], link.source), link.slot)
            if not isinstance(found, Step):
                return found
            at, link = found.at, found.link
        return None

    def _outside(self, place: Place, number: int) -> tuple[Place, UiLink | None]:
        """Go out of a subgraph through one of its inputs."""
        use = place[:-1]
        inner = self.graph(place)
        name = inner.inputs[number].name if number < len(inner.inputs) else ""
        slot = input_of(self.node(use), name, number)
        return use, None if slot is None else self.graph(use).source(slot)

    def _through(self, place: Place, number: int) -> End | Constant | Step | None:
        """Return an end, a constant, or the next link; nothing at a dead end."""
        node, inner = self.node(place), self.inside(place)
        if node.mode == "mute":
            return None
        if node.mode == "bypass":
            slot = passing(node, number)
            return None if slot is None else Step(place, self.graph(place).source(slot))
        if node.type == REROUTE:
            return Step(place, self.graph(place).source(node.inputs[0])) if node.inputs else None
        if node.type == PRIMITIVE:
            return primitive(node)
        if inner is None:
            return End(place, number)
        if number >= len(inner.outputs) or len(place) > MAX_DEPTH:
            return None
        return Step((*place, OUTPUTS), inner.source(inner.outputs[number]))


def input_of(node: UiNode, name: str, number: int) -> Slot | None:
    """Return the input of a subgraph's use by its name, or by its place among them."""
    named = [slot for slot in node.inputs if slot.name == name]
    if named:
        return named[0]
    return node.inputs[number] if number < len(node.inputs) and not name else None


def primitive(node: UiNode) -> Constant | None:
    """Return what a primitive node gives: the first of its values."""
    given = listing(node.widgets)
    return Constant(given[0]) if given else None


def passing(node: UiNode, number: int) -> Slot | None:
    """Return the input that a bypassed node's output passes on: the one at its own place where the
    types agree, else the first of the very type, else the first that fits.
    """
    kind = node.outputs[number].type if 0 <= number < len(node.outputs) else "*"
    if number < len(node.inputs) and agree(node.inputs[number].type, kind):
        return node.inputs[number]
    same = [slot for slot in node.inputs if slot.type == kind]
    fitting = [slot for slot in node.inputs if agree(slot.type, kind)]
    return (same or fitting or [None])[0]


def agree(one: str, other: str) -> bool:
    """Tell whether an output of the one type may feed an input of the other."""
    if "*" in (one, other) or one == other:
        return True
    return not {*one.lower().split(",")}.isdisjoint(other.lower().split(","))
