"""The graph: a networkx DAG of nodes and links, changed only by edits.

A graph knows specifications, never functions. Positions and colors are view data and live apart,
so that moving a node changes nothing that runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import networkx as nx

from nodegraph.errors import GraphError, did_you_mean
from nodegraph.spec import NodeSpec, complete, placeholder

if TYPE_CHECKING:
    from nodegraph.edits import Edit
    from nodegraph.form_field import Field

Mode = Literal["run", "mute", "bypass"]
MODES: tuple[Mode, ...] = ("run", "mute", "bypass")
SUBGRAPH = "subgraph/"
ID_PATTERN = r"[A-Za-z_][A-Za-z0-9_-]{0,63}"
MAX_NODES = 100_000

Source: TypeAlias = tuple[str, str]
"""An output: the node's id and the socket's name."""


@dataclass(frozen=True)
class Node:
    """One node.

    Attributes:
        id: Short, stable, readable: people diff it and override by it.
        type: A type id, or ``subgraph/NAME``.
        params: Complete for a known type; kept as they came for an unknown one.
        mode: ``mute``: neither it nor what follows runs; ``bypass``: same-typed input passes.
        zone: The id that the begin and the end of a zone share.
        extra: Whatever else belongs to the node, kept untouched.
    """

    id: str
    type: str
    version: int = 1
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    title: str = ""
    mode: Mode = "run"
    zone: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def key(self) -> bytes:
        """Type, version and params as canonical bytes: the node's own share of its signature.

        Made when the node enters a graph and kept, since it costs more than the hash over it.
        """
        key: bytes | None = self.__dict__.get("_key")
        if key is None:
            key = f"{self.type}@{self.version}{canonical(self.params)}".encode()
            self.__dict__["_key"] = key
        return key

    def with_param(self, name: str, value: Any) -> Node:
        """Return the node with one parameter changed."""
        return replace(self, params={**self.params, name: value})


@dataclass(frozen=True, slots=True)
class Link:
    """From an output to an input or parameter; ``index`` orders the links of a variadic input."""

    source: str
    output: str
    target: str
    input: str
    index: int = 0

    def __str__(self) -> str:
        return f"{self.source}.{self.output} -> {self.target}.{self.input}"


def canonical(value: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces."""
    return _encode(value)


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Graph:
    """Nodes and links, subgraph definitions, and view data.

    Attributes:
        catalogue: Specifications by type id; a type that is not in it becomes a placeholder.
        dag: The networkx graph; nodes carry ``node``, an edge's key is ``(output, input, index)``.
        subgraphs: Definitions by name, shared by the whole document.
        view: Where things are and what color they have; free of meaning for the executor.
        form: Parameters that are shown to people who never see the graph, in order.
        revision: Grows with every edit that is not of the view.
        structure: Grows with every edit that changes more than parameters.
        interface: The graph as a subgraph's node type, with the revision it was made at.
    """

    def __init__(
        self, catalogue: Mapping[str, NodeSpec], subgraphs: dict[str, Graph] | None = None
    ) -> None:
        self.catalogue = catalogue
        self.dag: Any = nx.MultiDiGraph()
        self.subgraphs: dict[str, Graph] = {} if subgraphs is None else subgraphs
        self.view: dict[str, Any] = {}
        self.form: tuple[Field, ...] = ()
        self.extra: dict[str, Any] = {}
        self.revision = self.structure = 0
        self.interface: tuple[int, NodeSpec] | None = None
        self._listeners: list[Callable[[Edit], None]] = []

    # Reading

    def __contains__(self, node_id: object) -> bool:
        return node_id in self.dag

    def __len__(self) -> int:
        return len(self.dag)

    def __iter__(self) -> Iterator[Node]:
        for _, node in self.dag.nodes(data="node"):
            yield node

    def __getitem__(self, node_id: str) -> Node:
        if node_id not in self.dag:
            raise GraphError(f"there is no node {node_id!r}{did_you_mean(node_id, self.dag)}")
        return self.dag.nodes[node_id]["node"]

    def spec(self, node_id: str) -> NodeSpec:
        """Return the specification of a node; a placeholder when its type is unknown here."""
        return self.spec_of(self[node_id])

    def spec_of(self, node: Node) -> NodeSpec:
        """Return the specification a node of this graph has."""
        if node.type.startswith(SUBGRAPH):
            return self._subgraph_spec(node)
        if node.type in self.catalogue:
            return self.catalogue[node.type]
        return placeholder(node.type, node.version)

    def _subgraph_spec(self, node: Node) -> NodeSpec:
        from nodegraph.subgraphs import interface

        definition = self.subgraphs.get(node.type.removeprefix(SUBGRAPH))
        return placeholder(node.type, 1) if definition is None else interface(node.type, definition)

    def links(self) -> Iterator[Link]:
        """Yield every link."""
        for source, target, (output, name, index) in self.dag.edges(keys=True):
            yield Link(source, output, target, name, index)

    def inputs(self, node_id: str) -> dict[str, list[Source]]:
        """Return the sources of each linked input, variadic ones in order."""
        before = self.dag._pred[node_id]  # the public view costs three times as much
        result: dict[str, list[Source]] = {}
        if len(before) == 1:
            for source, keyed in before.items():
                if len(keyed) == 1:
                    for output, name, _ in keyed:
                        result[name] = [(source, output)]
                    return result
        found: list[tuple[str, int, Source]] = []
        for source, keyed in before.items():
            found += [(name, index, (source, output)) for output, name, index in keyed]
        for name, _, origin in sorted(found):
            result.setdefault(name, []).append(origin)
        return result

    def links_of(self, node_id: str) -> list[Link]:
        """Return the links into and out of a node."""
        into = self.dag.in_edges(node_id, keys=True)
        out = self.dag.out_edges(node_id, keys=True)
        return [Link(s, o, t, i, n) for s, t, (o, i, n) in (*into, *out)]

    # Changing

    def check(self, edit: Edit) -> None:
        """Raise the reason why an edit is impossible.

        Raises:
            GraphError: In a sentence with the remedy.
        """
        edit.check(self)

    def can(self, edit: Edit) -> bool:
        """Tell whether an edit is possible."""
        try:
            self.check(edit)
        except GraphError:
            return False
        return True

    def apply(self, edit: Edit) -> Edit:
        """Apply an edit, announce it, and return the edit that undoes it.

        Raises:
            GraphError: It is impossible; nothing has changed.
        """
        edit.check(self)
        inverse = edit.enact(self)
        self.announce(edit)
        return inverse

    def announce(self, edit: Edit) -> None:
        """Count an edit and tell the listeners."""
        self.revision += edit.touches != "view"
        self.structure += edit.touches == "structure"
        for listener in self._listeners:
            listener(edit)

    def listen(self, listener: Callable[[Edit], None]) -> Callable[[], None]:
        """Call ``listener`` with every edit; returns a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def put(self, node: Node) -> None:
        """Store a node as it is, its params completed; for edits and the reader."""
        spec = self.spec_of(node)
        if spec.known and len(node.params) != len(spec.params):
            node = replace(node, params=complete(spec, node.params))
        self.keep(node)

    def keep(self, node: Node) -> None:
        """Store a node exactly as it is, for edits that change nothing of its params."""
        _ = node.key
        self.dag.add_node(node.id, node=node)

    def free_id(self, stem: str) -> str:
        """Return the stem itself, or the first free ``stem_2``, ``stem_3`` …"""
        if stem not in self.dag:
            return stem
        number = 2
        while f"{stem}_{number}" in self.dag:
            number += 1
        return f"{stem}_{number}"

    def copy(self) -> Graph:
        """Return an independent copy that shares the frozen nodes; listeners stay behind."""
        subgraphs: dict[str, Graph] = {}
        for name, definition in self.subgraphs.items():
            subgraphs[name] = definition.twin(subgraphs)
        return self.twin(subgraphs)

    def twin(self, subgraphs: dict[str, Graph]) -> Graph:
        """Return a copy that shares these definitions, for one more of them or a whole graph."""
        copy = Graph(self.catalogue, subgraphs)
        copy.dag = self.dag.copy()
        copy.view, copy.extra = json.loads(json.dumps([self.view, self.extra]))
        copy.form, copy.revision = self.form, self.revision
        return copy
