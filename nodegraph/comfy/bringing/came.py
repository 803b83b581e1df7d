"""How a node came: written back as it was, as long as nobody changes what it became."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from nodegraph.comfy.origin import ORIGIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nodegraph.comfy.wire import Wire
    from nodegraph.graph import Graph

CAME = "came"
"""Under this the last of our nodes that one of theirs became has it."""


def came(
    graph: Graph,
    made: Sequence[str],
    constants: Mapping[str, Any],
    links: Mapping[str, list[Any]],
    wires: Mapping[str, Wire],
    carried: Sequence[Wire],
) -> dict[str, Any]:
    """Return what is kept of a node.

    Args:
        links: Where its links come from in their graph: a node and the number of its output.
        wires: What those links carry here.
        carried: What its own outputs carry.
    """
    takes = {name: _end(graph, made, wire) for name, wire in wires.items()}
    return {
        "values": {name: value for name, value in constants.items() if name not in links},
        "links": dict(links),
        "takes": {name: end for name, end in takes.items() if end},
        "gives": {
            ".".join(wire.source): slot
            for slot, wire in reversed(list(enumerate(carried)))
            if wire.source is not None and wire.source[0] in made
        },
        "made": list(made),
        "key": key(graph, made),
    }


def lead_in(graph: Graph, made: Sequence[str], value: str, end: list[Any]) -> None:
    """Note that a value comes over the boundary of a subgraph from now on.

    Args:
        value: Its name.
        end: Where it ends among our nodes: node, input and index.
    """
    node = graph[made[-1]]
    origin: Any = node.extra.get(ORIGIN) or {}
    entry = origin.get(CAME)
    if entry:
        takes = {**entry["takes"], value: end}
        changed = {**entry, "takes": takes, "key": key(graph, made)}
        extra = {**node.extra, ORIGIN: {**origin, CAME: changed}}
        graph.keep(replace(node, extra=extra))


def key(graph: Graph, made: Sequence[str]) -> str:
    """Return what changes when anything of some nodes does that counts for a run."""
    nodes = [
        [node, graph[node].type, dict(graph[node].params), graph.inputs(node)] for node in made
    ]
    return blake2b(json.dumps(nodes, sort_keys=True).encode(), digest_size=8).hexdigest()


def unchanged(graph: Graph, entry: Mapping[str, Any]) -> bool:
    """Tell whether what a node became is as it was made."""
    made: Any = entry.get("made", ())
    return all(node in graph for node in made) and key(graph, made) == entry.get("key")


def _end(graph: Graph, made: Sequence[str], wire: Wire) -> list[Any]:
    """Return where a wire ends among our nodes: node, input and index."""
    for node in made:
        for link in graph.links_of(node):
            if link.target == node and (link.source, link.output) == wire.source:
                return [node, link.input, link.index]
    return []
