"""Edits are data. Applying one returns the edit that undoes it.

Undo, redraw, autosave and the journal need nothing else. ``check`` raises the reason why an edit
is impossible; ``enact`` makes it and gives its inverse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from nodegraph.errors import ArityError, GraphError, NodegraphError, did_you_mean
from nodegraph.graph import ID_PATTERN, MODES, SUBGRAPH, Graph, Link, Mode, Node
from nodegraph.linking import check_link
from nodegraph.params import check_json
from nodegraph.subgraphs import check_use

if TYPE_CHECKING:
    from collections.abc import Sequence

Touched = Literal["view", "params", "structure"]

ID = re.compile(ID_PATTERN)


class Edit(Protocol):
    """What every edit can do.

    Attributes:
        touches: What it may change: ``view`` nothing that runs, ``params`` values of parameters
            alone, ``structure`` anything.
    """

    touches: ClassVar[Touched]

    def check(self, graph: Graph) -> None:
        """Raise the reason why it is impossible."""
        ...

    def enact(self, graph: Graph) -> Edit:
        """Make the change, and return the edit that undoes it."""
        ...


@dataclass(frozen=True, slots=True)
class AddNode:
    """Add a node without links."""

    node: Node
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a taken or unreadable id, a wrong parameter, a subgraph inside itself."""
        _check_new_id(graph, self.node.id)
        for name, value in self.node.params.items():
            _check_param(graph, self.node, name, value)
        if self.node.type.startswith(SUBGRAPH):
            check_use(graph, self.node.type.removeprefix(SUBGRAPH))

    def enact(self, graph: Graph) -> Edit:
        """Add it, its params in canonical form; the inverse removes it."""
        spec, params = graph.spec_of(self.node), dict(self.node.params)
        if spec.known:
            params = {name: spec.params[name].check(value) for name, value in params.items()}
        graph.put(replace(self.node, params=params))
        return RemoveNode(self.node.id)


@dataclass(frozen=True, slots=True)
class RemoveNode:
    """Remove a node and its links."""

    node_id: str
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a node that is not there."""
        graph[self.node_id]

    def enact(self, graph: Graph) -> Edit:
        """Remove it; the inverse brings node and links back. Its place in the view waits for it,
        and is not written without it.
        """
        node, links = graph[self.node_id], graph.links_of(self.node_id)
        graph.dag.remove_node(self.node_id)
        return _Revive(node, tuple(links))


@dataclass(frozen=True, slots=True)
class Connect:
    """Link an output to a free input, or to a parameter, which it then drives."""

    link: Link
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse an unknown socket, a taken input, another type, a loop."""
        check_link(graph, self.link)

    def enact(self, graph: Graph) -> Edit:
        """Link them; the inverse unlinks them."""
        link = self.link
        graph.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
        return Disconnect(link)


@dataclass(frozen=True, slots=True)
class Disconnect:
    """Remove a link."""

    link: Link
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a link that is not there."""
        link = self.link
        key = (link.output, link.input, link.index)
        if not graph.dag.has_edge(link.source, link.target, key):
            raise ArityError(f"there is no link {link} to remove")

    def enact(self, graph: Graph) -> Edit:
        """Unlink them; the inverse links them."""
        link = self.link
        graph.dag.remove_edge(link.source, link.target, (link.output, link.input, link.index))
        return _Relink(link)


@dataclass(frozen=True, slots=True)
class SetParam:
    """Set a parameter."""

    node_id: str
    name: str
    value: Any
    touches: ClassVar[Touched] = "params"

    def check(self, graph: Graph) -> None:
        """Refuse an unknown parameter and a value that does not fit."""
        _check_param(graph, graph[self.node_id], self.name, self.value)

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        node, spec = graph[self.node_id], graph.spec(self.node_id)
        value = spec.params[self.name].check(self.value) if spec.known else self.value
        graph.put(node.with_param(self.name, value))
        inverse = SetParam(self.node_id, self.name, node.params.get(self.name))
        whole = graph[self.node_id].params.keys() == node.params.keys()
        return inverse if whole and graph.can(inverse) else Restore(node)


@dataclass(frozen=True, slots=True)
class SetTitle:
    """Set the name shown on a node; empty shows its type's."""

    node_id: str
    title: str
    touches: ClassVar[Touched] = "view"

    def check(self, graph: Graph) -> None:
        """Refuse a node that is not there, and text that no file can hold."""
        graph[self.node_id]
        _check_saved(f"the title of {self.node_id}", self.title)

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        node = graph[self.node_id]
        graph.keep(replace(node, title=self.title))
        return SetTitle(self.node_id, node.title)


