"""Subgraphs: a definition seen from outside is a node type whose sockets its boundary names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodegraph.core_nodes import INPUT, OUTPUT
from nodegraph.errors import GraphError, ParamError
from nodegraph.params import Param
from nodegraph.sockets import ANY, has_variable
from nodegraph.spec import Input, NodeSpec, Output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodegraph.graph import Graph, Node

PARAM_TYPES = ("int", "float", "str", "bool")


def boundary(definition: Graph, type_id: str) -> list[Node]:
    """Return the input or output nodes of a definition in the order of their sockets."""
    if type_id not in definition.catalogue:
        return []
    nodes = [node for node in definition if node.type == type_id]
    return sorted(nodes, key=lambda node: (node.params["order"], node.id))


def repeated(graph: Graph) -> Iterator[tuple[Node, Node]]:
    """Yield each input or output node that has the name of one before it, with that one."""
    for type_id in (INPUT, OUTPUT):
        first: dict[str, Node] = {}
        for node in boundary(graph, type_id):
            other = first.setdefault(node.params["name"], node)
            if other is not node:
                yield node, other


def interface(type_id: str, definition: Graph) -> NodeSpec:
    """Return a definition as a node type.

    An input with a default becomes a parameter, every other one an input that needs a link. Such a
    parameter has the range, the choices and the help of the one inside that it sets.
    """
    revision = sum(one.revision for one in (definition, *definition.subgraphs.values()))
    if definition.interface is not None and definition.interface[0] == revision:
        return definition.interface[1]
    inputs: dict[str, Input] = {}
    params: dict[str, Param] = {}
    for node in boundary(definition, INPUT):
        name, kind, default = (node.params[key] for key in ("name", "type", "default"))
        if default is None:
            inputs[name] = Input(name, kind)
        else:
            params[name] = _param(definition, node)
    outputs = {
        node.params["name"]: Output(node.params["name"], _given(definition, node))
        for node in boundary(definition, OUTPUT)
    }
    title = definition.extra.get("title") or type_id.rpartition("/")[2].replace("_", " ")
    spec = NodeSpec(type_id, title=title, inputs=inputs, params=params, outputs=outputs)
    definition.interface = (revision, spec)
    return spec


def _param(definition: Graph, node: Node) -> Param:
    """Return an input with a default as a parameter; of any type where the default does not fit."""
    name, kind, default = (node.params[key] for key in ("name", "type", "default"))
    param = Param(name, kind if kind in PARAM_TYPES else ANY, default)
    param = replace(_driven(definition, node, param.type) or param, name=name, default=default)
    try:
        return replace(param, default=param.check(default))
    except ParamError:
        return Param(name, ANY, default)


def _driven(definition: Graph, node: Node, kind: str) -> Param | None:
    """Return the declaration of the parameters that an input drives, where they are alike and it
    drives nothing else.
    """
    found: list[Param] = []
    for link in definition.links_of(node.id):
        if link.source == node.id:
            param = definition.spec(link.target).params.get(link.input)
            if param is None or param.type != kind:
                return None
            found.append(param)
    alike = {(one.range, one.choices, one.widget) for one in found}
    return found[0] if len(alike) == 1 else None


def _given(definition: Graph, node: Node) -> str:
    """Return the type of what is linked to an output node, as far as it is declared."""
    for source, output in definition.inputs(node.id).get("value", []):
        declared = definition.spec(source).outputs.get(output)
        if declared is not None and not has_variable(declared.type):
            return declared.type
    return ANY


def used_by(definition: Graph) -> Iterator[str]:
    """Yield the names of the definitions that one uses directly."""
    for node in definition:
        if node.type.startswith("subgraph/"):
            yield node.type.removeprefix("subgraph/")


def reaches(subgraphs: dict[str, Graph], start: str, goal: str) -> bool:
    """Tell whether a definition uses another one, however deep."""
    stack, seen = [start], {start}
    while stack:
        name = stack.pop()
        used = set(used_by(subgraphs[name])) if name in subgraphs else set[str]()
        if goal in used:
            return True
        stack += used - seen
        seen |= used
    return False


def check_use(graph: Graph, name: str) -> None:
    """Refuse to use a definition in a graph that it uses itself, where that is a definition too.

    Raises:
        GraphError: It would contain itself.
    """
    for owner, definition in graph.subgraphs.items():
        if definition is graph:
            check_inside(graph.subgraphs, owner, name)


def check_inside(subgraphs: dict[str, Graph], owner: str, used: str) -> None:
    """Refuse to use a definition inside one that it uses itself.

    Raises:
        GraphError: The owner would contain itself.
    """
    if used == owner or reaches(subgraphs, used, owner):
        raise GraphError(f"subgraph {owner!r} would contain itself through {used!r}")
