"""The form names parameters: for people in the editor, for ``--set``, and in the file."""

import json

import pytest

from nodegraph.edits import AddNode, RemoveNode, RenameNode
from nodegraph.errors import GraphError, OverrideError, WorkflowError
from nodegraph.form import (
    SetForm,
    field_of,
    followed,
    moved,
    proposed,
    shown,
    with_field,
    without_field,
)
from nodegraph.form_field import Field
from nodegraph.graph import Node
from nodegraph.overrides import override, parse_setting, parse_sweep
from nodegraph.workflow import dumps, loads, write
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def graph():
    made = toys.graph({"one": n("number", {"value": 1}), "say": n("text"), "sum": n("add")})
    made.apply(with_field(made, Field("count", "one", "value", "Count", "How many", (0, 9))))
    made.apply(with_field(made, Field("words", "say", "value")))
    return made


def names(graph):
    return [field.name for field in graph.form]


def test_a_form_is_written_and_read(graph):
    assert write(graph)["form"] == [
        {
            "name": "count",
            "param": "one.value",
            "title": "Count",
            "help": "How many",
            "slider": [0, 9],
        },
        {"name": "words", "param": "say.value"},
    ]
    again = loads(dumps(graph), toys.registry)
    assert (again.form, dumps(again)) == (graph.form, dumps(graph))
    assert graph.copy().form == graph.form


def test_a_field_is_set_by_its_name_or_its_place(graph):
    assert parse_setting(graph, "count=3") == parse_setting(graph, "one.value=3")
    assert parse_sweep(graph, "count=1..3") == ("one.value", [1, 2, 3])
    assert override(graph, {"count": 3})["one"].params["value"] == 3


def test_an_unknown_name_is_refused_with_the_known_ones(graph):
    with pytest.raises(OverrideError, match="the form has no 'cont'; did you mean 'count'"):
        parse_setting(graph, "cont=3")
    with pytest.raises(OverrideError, match="the form has no 'q'; it has count, words"):
        parse_setting(graph, "q=3")


def test_fields_are_ordered_changed_and_taken_out(graph):
    before = graph.form
    undo = graph.apply(moved(graph, "words", 0))
    assert names(graph) == ["words", "count"]
    graph.apply(undo)
    assert graph.form == before
    graph.apply(with_field(graph, Field("number", "one", "value")))
    graph.apply(without_field(graph, "words"))
    assert graph.form == (Field("number", "one", "value"),)


def test_a_field_follows_its_node_and_waits_for_it(graph):
    undo = graph.apply(RenameNode("one", "first"))
    assert field_of(graph, "first", "value").name == "count"
    graph.apply(undo)
    undo = graph.apply(RemoveNode("one"))
    assert ([f.name for f, _ in shown(graph)], len(write(graph)["form"])) == (["words"], 1)
    graph.apply(undo)
    assert [f.name for f, _ in shown(graph)] == ["count", "words"]


def test_names_that_cannot_be_are_refused(graph):
    twice = (Field("a", "one", "value"), Field("a", "say", "value"))
    for fields, why in (
        (twice, "two fields of the form are named 'a'"),
        ((Field("a b", "one", "value"),), "is no name of a field"),
        ((Field("a", "one", "valu"),), "one .toy.number. has no parameter 'valu'"),
    ):
        with pytest.raises(GraphError, match=why):
            graph.apply(SetForm(fields))


def test_a_proposed_field_has_the_nodes_own_title_and_a_free_name(graph):
    assert proposed(graph, "sum", "plus") == Field("plus", "sum", "plus", "Plus")
    graph.apply(AddNode(Node("count", "toy.number", title="Count")))
    assert proposed(graph, "count", "value") == Field("count_2", "count", "value", "Count")


@pytest.mark.parametrize(
    ("field", "path"),
    [
        ({"name": "x", "param": "on.value"}, "$.form[0].param: there is no node 'on'"),
        ({"name": "x", "param": "one.valu"}, "$.form[0].param: toy.number has no parameter"),
        ({"name": "x y", "param": "one.value"}, "$.form[0].name"),
        ({"name": "x", "param": "one"}, "$.form[0].param"),
        ({"name": "x", "param": "one.value", "slider": [1]}, "$.form[0].slider"),
    ],
)
def test_a_wrong_form_is_refused_with_its_place(graph, field, path):
    data = write(graph) | {"form": [field]}
    with pytest.raises(WorkflowError) as refusal:
        loads(json.dumps(data), toys.registry)
    assert path in str(refusal.value)


def test_fields_follow_their_parameters_and_keep_all_else(graph):
    graph.apply(SetForm((Field("a", "one", "value"), Field("b", "say", "value", "Words", "Say."))))
    edit = followed(graph, {("one", "value"): ("sum", "plus"), ("say", "other"): ("sum", "a")})

    before = graph.form
    undo = graph.apply(edit)

    assert graph.form == (Field("a", "sum", "plus", "value"), before[1])
    graph.apply(undo)
    assert graph.form == before
    assert followed(graph, {}) is None


def test_a_subgraphs_parameter_is_declared_as_the_one_that_it_sets():
    inner = {
        "seed": n("graph.input", {"name": "luck", "type": "int", "default": 3}),
        "color": n("graph.input", {"name": "color", "type": "str", "default": "red"}),
        "both": n("graph.input", {"name": "both", "type": "int", "default": 3}),
        "drawn": n("seeded", seed="seed.value"),
        "say": n("text", color="color.value"),
        "sum": n("add", a="both.value", b="both.value", plus="both.value"),
    }
    text = dumps(
        toys.graph(
            {"use": n("subgraph/inner", {"luck": "random", "color": "green"})}, {"inner": inner}
        )
    )
    graph = loads(text, toys.registry)
    params = graph.spec("use").params

    assert params["luck"].widget == "seed"
    assert params["color"].choices == ("red", "green")
    assert (params["both"].widget, params["both"].default) == ("", 3)
    with pytest.raises(WorkflowError, match="blue"):
        loads(text.replace('"green"', '"blue"'), toys.registry)
