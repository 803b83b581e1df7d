"""Putting a node into a link, and two links each at the other's end: edits that rewire."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from nodegraph.edits import Batch, Connect, Disconnect
from nodegraph.graph import Link
from nodegraph.linking import output_type
from nodegraph.sockets import ANY, fits

if TYPE_CHECKING:
    from nodegraph.graph import Graph


def inserted(graph: Graph, link: Link, node_id: str) -> Batch | None:
    """Return the edit that leads a link through a node without links; nothing where it cannot."""
    if graph.links_of(node_id) or node_id in (link.source, link.target):
        return None
    spec = graph.spec(node_id)
    given = output_type(graph, (link.source, link.output))
    wanted = graph.spec(link.target).targets.get(link.input, ANY)
    inputs = [one.name for one in spec.inputs.values() if fits(given, one.type)]
    outputs = [one.name for one in spec.outputs.values() if fits(one.type, wanted)]
    for name, output in product(inputs, outputs):
        edit = _through(link, node_id, name, output)
        if graph.can(edit):
            return edit
    return None


def swapped(one: Link, other: Link) -> Batch:
    """Return the edit that lets two links end each where the other does."""
    edits = (
        Disconnect(one),
        Disconnect(other),
        Connect(Link(one.source, one.output, other.target, other.input, other.index)),
        Connect(Link(other.source, other.output, one.target, one.input, one.index)),
    )
    return Batch(edits, "Swap two links")


def _through(link: Link, node_id: str, name: str, output: str) -> Batch:
    edits = (
        Disconnect(link),
        Connect(Link(link.source, link.output, node_id, name)),
        Connect(Link(node_id, output, link.target, link.input, link.index)),
    )
    return Batch(edits, "Insert a node")
