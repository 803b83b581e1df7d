"""Edits at random, possible or not, for graphs of toys."""

import random

from nodegraph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    RemoveNode,
    RenameNode,
    SetMode,
    SetParam,
    SetTitle,
    SetView,
)
from nodegraph.graph import Graph, Link, Node
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph
from tests.nodegraph.toys import catalogue

KINDS = ["toy.number", "toy.add", "toy.gather", "toy.identity", "toy.text", "un.known"]
PLACES = [None, {"pos": [1, 2]}, {"pos": [3, 4], "color": "#fff"}]


def any_edit(rng: random.Random, graph: Graph):
    """Return an edit, or a batch of a few."""
    count = rng.choice([1, 1, 1, 3])
    edits = tuple(_one(rng, graph) for _ in range(count))
    return edits[0] if count == 1 else Batch(edits, "Some")


def _one(rng: random.Random, graph: Graph):
    ids = [*(node.id for node in graph), "fresh", "fresh_2"]
    one, other = rng.choice(ids), rng.choice(ids)
    return rng.choice([_structure, _values, _definitions])(rng, graph, one, other)


def _structure(rng, graph, one, other):
    outputs, inputs = ["int", "value", "list", "y"], ["a", "b", "value", "items", "x"]
    link = Link(one, rng.choice(outputs), other, rng.choice(inputs), rng.choice([0, 0, 1, 2]))
    node = Node(one, rng.choice([*KINDS, "subgraph/inner"]), extra=rng.choice([{}, {"k": [1]}]))
    return rng.choice(
        [
            AddNode(node),
            RemoveNode(one),
            Connect(link),
            Connect(link),
            Disconnect(rng.choice([*graph.links(), link])),
            RenameNode(one, other),
        ]
    )


def _values(rng, graph, one, other):
    return rng.choice(
        [
            SetParam(one, rng.choice(["value", "plus", "q"]), rng.choice([1, 2.5, "ü", None])),
            SetTitle(one, rng.choice(["", "A", "ü"])),
            SetMode(one, rng.choice(["run", "mute", "bypass"])),
            SetView("nodes", one, rng.choice(PLACES)),
            SetView("frames", "f", rng.choice([None, {"nodes": [one, other]}])),
        ]
    )


def _definitions(rng, graph, one, other):
    definition = Graph(catalogue, graph.subgraphs)
    definition.put(Node("only", "graph.output", params={"name": "y"}))
    return rng.choice(
        [
            EditSubgraph("inner", SetParam("sum", "plus", rng.randrange(9))),
            EditSubgraph("inner", RemoveNode(rng.choice(["in", "out", "sum"]))),
            EditSubgraph("inner", SetParam("in", "default", rng.choice([None, 1, "s"]))),
            EditSubgraph("inner", SetParam("in", "type", rng.choice(["int", "str", "any"]))),
            SetParam("use", "x", rng.choice([1, "s"])),
            EditSubgraph("inner", SetView("nodes", "sum", rng.choice(PLACES))),
            EditSubgraph("spare", SetTitle("only", rng.choice(["", "A"]))),
            SetSubgraph("spare", rng.choice([None, definition])),
        ]
    )
