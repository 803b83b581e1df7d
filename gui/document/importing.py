"""Definitions of subgraphs that come with what is pasted."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from gui.document.wire import pack_definition
from nodegraph.graph import SUBGRAPH, Graph
from nodegraph.subgraph_edits import SetSubgraph
from nodegraph.subgraphs import used_by

if TYPE_CHECKING:
    from nodegraph.edits import Edit


def imported(clip: Graph, graph: Graph) -> tuple[list[Edit], dict[str, str]]:
    """Return the edits that define what a graph lacks, and under which name each is then here.

    One that is here already is shared; another one of the same name gets a name of its own.
    """
    edits: list[Edit] = []
    names: dict[str, str] = {}
    for name in inner_first(clip):
        made = _renamed(clip.subgraphs[name], graph, names)
        here = _same_as(made, name, graph)
        if here is None:
            here = _free(name, {*graph.subgraphs, *names.values()})
            edits.append(SetSubgraph(here, made))
        names[name] = here
    return edits, names


def inner_first(clip: Graph) -> list[str]:
    """Return the names so that each comes after those it uses; there are no loops."""
    order: list[str] = []
    stack = sorted(clip.subgraphs, reverse=True)
    while stack:
        name = stack[-1]
        missing = [one for one in used_by(clip.subgraphs[name]) if one not in order]
        if missing:
            stack += missing
        else:
            stack.pop()
            if name not in order:
                order.append(name)
    return order


def _renamed(definition: Graph, graph: Graph, names: dict[str, str]) -> Graph:
    """Return a definition for a graph, which uses others under the names they have there."""
    made = Graph(graph.catalogue, graph.subgraphs)
    for node in definition:
        kind = node.type
        if kind.startswith(SUBGRAPH):
            kind = SUBGRAPH + names[kind.removeprefix(SUBGRAPH)]
        made.dag.add_node(node.id, node=replace(node, type=kind))
    made.dag.add_edges_from(definition.dag.edges(keys=True))
    made.view, made.extra = definition.view, definition.extra
    return made


def _same_as(made: Graph, name: str, graph: Graph) -> str | None:
    """Return the name under which a graph has a definition already, if it has."""
    known = graph.subgraphs.get(name)
    return name if known is not None and _key(known) == _key(made) else None


def _key(definition: Graph) -> str:
    data = pack_definition(definition)
    nodes = {node["id"]: node for node in data["nodes"]}
    return json.dumps([nodes, sorted(data["links"])], sort_keys=True)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 2
    while free in taken:
        free = f"{name[:56]}_{number}"
        number += 1
    return free
