"""Every edit goes over the wire and does there what it does here."""

import json
import random
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.document import wire
from nodegraph.edits import Batch, RemoveNode, SetParam
from nodegraph.errors import GraphError
from nodegraph.graph import Graph, Node
from nodegraph.subgraph_edits import SetSubgraph
from nodegraph.workflow import dumps
from tests.gui.document.random_edits import any_edit
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, catalogue, n


def exact(graph):
    """Return a graph as it is in memory; the order of its nodes means nothing."""
    data = wire.pack_graph(graph)
    for part in (data, *data["subgraphs"].values()):
        part["nodes"].sort(key=lambda node: node["id"])
        part["links"].sort()
    return json.dumps(data, sort_keys=True)


def sent(edit, graph):
    return wire.unpack(json.loads(json.dumps(wire.pack(edit))), graph)


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_any_edits_and_their_inverses_do_the_same_over_the_wire(seed):
    rng = random.Random(seed)
    here = toys.graph(
        {"one": n("number"), "use": n("subgraph/inner", x="one.int")}, {"inner": INNER}
    )
    there = wire.unpack_graph(json.loads(exact(here)), catalogue)
    for _ in range(40):
        edit = any_edit(rng, here)
        if here.can(edit):
            there.apply(sent(edit, there))
            inverse = here.apply(edit)
            if rng.random() < 0.3:
                there.apply(sent(inverse, there))
                here.apply(inverse)
        assert dumps(there) == dumps(here)
    assert exact(there) == exact(here)


def test_each_field_of_each_edit_in_the_core_has_a_way_over():
    types = {str(field.type) for kind in wire.KINDS.values() for field in fields(kind)}
    assert types <= wire._UNPACK.keys()
    assert {"SetParam", "Batch", "Revive", "Restore", "Relink", "SetSubgraph"} <= wire.KINDS.keys()


def test_a_definition_arrives_with_the_subgraphs_of_the_graph_it_enters(toy):
    definition = Graph(catalogue, toy.subgraphs)
    definition.put(Node("u", "subgraph/inner"))
    arrived = sent(SetSubgraph("outer", definition), toy)
    assert arrived.definition.spec("u").outputs.keys() == {"y"}


def test_a_graph_goes_over_as_it_is_in_memory(toy):
    undo = toy.apply(RemoveNode("one"))
    twin = wire.unpack_graph(json.loads(exact(toy)), catalogue)
    twin.apply(sent(undo, twin))
    toy.apply(undo)
    assert dumps(twin) == dumps(toy)
    assert twin.view["nodes"]["one"] == {"pos": [1, 2]}


def test_what_the_catalogue_lacks_becomes_a_placeholder(toy):
    twin = wire.unpack_graph(json.loads(exact(toy)), {})
    assert not twin.spec("one").known
    assert exact(twin) == exact(toy)


RUBBISH = [
    None,
    [],
    {},
    {"SetParam": None},
    {"SetParam": {"node_id": "one"}},
    {"SetParam": {"node_id": 1, "name": "value", "value": 3}},
    {"SetParam": {"node_id": "one", "name": "value", "value": 3, "more": 1}},
    {"Explode": {}},
    {"AddNode": {"node": {"id": "a", "type": "b", "version": "1"}}},
    {"AddNode": {"node": {"id": "a", "type": "b", "mode": "fast"}}},
    {"AddNode": {"node": {"id": "a", "type": "b", "params": []}}},
    {"AddNode": {"node": {"id": "a", "type": "b", "color": "red"}}},
    {"Connect": {"link": ["a", "b", "c", "d"]}},
    {"Connect": {"link": ["a", "b", "c", "d", "0"]}},
    {"Batch": {"edits": [{"SetParam": 1}], "label": ""}},
    {"Batch": {"edits": {}, "label": ""}},
    {"SetSubgraph": {"name": "a", "definition": {"nodes": [], "links": [["a"] * 4 + [0]]}}},
    {"SetSubgraph": {"name": "a", "definition": {"nodes": []}}},
]


@pytest.mark.parametrize("data", RUBBISH, ids=str)
def test_rubbish_is_refused_in_a_sentence(toy, data):
    with pytest.raises(wire.WireError, match=r" is no|ends at no|is not text"):
        wire.unpack(data, toy)


def test_an_edit_is_readable_on_the_wire():
    edit = Batch((SetParam("one", "value", 3),), "Set it")
    parts = [{"SetParam": {"node_id": "one", "name": "value", "value": 3}}]
    assert wire.pack(edit) == {"Batch": {"edits": parts, "label": "Set it"}}


def test_an_edit_off_the_wire_is_still_checked(toy):
    with pytest.raises(GraphError, match="no node 'nowhere'"):
        toy.apply(sent(RemoveNode("nowhere"), toy))
