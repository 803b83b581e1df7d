"""Edits: each is refused in words or made, and undone to the byte."""

import random
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from nodegraph.errors import ArityError, CycleError, GraphError, SocketTypeError
from nodegraph.graph import Graph, Link, Node
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph
from nodegraph.workflow import dumps
from tests.nodegraph.toys import INNER, catalogue, everything, graph, n


@pytest.fixture
def toy():
    end = n("toy.repeat.end", zone="z", value="begin.value")
    return everything(same=n("identity"), end=end)


GOOD = [
    AddNode(Node("new", "toy.real", params={"value": 3})),
    AddNode(Node("new", "unheard.of", 7, {"a": 1}, extra={"b": 2})),
    AddNode(Node("new", "subgraph/inner")),
    RemoveNode("one"),
    RemoveNode("sum"),
    RemoveNode("odd"),
    RemoveNode("use"),
    Connect(Link("one", "int", "free", "a")),
    Connect(Link("use", "y", "free", "a")),
    Connect(Link("two", "int", "all", "items", 2)),
    Connect(Link("odd", "any_name", "free", "b")),
    Connect(Link("text", "str", "odd", "any_input")),
    Connect(Link("one", "int", "two", "value")),
    Disconnect(Link("one", "int", "all", "items", 0)),
    SetParam("one", "value", 9),
    SetParam("odd", "x", {"z": 1}),
    SetParam("odd", "new", 1.5),
    SetTitle("one", "First"),
    SetMode("sum", "bypass"),
    RenameNode("one", "first"),
    RenameNode("one", "ghost"),
    RenameNode("begin", "start"),
    SetView("frames", "f", {"nodes": ["one"]}),
    SetView("nodes", "one", None),
    SetSubgraph("other", Graph(catalogue)),
    EditSubgraph("inner", SetParam("sum", "plus", 3)),
    EditSubgraph("inner", RemoveNode("out")),
    Batch((SetParam("one", "value", 5), RemoveNode("one"), AddNode(Node("one", "toy.text")))),
]

BAD = [
    (AddNode(Node("1st", "toy.real")), "'1st' is no node id; use letters"),
    (AddNode(Node("one", "toy.real")), "there is a node 'one' already; choose another id"),
    (AddNode(Node("x", "toy.real", params={"valu": 1})), "no parameter 'valu'; did you mean"),
    (AddNode(Node("x", "toy.real", params={"value": 1e6})), "above 1000; use -1000 to 1000"),
    (AddNode(Node("x", "un.known", params={"a": float("nan")})), "not a finite number"),
    (RemoveNode("oen"), "there is no node 'oen'; did you mean 'one'"),
    (Connect(Link("one", "itn", "free", "a")), "no output 'itn'; did you mean 'int'"),
    (Connect(Link("one", "int", "free", "c")), "no input 'c'"),
    (Connect(Link("nowhere", "int", "free", "a")), "there is no node 'nowhere'"),
    (Connect(Link("two", "int", "sum", "a")), r"sum.a has its link from one.int already; remove"),
    (Connect(Link("two", "int", "free", "a", 1)), "takes one link, so its index is 0"),
    (Connect(Link("two", "int", "all", "items", 1)), "all.items has its link from sum.int"),
    (Connect(Link("text", "str", "free", "a")), "text.str gives str, free.a takes int; link"),
    (Connect(Link("text", "str", "one", "value")), "text.str gives str, one.value takes int"),
    (Connect(Link("text", "str", "all", "items", 2)), "text.str gives str, all.items takes int"),
    (Connect(Link("end", "value", "one", "value")), "end.value -> one.value would close a loop"),
    (Connect(Link("same", "value", "same", "value")), "close a loop"),
    (Disconnect(Link("one", "int", "free", "a")), "there is no link one.int -> free.a"),
    (SetParam("one", "value", "x"), "one.value: 'x' is not a whole number"),
    (SetParam("one", "size", 1), "has no parameter 'size'"),
    (SetMode("one", "off"), "'off' is no mode; use run, mute, bypass"),
    (RenameNode("one", "two"), "there is a node 'two' already"),
    (RenameNode("one", "a b"), "is no node id"),
    (SetSubgraph("a b", None), "is no subgraph name"),
    (SetSubgraph("inner", None), "subgraph 'inner' is used by use"),
    (EditSubgraph("iner", RemoveNode("in")), "there is no subgraph 'iner'; did you mean 'inner'"),
    (EditSubgraph("inner", AddNode(Node("x", "subgraph/inner"))), "would contain itself"),
    (EditSubgraph("inner", RemoveNode("nothing")), "there is no node 'nothing'"),
    (Batch((SetParam("one", "value", 5), RemoveNode("nothing"))), "there is no node 'nothing'"),
]


