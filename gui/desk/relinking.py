"""A model or a file that is not where a node says: found by hand, and set wherever it is named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gui.document.placing import counted
from gui.scope.way import definitions
from nodegraph.edits import Batch, SetParam
from nodegraph.errors import NodegraphError
from nodegraph.subgraph_edits import EditSubgraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gui.desk.asking import Asking
    from gui.desk.desk import Desk
    from gui.document.document import Document
    from nodegraph.edits import Edit
    from nodegraph.graph import Graph
    from nodegraph.params import Param
    from nodegraph.spec import NodeSpec

MODEL = "model"
"""The parameter by which nodes name a model: ``critters``, a folder, or an id on the hub."""


@dataclass(frozen=True)
class Named:
    """What a parameter of a node names.

    Attributes:
        what: ``model``, ``folder`` or ``file``, for sentences.
    """

    param: str
    value: str
    what: str


def named(graph: Graph, node_id: str, param: str = "") -> Named | None:
    """Return the model or file that a node names, if it does.

    Args:
        graph: The node's.
        node_id: The node.
        param: Which of its parameters; the first that names one by default.
    """
    for one in _naming(graph.spec(node_id)):
        value = graph[node_id].params.get(one.name, "")
        if one.name == param or not param:
            return Named(one.name, str(value), _what(one))
    return None


def named_at(root: Graph, path: str, param: str) -> Named | None:
    """Return what a parameter names, of a node by its path: ``use/inner`` inside of subgraphs."""
    *uses, node_id = path.split("/")
    inside = definitions(root, uses)
    graph = root.subgraphs[inside[-1]] if inside else root
    if len(inside) < len(uses) or not param or node_id not in graph:
        return None
    return named(graph, node_id, param)


def relink(graph: Graph, found: Named, value: str) -> Batch:
    """Return the edit that names another file wherever this one is named, inside of subgraphs too.

    Args:
        graph: The whole, with its definitions.
        found: What is named now.
        value: What is to be named.
    """
    edits: list[Edit] = list(_edits(graph, found, value))
    for name in sorted(graph.subgraphs):
        edits += [EditSubgraph(name, one) for one in _edits(graph.subgraphs[name], found, value)]
    return Batch(tuple(edits), f"Find the {found.what} of {counted(len(edits), 'node')}")


class Relinking:
    """Asks where a model or a file is, and has every node that names it take that."""

    def __init__(self, desk: Desk, asking: Asking) -> None:
        self._desk, self._asking = desk, asking

    def find(self, document: Document, graph: Graph, node_id: str, param: str = "") -> None:
        """Ask for what a node names.

        Args:
            document: Whose nodes are set, as one step.
            graph: Where the node is: the document's, or one of its definitions.
            node_id: The node.
            param: Which of its parameters; the first that names something by default.
        """
        found = named(graph, node_id, param)
        if found is not None:
            self.replace(document, found)

    def replace(self, document: Document, found: Named) -> None:
        """Ask where something is, and name it wherever it is named, as one step."""

        def take(path: Path) -> None:
            self._apply(document, relink(document.graph, found, str(path)))

        empty = f"Choose the {found.what}"
        self._ask(found)(f"Where is {found.value}?" if found.value else empty, take)

    def browse(self, document: Document, node_id: str, param: str) -> None:
        """Ask for what one parameter of one node names, and set that alone.

        Args:
            document: What a canvas shows: a document, or the inside of a subgraph.
            node_id: The node.
            param: Its parameter.
        """
        found = named(document.graph, node_id, param)
        if found is not None:
            self._ask(found)(
                f"Choose the {found.what}",
                lambda path: self._apply(document, SetParam(node_id, param, str(path))),
            )

    def _ask(self, found: Named) -> Callable[[str, Callable[[Path], object]], object]:
        return self._asking.one if found.what == "file" else self._asking.folder

    def _apply(self, document: Document, edit: Edit) -> None:
        try:
            document.apply(edit)
        except NodegraphError as error:
            self._desk.failed.emit(self._desk.current, str(error))


def _edits(graph: Graph, found: Named, value: str) -> Iterator[SetParam]:
    for node in graph:
        for param in _naming(graph.spec_of(node)):
            if _what(param) == found.what and node.params.get(param.name) == found.value:
                yield SetParam(node.id, param.name, value)


def _naming(spec: NodeSpec) -> list[Param]:
    """Return the parameters that name a model or a file, models first."""
    found = [one for one in spec.params.values() if _what(one)]
    return sorted(found, key=lambda one: one.name != MODEL)


def _what(param: Param) -> str:
    if param.name == MODEL and param.type == "str":
        return MODEL
    if param.names_file or param.kind:
        return "file"
    return "folder" if param.widget == "folder" else ""
