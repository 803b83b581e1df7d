"""Copied text is a workflow; pasting it makes nodes of their own, as one step."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.document.clipboard import copy
from gui.document.document import Document
from gui.document.pasting import paste
from gui.document.placing import bend, bends, place
from nodegraph.edits import AddNode, RemoveNode, SetParam, SetView
from nodegraph.errors import GraphError, WorkflowError
from nodegraph.form import SetForm
from nodegraph.graph import Graph, Link, Node
from nodegraph.subgraph_edits import EditSubgraph
from nodegraph.workflow import dumps, load, loads
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, n

WORKFLOWS = Path(__file__).parents[3] / "workflows"


def put(document, text, *where, **how):
    pasted = paste(text, document.graph, *where, **how)
    document.apply(pasted.edit)
    return pasted


@pytest.fixture
def empty():
    return Document(toys.graph({}))


def test_copied_text_is_a_workflow_of_what_was_copied(toy):
    text = copy(toy, ["one", "two", "sum", "use"])
    again = loads(text, toys.registry)
    assert {node.id for node in again} == {"one", "two", "sum", "use"}
    assert sorted(map(str, again.links())) == [
        "one.int -> sum.a",
        "one.int -> use.x",
        "two.int -> sum.b",
    ]
    assert list(again.subgraphs) == ["inner"]
    assert again.view == {"nodes": {"one": {"pos": [1, 2]}}}


@pytest.mark.parametrize("name", ["text_to_image", "seeds_grid"])
def test_a_whole_example_goes_through_the_clipboard_to_the_byte(name):
    graph = load(WORKFLOWS / f"{name}.json")
    other = Document(Graph(graph.catalogue))
    put(other, copy(graph, [node.id for node in graph]), (0, 0))
    other.apply(SetForm(graph.form))  # it is the document's, not the nodes'
    other.graph.extra |= graph.extra
    assert dumps(other.graph) == dumps(graph)


def test_a_paste_beside_the_original_has_ids_links_and_places_of_its_own(document):
    before = dumps(document.graph)
    pasted = put(document, copy(document.graph, ["one", "two", "sum"]))
    assert pasted.nodes == {"one": "one_2", "two": "two_2", "sum": "sum_2"}
    assert document.graph.inputs("sum_2") == {"a": [("one_2", "int")], "b": [("two_2", "int")]}
    assert document.graph.view["nodes"]["one_2"] == {"pos": [41, 42]}
    assert document.undo_title == "Paste 3 nodes"
    document.undo()
    assert dumps(document.graph) == before


def test_numbers_of_copies_go_on(document):
    for _ in range(2):
        put(document, copy(document.graph, ["one"]))
    put(document, copy(document.graph, ["one_3"]))
    assert {"one", "one_2", "one_3", "one_4"} <= {node.id for node in document.graph}


def test_it_is_pasted_where_it_is_wanted(document, toy):
    toy.apply(SetView("nodes", "two", {"pos": [101, 52]}))
    toy.apply(SetView("notes", "n", {"pos": [51, -8], "text": "hi"}))
    toy.apply(SetView("frames", "f", {"size": [9, 9], "title": "F"}))
    pasted = put(document, copy(toy, ["one", "two"], ["f"], ["n"]), (1000, 1000))
    assert place(toy, "one_2").pos == (1000, 1010)
    assert place(toy, "two_2").pos == (1100, 1060)
    assert place(toy, pasted.notes[0], "notes").pos == (1050, 1000)
    assert (pasted.frames, pasted.notes) == (("f_2",), ("n_2",))


def test_bends_of_links_come_along(document, toy):
    link = Link("sum", "int", "all", "items", 1)
    toy.apply(bend(toy, link, [(5, 6)]))
    put(document, copy(toy, ["sum", "all"]))
    assert bends(toy, Link("sum_2", "int", "all_2", "items", 0)) == [(45.0, 46.0)]


def test_links_from_outside_are_kept_on_request_and_in_order(document):
    text = copy(document.graph, ["sum", "all"])
    plain = put(document, text).nodes
    kept = put(document, text, keep_inputs=True).nodes
    assert document.graph.inputs(plain["all"]) == {"items": [("sum_2", "int")]}
    assert document.graph.inputs(kept["all"]) == {"items": [("one", "int"), ("sum_3", "int")]}
    assert document.graph.inputs(kept["sum"]) == {"a": [("one", "int")], "b": [("two", "int")]}


def test_links_from_outside_that_do_not_fit_another_document_are_left_out(document):
    text = copy(document.graph, ["sum", "all"])
    others = {"one": n("text"), "two": n("number")}
    other = Document(toys.graph(others))
    put(other, text, keep_inputs=True)
    assert other.graph.inputs("sum") == {"b": [("two", "int")]}
    assert other.graph.inputs("all") == {"items": [("sum", "int")]}


@pytest.mark.parametrize("end", ["begin", "end"])
def test_one_end_of_a_zone_brings_the_other_and_a_zone_of_their_own(document, end):
    pasted = put(document, copy(document.graph, [end]))
    assert pasted.nodes.keys() == {"begin", "end"}
    zones = {document.graph[name].zone for name in pasted.nodes.values()}
    assert zones == {"z_2"}
    assert document.graph["begin"].zone == "z"


def test_a_zone_is_pasted_with_its_body(document):
    put(document, copy(document.graph, ["begin", "within", "end"]))
    assert document.graph.inputs("end_2") == {"value": [("within_2", "value")]}
    assert document.graph.inputs("within_2") == {"value": [("begin_2", "value")]}


def test_a_definition_that_is_here_is_shared_and_another_one_renamed(document, toy):
    text = copy(toy, ["use"])
    put(document, text)
    assert (list(toy.subgraphs), toy["use_2"].type) == (["inner"], "subgraph/inner")
    document.apply(EditSubgraph("inner", SetParam("sum", "plus", 7)))
    put(document, text)
    assert toy["use_3"].type == "subgraph/inner_2"
    assert toy.subgraphs["inner_2"]["sum"].params["plus"] == 0
    document.undo()
    assert list(toy.subgraphs) == ["inner"]


def test_definitions_within_definitions_come_along(empty):
    outer = {"u": n("subgraph/inner"), "out": n("graph.output", value="u.y")}
    graph = toys.graph({"top": n("subgraph/outer")}, {"inner": INNER, "outer": outer})
    different = {"out": n("graph.output", {"name": "q"})}
    other = Document(toys.graph({"i": n("subgraph/inner")}, {"inner": different}))
    text = copy(graph, ["top"])
    put(empty, text)
    put(other, text)
    assert dumps(empty.graph) == dumps(graph)
    assert other.graph.subgraphs["outer"]["u"].type == "subgraph/inner_2"
    assert other.graph.spec("top").outputs.keys() == {"value"}


def test_a_paste_into_a_definition_is_an_edit_of_it(document):
    inner = document.graph.subgraphs["inner"]
    pasted = paste(copy(document.graph, ["one", "two"]), inner)
    document.apply(EditSubgraph("inner", pasted.edit))
    assert {"one", "two"} <= {node.id for node in inner}
    document.undo()
    assert len(inner) == 3


def test_no_definition_is_pasted_into_itself(document):
    inner = document.graph.subgraphs["inner"]
    pasted = paste(copy(document.graph, ["use"]), inner)
    with pytest.raises(GraphError, match="would contain itself"):
        document.apply(EditSubgraph("inner", pasted.edit))


def test_what_another_catalogue_lacks_becomes_a_placeholder(toy):
    other = Document(Graph({}))
    put(other, copy(toy, ["one", "two", "sum"]))
    assert not other.graph.spec("sum").known
    assert other.graph["one"].params == {"value": 1}
    assert other.graph.inputs("sum").keys() == {"a", "b"}


RUBBISH = [
    ("", "it is not JSON"),
    ("hello", "it is not JSON"),
    ("[1, 2]", "a workflow is a JSON object"),
    ('{"a": 1}', "no Nodegraph workflow"),
    ('{"1": {"class_type": "KSampler"}}', "ComfyUI"),
    ('{"nodegraph": 9, "nodes": {}}', "newer"),
    ('{"nodegraph": 1, "nodes": {"a": {"type": "toy.number", "params": {"value": "x"}}}}', "whole"),
]


@pytest.mark.parametrize(("text", "message"), RUBBISH)
def test_rubbish_is_refused_in_a_sentence(toy, text, message):
    with pytest.raises(WorkflowError, match=message):
        paste(text, toy)


def test_nothing_to_paste_is_said(toy):
    with pytest.raises(GraphError, match="nothing in it to paste"):
        paste('{"nodegraph": 1, "nodes": {}}', toy)


@pytest.mark.parametrize(
    "extra", [7, {"inputs": 7}, {"inputs": {"sum": 1, "sum.a": {"x": "y", "0": 3}}}]
)
def test_nonsense_about_links_from_outside_is_left_out(document, extra):
    data = json.loads(copy(document.graph, ["sum"])) | {"extra": {"clipboard": extra}}
    put(document, json.dumps(data), keep_inputs=True)
    assert document.graph.inputs("sum_2") == {}


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_any_selection_is_pasted_and_undone_and_readable(seed):
    rng = random.Random(seed)
    nodes = {f"n{i}": n("number") for i in range(3)}
    for i in range(3, 12):
        near = [f"n{rng.randrange(i)}.int" for _ in range(2)]
        nodes[f"n{i}"] = n("add", a=near[0], b=near[1])
    document = Document(toys.graph(nodes))
    before = dumps(document.graph)
    chosen = rng.sample(sorted(nodes), rng.randrange(1, 12))
    pasted = put(document, copy(document.graph, chosen), keep_inputs=True)
    for name, fresh in pasted.nodes.items():
        sources = document.graph.inputs(name)
        wanted = {key: [(pasted.nodes.get(s, s), o) for s, o in of] for key, of in sources.items()}
        assert document.graph.inputs(fresh) == wanted
    assert dumps(loads(dumps(document.graph), toys.registry)) == dumps(document.graph)
    document.undo()
    assert dumps(document.graph) == before


def test_the_place_of_a_removed_node_is_not_taken_over(document, toy):
    text = copy(toy, ["two"])
    toy.apply(AddNode(Node("two_2", "toy.number")))
    toy.apply(SetView("nodes", "two_2", {"pos": [7, 7]}))
    toy.apply(RemoveNode("two_2"))
    put(document, text)
    assert place(toy, "two_2").pos is None