@dataclass(frozen=True, slots=True)
class SetMode:
    """Run, mute or bypass a node."""

    node_id: str
    mode: Mode
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse an unknown mode."""
        graph[self.node_id]
        if self.mode not in MODES:
            raise GraphError(f"{self.mode!r} is no mode; use {', '.join(MODES)}")

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        node = graph[self.node_id]
        graph.keep(replace(node, mode=self.mode))
        return SetMode(self.node_id, node.mode)


@dataclass(frozen=True, slots=True)
class RenameNode:
    """Give a node another id; its links and their bends, its place and its fields follow."""

    node_id: str
    new_id: str
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a taken or unreadable id."""
        _ = graph[self.node_id]
        _check_new_id(graph, self.new_id)

    def enact(self, graph: Graph) -> Edit:
        """Rename it; the inverse renames it back."""
        node, links = graph[self.node_id], graph.links_of(self.node_id)
        graph.dag.remove_node(self.node_id)
        graph.keep(replace(node, id=self.new_id))
        for link in links:
            source = self.new_id if link.source == self.node_id else link.source
            target = self.new_id if link.target == self.node_id else link.target
            graph.dag.add_edge(source, target, (link.output, link.input, link.index))
        _swap(graph.view.get("nodes", {}), self.node_id, self.new_id)
        _swap_ends(graph.view.get("links", {}), self.node_id, self.new_id)
        swap = {self.node_id: self.new_id, self.new_id: self.node_id}
        graph.form = tuple(replace(one, node=swap.get(one.node, one.node)) for one in graph.form)
        return RenameNode(self.new_id, self.node_id)


@dataclass(frozen=True, slots=True)
class SetView:
    """Set one entry of the view (``nodes``, ``frames``, ``notes`` …); ``None`` removes it."""

    section: str
    key: str
    value: Any
    touches: ClassVar[Touched] = "view"

    def check(self, graph: Graph) -> None:
        """Refuse what no file can hold."""
        _check_saved(f"view.{self.section}.{self.key}", [self.section, self.key, self.value])

    def enact(self, graph: Graph) -> Edit:
        """Set it; the inverse sets what was there."""
        entries = graph.view.setdefault(self.section, {})
        before = entries.pop(self.key, None)
        if self.value is not None:
            entries[self.key] = self.value
        if not entries:
            del graph.view[self.section]
        return SetView(self.section, self.key, before)


@dataclass(frozen=True, slots=True)
class Batch:
    """Several edits as one step: all are made, or none."""

    edits: Sequence[Edit]
    label: str = ""
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Try them in order on the graph itself, and take them back."""
        self.enact(graph).enact(graph)

    def enact(self, graph: Graph) -> Edit:
        """Make them in order; the inverse undoes them in reverse order.

        Raises:
            GraphError: One is impossible; those before it were taken back.
        """
        done: list[Edit] = []
        try:
            for edit in self.edits:
                edit.check(graph)
                done.append(edit.enact(graph))
        except NodegraphError:
            for inverse in reversed(done):
                inverse.enact(graph)
            raise
        return Batch(tuple(reversed(done)), self.label)


@dataclass(frozen=True, slots=True)
class Restore:
    """Put a node back exactly as it was."""

    node: Node
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        """Refuse a node that is not there."""
        graph[self.node.id]

    def enact(self, graph: Graph) -> Edit:
        """Put it back; the inverse does the same with what it is now."""
        before = graph[self.node.id]
        graph.keep(self.node)
        return Restore(before)


@dataclass(frozen=True, slots=True)
class _Relink:
    """Bring a removed link back, whatever has become of its types."""

    link: Link
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        for node_id in (self.link.source, self.link.target):
            graph[node_id]

    def enact(self, graph: Graph) -> Edit:
        Connect(self.link).enact(graph)
        return Disconnect(self.link)


@dataclass(frozen=True, slots=True)
class _Revive:
    """Bring a removed node back with its links, whatever has become of their types."""

    node: Node
    links: tuple[Link, ...]
    touches: ClassVar[Touched] = "structure"

    def check(self, graph: Graph) -> None:
        if self.node.id in graph:
            raise GraphError(f"there is a node {self.node.id!r} already; choose another id")

    def enact(self, graph: Graph) -> Edit:
        graph.keep(self.node)
        for link in self.links:
            graph.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
        return RemoveNode(self.node.id)


def _swap(places: dict[str, Any], one: str, other: str) -> None:
    """Give each the place of the other, so that doing it twice changes nothing."""
    found = {other: places.pop(one, None), one: places.pop(other, None)}
    places.update({name: place for name, place in found.items() if place is not None})


def _swap_ends(bends: dict[str, Any], one: str, other: str) -> None:
    """Give the links into each node the bends of those into the other: ``target.input.index``."""
    swap = {one: other, other: one}
    ends = {key: key.partition(".") for key in bends}
    found = {swap.get(to, to) + dot + rest: bends[key] for key, (to, dot, rest) in ends.items()}
    bends.clear()
    bends.update(found)


def _check_new_id(graph: Graph, node_id: str) -> None:
    if not ID.fullmatch(node_id):
        raise GraphError(f"{node_id!r} is no node id; use letters, digits, _ and -, 64 at most")
    if node_id in graph:
        raise GraphError(f"there is a node {node_id!r} already; choose another id")


def _check_param(graph: Graph, node: Node, name: str, value: Any) -> None:
    spec = graph.spec_of(node)
    if spec.known and name not in spec.params:
        hint = did_you_mean(name, spec.params)
        raise GraphError(f"{node.id} ({node.type}) has no parameter {name!r}{hint}")
    if not spec.known:
        _check_saved(f"{node.id}.{name}", value)
        return
    try:
        spec.params[name].check(value)
    except NodegraphError as error:
        raise GraphError(f"{node.id}.{name}: {error}") from None


def _check_saved(what: str, value: Any) -> None:
    try:
        check_json(value)
    except NodegraphError as error:
        raise GraphError(f"{what}: {error}") from None
