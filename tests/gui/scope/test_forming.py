"""What the form shows goes into a subgraph and out of it again, under the names it had."""

import pytest

from gui.document.document import Document
from gui.document.seeds import lock, locked
from gui.scope.making import made
from gui.scope.unpacking import unpacked
from nodegraph.execution.run import resolve_seeds
from nodegraph.form import SetForm, shown
from nodegraph.form_field import Field
from nodegraph.overrides import override, parse_setting
from nodegraph.workflow import dumps, loads
from tests.nodegraph import toys
from tests.nodegraph.toys import n

FORM = (
    Field("amount", "sum", "plus", "How much more", "Added to both.", (0, 9)),
    Field("first", "one", "value"),
    Field("again", "more", "plus"),
)


@pytest.fixture
def document():
    nodes = {
        "one": n("number", {"value": 1}),
        "sum": n("add", {"plus": 5}, a="one.int", b="one.int"),
        "more": n("add", {"plus": 7}, a="sum.int", b="one.int"),
        "all": n("gather", items=["more.int"]),
    }
    graph = toys.graph(nodes)
    graph.apply(SetForm(FORM))
    return Document(graph)


def make(document, *names):
    edit, use = made(document.graph, names)
    document.apply(edit)
    return use


def test_the_form_shows_the_subgraph_in_stead_of_what_is_in_it_now(document):
    use = make(document, "sum", "more")

    assert document.graph.form == (
        Field("amount", use, "plus", "How much more", "Added to both.", (0, 9)),
        Field("first", "one", "value"),
        Field("again", use, "plus_2", "plus"),
    )
    assert document.graph[use].params == {"plus": 5, "plus_2": 7}
    assert [field.name for field, _ in shown(document.graph)] == ["amount", "first", "again"]


def test_it_is_one_step(document):
    before = dumps(document.graph)

    make(document, "sum", "more")
    document.undo()
    assert dumps(document.graph) == before

    document.redo()
    assert document.graph.form[0].node == "subgraph"


def test_the_command_line_knows_a_field_by_the_same_name_before_and_after(document):
    use = make(document, "sum", "more")
    graph = loads(dumps(document.graph), toys.registry)

    assert parse_setting(graph, "amount=8") == (f"{use}.plus", 8)
    place, value = parse_setting(graph, "again=3")
    changed = override(graph, {place: value})
    assert changed[use].params == {"plus": 5, "plus_2": 3}


def test_unpacking_puts_the_fields_back(document):
    use = make(document, "sum", "more")

    edit, ids = unpacked(document.graph, use)
    document.apply(edit)

    assert sorted(ids) == ["more", "sum"]
    assert [(one.name, one.node, one.param) for one in document.graph.form] == [
        (one.name, one.node, one.param) for one in FORM
    ]
    assert document.graph.form[0] == FORM[0]
    assert document.graph["more"].params["plus"] == 7
    document.undo()
    assert document.graph.form[0].node == use


def test_a_subgraph_in_a_subgraph_is_shown_by_the_outer_one(document):
    inner = make(document, "sum", "more")
    outer = make(document, inner, "one")

    assert {one.node for one in document.graph.form} == {outer}
    graph = loads(dumps(document.graph), toys.registry)
    place, _ = parse_setting(graph, "amount=8")
    assert graph[outer].params[place.partition(".")[2]] == 5


def test_a_parameter_that_a_link_from_outside_drives_is_followed_too(document):
    graph = toys.graph(
        {"one": n("number"), "two": n("number"), "sum": n("add", a="one.int", b="one.int")}
        | {"more": n("add", a="sum.int", b="one.int", plus="two.int")}
    )
    graph.apply(SetForm((Field("amount", "more", "plus"),)))
    document = Document(graph)

    use = make(document, "more", "sum")

    assert [(one.name, one.node) for one, _ in shown(document.graph)] == [("amount", use)]


def test_a_seed_is_one_still_and_as_locked_as_it_was():
    graph = toys.graph({"a": n("seeded", {"seed": 3}), "b": n("identity", value="a.int")})
    graph.apply(SetForm((Field("seed", "a", "seed"),)))
    graph.apply(lock(graph, "a", "seed", on=True))
    document = Document(graph)

    use = make(document, "a", "b")

    param = document.graph.spec(use).params["seed"]
    assert (param.widget, param.range) == (
        "seed",
        toys.catalogue["toy.seeded"].params["seed"].range,
    )
    assert locked(document.graph, use) == {"seed"}
    place, value = parse_setting(document.graph, "seed=random")
    drawn = override(document.graph, {place: value})
    drawn = resolve_seeds(loads(dumps(drawn), toys.registry))
    assert isinstance(drawn[use].params["seed"], int)
