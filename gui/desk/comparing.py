"""The edit that makes one graph into another: for taking over what a file holds now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.document.importing import inner_first
from gui.document.wire import pack_definition
from nodegraph.edits import (
    AddNode,
    Batch,
    Disconnect,
    RemoveNode,
    SetView,
    _Relink,  # pyright: ignore[reportPrivateUsage] # the links were checked as the file was read
)
from nodegraph.form import SetForm
from nodegraph.graph import Graph
from nodegraph.subgraph_edits import SetSubgraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.edits import Edit


def difference(old: Graph, new: Graph, title: str) -> Batch:
    """Return the edit that gives ``old`` what ``new`` has: nodes, links, definitions, places.

    Where definitions differ, every node is made anew, since a definition decides its uses' sockets.
    """
    definitions = [*_definitions(old, new)]
    same = {node.id for node in new if node.id in old and old[node.id] == node}
    same = set[str]() if definitions else same
    links = {*new.links()}
    kept = {x for x in old.links() if x in links and x.source in same and x.target in same}
    edits: list[Edit] = [Disconnect(link) for link in old.links() if link not in kept]
    edits += [RemoveNode(node.id) for node in old if node.id not in same]
    edits += definitions
    edits += [AddNode(node) for node in new if node.id not in same]
    edits += [_Relink(link) for link in new.links() if link not in kept]
    edits += _view(old.view, new.view)
    if old.form != new.form:
        edits.append(SetForm(new.form))
    return Batch(tuple(edits), title)


def _definitions(old: Graph, new: Graph) -> Iterator[Edit]:
    for name in inner_first(new):
        before = old.subgraphs.get(name)
        if before is None or _key(before) != _key(new.subgraphs[name]):
            yield SetSubgraph(name, _moved(new.subgraphs[name], old))
    for name in reversed(inner_first(old)):
        if name not in new.subgraphs:
            yield SetSubgraph(name, None)


def _moved(definition: Graph, graph: Graph) -> Graph:
    """Return a definition as one of another graph."""
    made = Graph(graph.catalogue, graph.subgraphs)
    made.dag, made.view, made.extra = definition.dag, definition.view, definition.extra
    return made


def _key(definition: Graph) -> Any:
    packed = pack_definition(definition)
    nodes = {node["id"]: node for node in packed["nodes"]}
    return packed | {"nodes": nodes, "links": sorted(packed["links"])}


def _view(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Edit]:
    for section in sorted({*old, *new}):
        before, after = old.get(section, {}), new.get(section, {})
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                yield SetView(section, key, after.get(key))
