"""Making, unpacking, publishing and keeping apart: each is one step, and the file stays whole."""

from pathlib import Path

import pytest

from gui.document.document import Document
from gui.document.placing import place
from gui.scope.definitions import made_unique, renamed, unused, uses, without_unused
from gui.scope.making import made
from gui.scope.publishing import publish_input, publish_output, publisher, unpublish
from gui.scope.scope import Scope
from gui.scope.unpacking import unpacked
from nodegraph.edits import AddNode, Disconnect, SetMode, SetParam, SetView
from nodegraph.errors import GraphError
from nodegraph.graph import Node
from nodegraph.subgraph_edits import EditSubgraph
from nodegraph.workflow import dumps, load, loads, write
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, n

EXAMPLE = Path(__file__).parents[3] / "workflows" / "text_to_image.json"


@pytest.fixture
def document():
    """Two sources into three nodes in a row, of which one also takes many."""
    nodes = {
        "one": n("number", {"value": 1}),
        "two": n("number", {"value": 2}),
        "sum": n("add", {"plus": 5}, a="one.int", b="two.int"),
        "more": n("add", a="sum.int", b="one.int", plus="two.int"),
        "all": n("gather", items=["sum.int", "one.int", "more.int"]),
        "total": n("total", numbers="all.list"),
    }
    graph = toys.graph(nodes)
    for index, name in enumerate(nodes):
        graph.apply(SetView("nodes", name, {"pos": [index * 260, index * 30]}))
    return Document(graph)


@pytest.fixture
def example():
    return Document(load(EXAMPLE))


def again(document):
    return loads(dumps(document.graph), toys.registry)


def make(document, *names):
    edit, use = made(document.graph, names)
    document.apply(edit)
    return use


def test_what_crosses_the_edge_becomes_sockets(document):
    use = make(document, "sum", "more")
    spec = document.graph.spec(use)
    assert {name: one.type for name, one in spec.inputs.items()} == {"a": "int", "b": "int"}
    assert {name: one.type for name, one in spec.outputs.items()} == {"int": "int", "int_2": "int"}
    assert document.graph.inputs(use) == {"a": [("one", "int")], "b": [("two", "int")]}
    items = [(use, "int"), ("one", "int"), (use, "int_2")]
    assert document.graph.inputs("all") == {"items": items}
    assert document.graph.subgraphs["subgraph"]["sum"].params == {"plus": 5}
    again(document)


def test_a_parameter_that_a_link_drove_stays_a_parameter(document):
    document.apply(SetParam("more", "plus", 7))
    document.apply(made(document.graph, ["two"])[0])
    use = make(document, "more")
    assert document.graph.spec(use).targets == {"a": "int", "b": "int", "plus": "int"}
    assert document.graph[use].params == {"plus": 7}


def test_unpacking_puts_back_what_was_made(document):
    before = dumps(document.graph)
    use = make(document, "sum", "more", "all")
    x, y = place(document.graph, use).pos
    assert (500 < x < 1300, 0 < y < 200) == (True, True)
    edit, ids = unpacked(document.graph, use)
    document.apply(edit)
    assert sorted(ids) == ["all", "more", "sum"]
    document.apply(without_unused(document.graph))
    assert dumps(document.graph) == before


def test_making_is_one_step(document):
    before = dumps(document.graph)
    make(document, "sum", "more")
    assert document.undo_title == "Make a subgraph of 2 nodes"
    document.undo()
    assert (dumps(document.graph), document.can_undo) == (before, False)


def test_an_opened_use_leaves_the_others_and_takes_free_ids(document):
    use = make(document, "sum", "more")
    document.apply(AddNode(Node("other", document.graph[use].type)))
    document.apply(AddNode(Node("sum", "toy.number")))
    edit, ids = unpacked(document.graph, use)
    document.apply(edit)
    assert sorted(ids) == ["more", "sum_2"]
    assert document.graph.inputs("more")["a"] == [("sum_2", "int")]
    assert document.graph.spec("other").known


def test_values_of_a_use_come_out_with_it(document):
    document.apply(made(document.graph, ["more"])[0])
    document.apply(SetParam("subgraph", "plus", 9))
    link = next(x for x in document.graph.links_of("subgraph") if x.input == "plus")
    document.apply(Disconnect(link))
    document.apply(SetMode("subgraph", "mute"))
    document.apply(unpacked(document.graph, "subgraph")[0])
    assert (document.graph["more"].params, document.graph["more"].mode) == ({"plus": 9}, "mute")