@pytest.mark.parametrize("edit", GOOD, ids=lambda edit: type(edit).__name__)
def test_an_edit_is_undone_and_made_again_to_the_byte(toy, edit):
    before = dumps(toy)
    assert toy.can(edit)
    assert dumps(toy) == before
    undo = toy.apply(edit)
    after = dumps(toy)
    redo = toy.apply(undo)
    assert dumps(toy) == before != after
    toy.apply(redo)
    assert dumps(toy) == after


@pytest.mark.parametrize(("edit", "message"), BAD, ids=lambda one: type(one).__name__)
def test_an_impossible_edit_is_refused_in_words_and_changes_nothing(toy, edit, message):
    before, heard = (dumps(toy), toy.revision), []
    toy.listen(heard.append)
    assert not toy.can(edit)
    with pytest.raises(GraphError, match=message.replace(".", r"\.")):
        toy.apply(edit)
    assert ((dumps(toy), toy.revision), heard) == (before, [])


def test_each_refusal_has_its_class(toy):
    for link, kind in [
        (Link("end", "value", "one", "value"), CycleError),
        (Link("text", "str", "free", "a"), SocketTypeError),
        (Link("two", "int", "sum", "a"), ArityError),
    ]:
        with pytest.raises(kind):
            toy.check(Connect(link))


def test_an_edit_is_announced_once_and_counts_unless_it_is_of_the_view(toy):
    heard, revision = [], toy.revision
    stop = toy.listen(heard.append)
    edits = [SetParam("one", "value", 3), SetTitle("one", "A"), SetView("a", "b", 1)]
    for edit in edits:
        toy.apply(edit)
    stop()
    toy.apply(SetMode("one", "mute"))
    assert heard == edits
    assert toy.revision == revision + 2


def test_type_variables_agree_across_a_node_and_across_a_zone(toy):
    toy.apply(Connect(Link("text", "str", "same", "value")))
    assert not toy.can(Connect(Link("same", "value", "free", "a")))
    toy.apply(Disconnect(Link("begin", "value", "end", "value")))
    assert not toy.can(Connect(Link("text", "str", "end", "value")))
    assert toy.can(Connect(Link("two", "int", "end", "value")))


def test_a_link_that_makes_an_older_one_wrong_is_refused(toy):
    toy.apply(Connect(Link("same", "value", "free", "a")))
    with pytest.raises(SocketTypeError, match=r"same\.value gives str, free\.a takes int"):
        toy.apply(Connect(Link("text", "str", "same", "value")))


def test_the_params_of_an_added_node_are_as_if_set(toy):
    toy.apply(AddNode(Node("a", "toy.real", params={"value": 3})))
    toy.apply(AddNode(Node("b", "toy.real")))
    toy.apply(SetParam("b", "value", 3))
    assert repr(toy["a"].params) == repr(toy["b"].params) == "{'value': 3.0}"


def test_a_definition_is_edited_once_for_all_its_uses(toy):
    toy.apply(AddNode(Node("again", "subgraph/inner")))
    toy.apply(EditSubgraph("inner", SetParam("out", "name", "z")))
    assert [list(toy.spec(name).outputs) for name in ("use", "again")] == [["z"], ["z"]]


def test_a_batch_that_fails_half_way_leaves_nothing_of_itself_in_a_definition(toy):
    made = (RemoveNode("in"), EditSubgraph("inner", SetParam("sum", "plus", 4)))
    with pytest.raises(GraphError, match="there is no node 'nothing'"):
        toy.apply(EditSubgraph("inner", Batch((*made, RemoveNode("nothing")))))
    assert list(toy.spec("use").inputs) == ["x"]


@pytest.mark.parametrize(
    "edit", [SetTitle("again", "T"), SetMode("again", "mute"), RenameNode("again", "anew")]
)
def test_a_value_that_a_changed_definition_takes_no_more_comes_back_with_it(toy, edit):
    toy.apply(EditSubgraph("inner", SetParam("in", "default", 1)))
    toy.apply(AddNode(Node("again", "subgraph/inner", params={"x": 7})))
    before = dumps(toy)
    undo = toy.apply(EditSubgraph("inner", SetParam("in", "default", None)))
    assert toy["again"].params == {}
    toy.apply(toy.apply(edit))
    toy.apply(undo)
    assert dumps(toy) == before


def test_the_type_of_an_output_follows_the_definitions_inside(toy):
    outer = {
        "use": n("subgraph/inner"),
        "out": n("graph.output", value="use.y"),
    }
    made = graph({"u": n("subgraph/outer")}, {"inner": INNER, "outer": outer})
    assert made.spec("u").outputs["value"].type == "int"
    edits = [Disconnect(Link("sum", "int", "out", "value")), AddNode(Node("t", "toy.text"))]
    for edit in [*edits, Connect(Link("t", "str", "out", "value"))]:
        made.apply(EditSubgraph("inner", edit))
    assert made.spec("u").outputs["value"].type == "str"


