"""Edits and graphs as JSON and back, exactly: what the journal is made of.

An edit goes over by its class's name and its fields, so that one more class of edits in the core
needs nothing here. A graph goes over as it is in memory, not as its file has it: incomplete params,
links whose types have stopped agreeing, places of nodes that were removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, cast

from nodegraph import edits, form, mending, subgraph_edits
from nodegraph.errors import NodegraphError
from nodegraph.form_field import Field
from nodegraph.graph import MODES, Graph, Link, Node

if TYPE_CHECKING:
    from nodegraph.edits import Edit

_BARE = Node("", "")
_NODE_FIELDS = tuple(field.name for field in fields(Node))

KINDS: dict[str, type[Any]] = {
    name.lstrip("_"): kind
    for module in (edits, form, mending, subgraph_edits)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__
    if hasattr(kind, "touches")
}
"""Every class of edits by its name on the wire."""


class WireError(NodegraphError):
    """JSON that no edit or graph was written as."""


# Edits


def pack(edit: Edit) -> dict[str, Any]:
    """Return an edit as JSON data: ``{"SetTitle": {"node_id": "one", "title": "First"}}``."""
    body = {
        field.name: _PACK.get(str(field.type), _same)(getattr(edit, field.name))
        for field in fields(cast("Any", edit))
    }
    return {type(edit).__name__.lstrip("_"): body}


def unpack(data: Any, graph: Graph) -> Edit:
    """Return the edit that ``pack`` wrote, for a graph: definitions in it share its subgraphs.

    Raises:
        WireError: It is no such thing.
    """
    items = list(_object(data).items())
    if len(items) != 1 or items[0][0] not in KINDS:
        raise WireError(f"{_shown(data)} is no edit known here; update Nodegraph to read it")
    kind, body = KINDS[items[0][0]], _object(items[0][1])
    wanted = {field.name: str(field.type) for field in fields(kind)}
    if body.keys() != wanted.keys():
        raise WireError(f"{_shown(body)} is no {items[0][0]}; it has {', '.join(wanted)}")
    return kind(**{name: _UNPACK[wanted[name]](body[name], graph) for name in wanted})


# Graphs


def pack_graph(graph: Graph) -> dict[str, Any]:
    """Return a graph with its definitions as JSON data."""
    definitions = {name: pack_definition(one) for name, one in graph.subgraphs.items()}
    return pack_definition(graph) | {"subgraphs": definitions, "form": _pack_form(graph.form)}


def unpack_graph(data: Any, catalogue: Mapping[str, Any]) -> Graph:
    """Return the graph that ``pack_graph`` wrote; types the catalogue lacks are placeholders.

    Raises:
        WireError: It is no such thing.
    """
    graph, body = Graph(catalogue), _object(data)
    for name, definition in _object(body.get("subgraphs", {})).items():
        graph.subgraphs[name] = _filled(Graph(catalogue, graph.subgraphs), definition)
    graph.form = _form(body.get("form", []))
    return _filled(graph, body)


def pack_definition(graph: Graph) -> dict[str, Any]:
    """Return a graph without its definitions as JSON data."""
    return {
        "nodes": [_pack_node(node) for node in graph],
        "links": [_pack_link(link) for link in graph.links()],
        "view": graph.view,
        "extra": graph.extra,
    }


def _filled(graph: Graph, data: Any) -> Graph:
    body = _object(data)
    for item in _list(body.get("nodes")):
        node = _node(item)
        graph.dag.add_node(node.id, node=node)
    for link in _links(body.get("links")):
        if link.source not in graph or link.target not in graph:
            raise WireError(f"the link {link} ends at no node")
        graph.dag.add_edge(link.source, link.target, (link.output, link.input, link.index))
    graph.view = {name: _object(part) for name, part in _object(body.get("view")).items()}
    graph.extra = _object(body.get("extra"))
    return graph


# Parts


def _pack_node(node: Node) -> dict[str, Any]:
    """Return the fields of a node that say something."""
    body = {name: getattr(node, name) for name in _NODE_FIELDS}
    return {name: value for name, value in body.items() if value != getattr(_BARE, name)}


def _node(data: Any, graph: Graph | None = None) -> Node:
    body = _object(data)
    texts: dict[str, Any] = {
        name: _text(body.get(name, "")) for name in ("id", "type", "title", "zone")
    }
    version, mode = body.get("version", 1), body.get("mode", "run")
    if not body.keys() <= set(_NODE_FIELDS) or type(version) is not int or mode not in MODES:
        raise WireError(f"{_shown(data)} is no node")
    params, extra = _object(body.get("params", {})), _object(body.get("extra", {}))
    return Node(**texts, params=params, extra=extra, version=version, mode=mode)


def _pack_link(link: Link) -> list[Any]:
    return [link.source, link.output, link.target, link.input, link.index]


def _link(data: Any, graph: Graph | None = None) -> Link:
    parts = _list(data)
    if len(parts) != 5 or type(parts[4]) is not int:
        raise WireError(f"{_shown(data)} is no link; it is [source, output, target, input, index]")
    return Link(_text(parts[0]), _text(parts[1]), _text(parts[2]), _text(parts[3]), parts[4])


def _links(data: Any, graph: Graph | None = None) -> tuple[Link, ...]:
    return tuple(_link(item) for item in _list(data))


def _pack_form(form: Sequence[Field]) -> list[Any]:
    return [[one.name, one.node, one.param, one.title, one.help, one.slider] for one in form]


def _form(data: Any, graph: Graph | None = None) -> tuple[Field, ...]:
    return tuple(_field(_list(item)) for item in _list(data))


def _field(parts: list[Any]) -> Field:
    match parts:
        case [str(), str(), str(), str(), str(), None]:
            return Field(*parts)
        case [str(), str(), str(), str(), str(), [int() | float() as low, int() | float() as high]]:
            return Field(*parts[:5], slider=(low, high))
        case _:
            raise WireError(f"{_shown(parts)} is no field of a form")


def _definition(data: Any, graph: Graph) -> Graph | None:
    return None if data is None else _filled(Graph(graph.catalogue, graph.subgraphs), data)


def _same(value: Any, graph: Graph | None = None) -> Any:
    return value


def _text(value: Any, graph: Graph | None = None) -> str:
    if not isinstance(value, str):
        raise WireError(f"{_shown(value)} is not text")
    return value


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WireError(f"{_shown(value)} is no JSON object")
    return cast("dict[str, Any]", value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WireError(f"{_shown(value)} is no list")
    return cast("list[Any]", value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


_PACK: dict[str, Callable[[Any], Any]] = {
    "Edit": pack,
    "Sequence[Edit]": lambda found: [pack(edit) for edit in found],
    "Node": _pack_node,
    "Link": _pack_link,
    "tuple[Link, ...]": lambda links: [_pack_link(link) for link in links],
    "Sequence[Field]": _pack_form,
    "Graph | None": lambda graph: None if graph is None else pack_definition(graph),
}

_UNPACK: dict[str, Callable[[Any, Graph], Any]] = {
    "str": _text,
    "Mode": _text,
    "Any": _same,
    "Edit": unpack,
    "Sequence[Edit]": lambda data, graph: tuple(unpack(item, graph) for item in _list(data)),
    "Node": _node,
    "Link": _link,
    "tuple[Link, ...]": _links,
    "Sequence[Field]": _form,
    "Graph | None": _definition,
}
"""By the type of a field as the core's source writes it; a test meets every field there is."""