def test_a_whole_zone_of_the_example_goes_in_and_out_again(example):
    for key in [*example.graph.view["links"]]:  # those into the zone end at other sockets then
        example.apply(SetView("links", key, None))
    before = dumps(example.graph)
    names = ["begin", "predict", "guidance", "step", "end"]
    use = make(example, *names)
    assert list(example.graph.spec(use).outputs) == ["latent"]
    loads(dumps(example.graph))
    example.apply(unpacked(example.graph, use)[0])
    example.apply(without_unused(example.graph))
    assert dumps(example.graph) == before


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (["begin", "predict"], "cuts zone 'denoise' in half: it has begin without end"),
        (["begin", "end"], "stands inside zone 'denoise', which is selected; select"),
        (["model", "predict"], "would close a loop"),
        ([], "no nodes are selected"),
    ],
)
def test_what_cannot_be_taken_out_is_refused_with_the_remedy(example, names, why):
    with pytest.raises(GraphError, match=why):
        made(example.graph, names)


def test_a_part_of_a_zones_body_goes_in(example):
    use = make(example, "predict", "guidance")
    loads(dumps(example.graph))
    assert set(example.graph.inputs(use)) >= {"x", "sigma", "model"}


def test_subgraphs_nest_and_are_made_inside_of_one_another(document):
    use = make(document, "sum", "more", "all")
    scope = Scope(document, document.graph[use].type.removeprefix("subgraph/"))
    edit, inner = made(scope.graph, ["sum", "more"])
    scope.apply(edit)
    assert scope.graph[inner].type == "subgraph/subgraph_2"
    again(document)
    scope.apply(unpacked(scope.graph, inner)[0])
    assert "sum" in scope.graph
    again(document)


@pytest.fixture
def inner(document):
    use = make(document, "sum", "more")
    return Scope(document, document.graph[use].type.removeprefix("subgraph/"))


def test_a_published_parameter_is_one_of_the_use(document, inner):
    inner.apply(publish_input(inner.graph, "sum", "plus"))
    assert document.graph["subgraph"].params == {"plus": 5}
    assert publisher(inner.graph, "sum", "plus") == "input_plus"
    inner.apply(SetParam("input_plus", "default", 6))
    inner.apply(unpublish(inner.graph, "sum", "plus"))
    assert (document.graph["subgraph"].params, inner.graph["sum"].params) == ({}, {"plus": 6})
    again(document)


def test_published_sockets_have_names_of_their_own(document, inner):
    inner.apply(AddNode(Node("free", "toy.add")))
    inner.apply(publish_input(inner.graph, "free", "a"))
    inner.apply(publish_output(inner.graph, "free", "int"))
    spec = document.graph.spec("subgraph")
    assert (list(spec.inputs), list(spec.outputs)) == (["a", "b", "a_2"], ["int", "int_2", "int_3"])
    inner.apply(unpublish(inner.graph, "free", "int", output=True))
    assert list(document.graph.spec("subgraph").outputs) == ["int", "int_2"]


def test_what_has_a_link_is_not_published(inner):
    with pytest.raises(GraphError, match=r"more\.b has its link from"):
        publish_input(inner.graph, "more", "b")


@pytest.fixture
def nested():
    outer = {"u": n("subgraph/inner"), "out": n("graph.output", value="u.y")}
    nodes = {
        "one": n("number"),
        "use": n("subgraph/inner", x="one.int"),
        "top": n("subgraph/outer"),
    }
    return Document(toys.graph(nodes, {"inner": INNER, "outer": outer}))


def test_a_renamed_definition_takes_its_uses_along(qtbot, nested):
    before, scope = write(nested.graph), Scope(nested, "inner")
    nested.apply(renamed(nested.graph, "inner", "twice"))
    assert (nested.graph["use"].type, scope.name) == ("subgraph/twice", "twice")
    assert nested.graph.subgraphs["outer"]["u"].type == "subgraph/twice"
    assert nested.graph.inputs("use") == {"x": [("one", "int")]}
    again(nested)
    with pytest.raises(GraphError, match="there is a subgraph 'outer' already"):
        renamed(nested.graph, "twice", "outer")
    nested.undo()
    assert (write(nested.graph), scope.name) == (before, "inner")


def test_a_use_made_unique_is_changed_alone(nested):
    nested.apply(made_unique(nested.graph, "use"))
    nested.apply(EditSubgraph("inner_2", SetParam("sum", "plus", 9)))
    assert nested.graph.subgraphs["inner"]["sum"].params["plus"] == 0
    assert [uses(nested.graph, name) for name in ("inner", "inner_2")] == [1, 1]
    again(nested)


def test_what_nothing_uses_goes_together(nested):
    nested.apply(unpacked(nested.graph, "top")[0])
    assert unused(nested.graph) == ["outer"]
    nested.apply(unpacked(nested.graph, "use")[0])
    nested.apply(unpacked(nested.graph, "u")[0])
    nested.apply(without_unused(nested.graph))
    assert nested.graph.subgraphs == {}