def test_no_definition_can_come_to_contain_itself(toy):
    toy.apply(SetSubgraph("outer", Graph(catalogue, toy.subgraphs)))
    toy.apply(EditSubgraph("outer", AddNode(Node("u", "subgraph/inner"))))
    with pytest.raises(GraphError, match="'inner' would contain itself through 'outer'"):
        toy.apply(EditSubgraph("inner", AddNode(Node("u", "subgraph/outer"))))
    with pytest.raises(GraphError, match="would contain itself"):
        toy.apply(EditSubgraph("inner", Batch((AddNode(Node("u", "subgraph/outer")),))))
    looped = Graph(catalogue, toy.subgraphs)
    looped.put(Node("u", "subgraph/outer"))
    with pytest.raises(GraphError, match="would contain itself"):
        toy.apply(SetSubgraph("inner", looped))
    toy.apply(RemoveNode("use"))
    with pytest.raises(GraphError, match="subgraph 'inner' is used by u"):
        toy.apply(SetSubgraph("inner", None))


def test_a_copy_shares_nothing_that_changes(toy):
    before, twin = dumps(toy), toy.copy()
    twin.apply(RemoveNode("one"))
    twin.apply(EditSubgraph("inner", RemoveNode("in")))
    twin.apply(SetView("nodes", "one", None))
    assert dumps(toy) == before


def test_the_cycle_check_of_a_dense_ladder_is_quick():
    nodes = {"a0": n("number"), "b0": n("number"), "free": n("number")}
    for i in range(1, 2500):
        both = [f"a{i - 1}.int", f"b{i - 1}.int"]
        nodes |= {f"{name}{i}": n("add", a=both[0], b=both[1]) for name in "ab"}
    toy = graph(nodes)
    start = perf_counter()
    assert not toy.can(Connect(Link("a2499", "int", "a0", "value")))
    assert toy.can(Connect(Link("free", "int", "a0", "value")))
    assert perf_counter() - start < 1


def random_edit(rng: random.Random, toy: Graph):
    """Return some edit, possible or not."""
    ids = [*(node.id for node in toy), "fresh", "fresh_2"]
    one, other = rng.choice(ids), rng.choice(ids)
    outputs, inputs = ["int", "value", "list", "str", "y"], ["a", "b", "value", "items", "x"]
    link = Link(one, rng.choice(outputs), other, rng.choice(inputs), rng.choice([0, 0, 1, 2]))
    links = [*toy.links(), link]
    params = rng.choice([{}, {"value": rng.randrange(5)}, {"plus": 1}])
    kind = rng.choice([spec for spec in catalogue if spec.startswith("toy.")] + ["un.known"])
    return rng.choice(
        [
            AddNode(Node(one, rng.choice([kind, "subgraph/inner"]), params=params)),
            RemoveNode(one),
            Connect(link),
            Connect(link),
            Disconnect(rng.choice(links)),
            SetParam(one, rng.choice(["value", "plus", "q"]), rng.choice([1, 2.5, "x", None])),
            SetTitle(one, rng.choice(["", "A", "ü"])),
            SetMode(one, rng.choice(["run", "mute", "bypass"])),
            RenameNode(one, other),
            SetView("nodes", one, rng.choice([None, {"pos": [rng.randrange(9), 0]}])),
            EditSubgraph("inner", SetParam("sum", "plus", rng.randrange(9))),
            EditSubgraph("inner", RemoveNode(rng.choice(["in", "out", "sum"]))),
            EditSubgraph("inner", SetParam("out", "name", rng.choice(["y", "value"]))),
        ]
    )


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_any_edits_are_undone_and_redone_to_the_byte(seed):
    rng = random.Random(seed)
    toy = graph({"one": n("number"), "use": n("subgraph/inner", x="one.int")}, {"inner": INNER})
    states, undos = [dumps(toy)], []
    for _ in range(40):
        edits = [random_edit(rng, toy) for _ in range(rng.choice([1, 1, 1, 3]))]
        edit = edits[0] if len(edits) == 1 else Batch(tuple(edits))
        possible = toy.can(edit)
        assert dumps(toy) == states[-1]
        if possible:
            undos.append(toy.apply(edit))
            states.append(dumps(toy))
    redos = []
    for undo, state in zip(reversed(undos), reversed(states[:-1]), strict=True):
        redos.append(toy.apply(undo))
        assert dumps(toy) == state
    for redo, state in zip(reversed(redos), states[1:], strict=True):
        toy.apply(redo)
        assert dumps(toy) == state


def test_a_removed_node_leaves_no_place_in_the_file_and_finds_it_again(toy):
    toy.apply(SetView("nodes", "one", {"pos": [5, 5]}))
    before = dumps(toy)
    undo = toy.apply(RemoveNode("one"))
    assert '"pos"' not in dumps(toy)
    toy.apply(undo)
    assert dumps(toy) == before
