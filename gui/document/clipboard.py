"""Copying: a selection as text that is itself a workflow, to paste here, mail, or save and run.

A zone is copied with both its ends, whichever of them was selected: one alone could never run, and
a selection drawn around a body often catches only one. What stands in between is not added.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.document.placing import entry, link_key
from nodegraph.execution.zones import zones_of
from nodegraph.graph import SUBGRAPH, Graph, Link
from nodegraph.subgraphs import used_by
from nodegraph.workflow import dumps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

CLIPBOARD, INPUTS = "clipboard", "inputs"
"""Where the text says what was linked from outside: ``extra.clipboard.inputs``."""


def copy(
    graph: Graph,
    nodes: Collection[str],
    frames: Collection[str] = (),
    notes: Collection[str] = (),
) -> str:
    """Return nodes with the links between them, the definitions they use, and their places."""
    chosen = _with_both_ends(graph, {*nodes})
    part = Graph(graph.catalogue, _definitions(graph, chosen))
    part.dag.add_nodes_from((name, graph.dag.nodes[name]) for name in sorted(chosen))
    outside: dict[str, dict[str, str]] = {}
    bends: dict[str, Any] = {}
    for name in sorted(chosen):
        for link in sorted(_into(graph, name), key=lambda link: (link.input, link.index)):
            if link.source in chosen:
                _add(part, graph, link, bends)
            else:
                sources = outside.setdefault(f"{name}.{link.input}", {})
                sources[str(link.index)] = f"{link.source}.{link.output}"
    sections = {"nodes": sorted(chosen), "frames": frames, "notes": notes}
    part.view = {name: _entries(graph, name, keys) for name, keys in sections.items()}
    part.view["links"] = bends
    part.extra = {CLIPBOARD: {INPUTS: outside}} if outside else {}
    return dumps(part)


def _with_both_ends(graph: Graph, nodes: set[str]) -> set[str]:
    """Add the other end of each zone that has one among the nodes."""
    ends = ({zone.begin, zone.end} for zone in zones_of(graph).all.values())
    return nodes.union(*(both for both in ends if both & nodes))


def _into(graph: Graph, name: str) -> list[Link]:
    return [link for link in graph.links_of(name) if link.target == name]


def _add(part: Graph, graph: Graph, link: Link, bends: dict[str, Any]) -> None:
    """Add a link; those of a variadic input are numbered anew, without the ones from outside."""
    taken = len(part.inputs(link.target).get(link.input, []))
    part.dag.add_edge(link.source, link.target, (link.output, link.input, taken))
    bend = entry(graph, "links", link_key(link))
    if bend:
        bends[link_key(Link(link.source, link.output, link.target, link.input, taken))] = bend


def _entries(graph: Graph, section: str, keys: Iterable[str]) -> dict[str, Any]:
    return {key: found for key in keys if (found := entry(graph, section, key))}


def _definitions(graph: Graph, nodes: Collection[str]) -> dict[str, Graph]:
    """Return the definitions that nodes use, and those that these use."""
    types = (graph[name].type for name in nodes)
    waiting = [name.removeprefix(SUBGRAPH) for name in types if name.startswith(SUBGRAPH)]
    found: dict[str, Graph] = {}
    while waiting:
        name = waiting.pop()
        if name in graph.subgraphs and name not in found:
            found[name] = graph.subgraphs[name]
            waiting += used_by(found[name])
    return found
