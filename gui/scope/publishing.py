"""Publishing: a socket or parameter of an inner node becomes one of the subgraph's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gui.canvas.measure import WIDTH
from gui.document.placing import change, place
from gui.scope.region import BESIDE
from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.edits import AddNode, Batch, Connect, RemoveNode, SetParam
from nodegraph.errors import GraphError
from nodegraph.graph import Link, Node
from nodegraph.linking import output_type
from nodegraph.sockets import ANY, has_variable
from nodegraph.subgraphs import PARAM_TYPES, boundary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nodegraph.edits import Edit
    from nodegraph.graph import Graph


def publish_input(graph: Graph, node_id: str, name: str) -> Batch:
    """Return the edit that makes an input or parameter of a node one of the subgraph's.

    A parameter keeps its present value as the subgraph's default.

    Args:
        graph: The definition.
        node_id: The node inside.
        name: Its input or parameter.

    Raises:
        GraphError: It has a link already.
    """
    spec, node = graph.spec(node_id), graph[node_id]
    if name in graph.inputs(node_id) and not spec.variadic(name):
        source, output = graph.inputs(node_id)[name][0]
        raise GraphError(
            f"{node_id}.{name} has its link from {source}.{output} already; remove that one first"
        )
    param = spec.params.get(name)
    kind = spec.targets.get(name, ANY) if param is None else param.type
    default = None if param is None else node.params[name]
    if has_variable(kind) or (param is not None and kind not in PARAM_TYPES):
        kind = ANY
    params = {"name": _free(graph, INPUT, name), "type": kind, "default": default}
    index = len(graph.inputs(node_id).get(name, []))
    x, y = place(graph, node_id).pos or (0.0, 0.0)
    return _published(graph, INPUT, params, (x - BESIDE - WIDTH, y), (node_id, name, index))


def publish_output(graph: Graph, node_id: str, name: str) -> Batch:
    """Return the edit that makes an output of a node one of the subgraph's."""
    _ = output_type(graph, (node_id, name))
    x, y = place(graph, node_id).pos or (0.0, 0.0)
    params = {"name": _free(graph, OUTPUT, name)}
    return _published(graph, OUTPUT, params, (x + BESIDE + WIDTH, y), (node_id, name, 0))


def publisher(graph: Graph, node_id: str, name: str, *, output: bool = False) -> str:
    """Return the boundary node that publishes a socket; empty where it is not published."""
    kind = OUTPUT if output else INPUT
    for link in graph.links_of(node_id):
        mine, other = (link.output, link.target) if output else (link.input, link.source)
        if mine == name and other != node_id and graph[other].type == kind:
            return other
    return ""


def unpublish(graph: Graph, node_id: str, name: str, *, output: bool = False) -> Batch:
    """Return the edit that takes a socket out of the subgraph's own; a value stays as it was.

    Raises:
        GraphError: It is not published.
    """
    found = publisher(graph, node_id, name, output=output)
    if not found:
        raise GraphError(f"{node_id}.{name} is not published")
    edits: list[Edit] = [RemoveNode(found)]
    default = graph[found].params.get("default")
    if not output and default is not None:
        edits += [
            SetParam(link.target, link.input, default)
            for link in graph.links_of(found)
            if link.input in graph.spec(link.target).params
        ]
    return Batch(tuple(edits), f"Unpublish {name}")


def _published(
    graph: Graph,
    kind: str,
    params: Mapping[str, object],
    pos: tuple[float, float],
    end: tuple[str, str, int],
) -> Batch:
    beyond = [node.params["order"] + 1 for node in boundary(graph, kind)]
    stem = re.sub(r"\W", "_", f"{kind.removeprefix('graph.')}_{params['name']}")[:50]
    made = graph.free_id(stem)
    node_id, name, index = end
    link = (
        Link(made, "value", node_id, name, index)
        if kind == INPUT
        else Link(node_id, name, made, "value")
    )
    edits = (
        AddNode(Node(made, kind, params={**params, "order": max(beyond, default=0)})),
        change(graph, "nodes", made, pos=[round(pos[0]), round(pos[1])]),
        Connect(link),
    )
    return Batch(edits, f"Publish {params['name']}")


def _free(graph: Graph, kind: str, name: str) -> str:
    taken = {node.params["name"] for node in boundary(graph, kind)}
    number, free = 2, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
