"""Mute, bypass and subgraphs: what the graph that runs is made of."""

import pytest

from nodegraph.edits import AddNode, RemoveNode, SetMode
from nodegraph.errors import PlanError
from nodegraph.graph import Node
from nodegraph.subgraph_edits import EditSubgraph
from tests.nodegraph.toys import calls, graph, n

TWICE = {
    "in": n("graph.input", {"name": "x", "type": "int"}),
    "plus": n("graph.input", {"name": "plus", "type": "int", "default": 0}),
    "sum": n("add", a="in.value", b="in.value", plus="plus.value"),
    "out": n("graph.output", {"name": "sum"}, value="sum.int"),
}


def use(mode="run", **inner):
    nodes = {
        "one": n("number", {"value": 1}),
        "use": n("subgraph/twice", {"plus": 5}, mode=mode, x="one.int"),
        "last": n("identity", value="use.sum"),
    }
    return graph(nodes, {"twice": TWICE | inner})


def line(**modes):
    return {
        "one": n("number", {"value": 4}),
        "scale": n("scale", mode=modes.get("scale", "run"), x="one.int"),
        "save": n("write", mode=modes.get("save", "run"), value="scale.float"),
        "other": n("write", value="one.int"),
    }


def test_neither_a_muted_node_nor_what_follows_it_runs(run):
    assert list(run(line(scale="mute")).values) == ["other"]
    assert not calls["scale"]


def test_a_target_after_a_muted_node_is_refused_with_the_reason(run):
    with pytest.raises(
        PlanError, match="save cannot run, since it follows scale: it is muted; set"
    ):
        run(line(scale="mute"), ["save"])


def test_nothing_but_muted_nodes_says_why_there_is_nothing_to_run(run):
    with pytest.raises(PlanError, match=r"nothing to run; .*one: it is muted"):
        run({"one": n("number", mode="mute")})


def test_a_bypassed_node_hands_its_input_on(run):
    assert run(line(scale="bypass"))["save"].read_text() == "4"
    assert not calls["scale"]


def test_bypass_prefers_the_input_of_exactly_its_type(run):
    nodes = {"i": n("number", {"value": 1}), "f": n("real", {"value": 2.0})}
    nodes["scale"] = n("scale", mode="bypass", x="f.float", factor="i.int")
    assert run(nodes | {"last": n("identity", value="scale.float")})["last"] == 2.0


def test_a_bypassed_node_with_nothing_to_hand_on_leaves_its_follower_without_a_link(run):
    nodes = {"t": n("text"), "len": n("length", mode="bypass", text="t.str")}
    nodes["scale"] = n("scale", x="len.int")
    with pytest.raises(PlanError, match=r"scale \(toy.scale\) needs x"):
        run(nodes, ["scale"])


def test_a_chain_of_bypassed_nodes_hands_on_the_first_value(run):
    nodes = {"one": n("number", {"value": 3}), "a": n("identity", mode="bypass", value="one.int")}
    nodes["b"] = n("identity", mode="bypass", value="a.value")
    nodes["last"] = n("identity", value="b.value")
    assert run(nodes)["last"] == 3
    assert calls["identity"] == 1


@pytest.mark.parametrize("end", ["begin", "end"])
def test_a_bypassed_zone_hands_its_start_on_and_its_body_does_not_run(run, end):
    nodes = {
        "one": n("number", {"value": 1}),
        "begin": n("toy.repeat.begin", zone="z", value="one.int"),
        "sum": n("add", a="begin.value", b="begin.value"),
        "end": n("toy.repeat.end", zone="z", value="sum.int"),
        "last": n("identity", value="end.value"),
    }
    nodes[end]["mode"] = "bypass"
    assert run(nodes)["last"] == 1
    assert not calls["add"]


@pytest.mark.parametrize("end", ["begin", "end"])
def test_a_muted_zone_does_not_run(run, end):
    nodes = {
        "one": n("number", {"value": 1}),
        "begin": n("toy.repeat.begin", zone="z", value="one.int"),
        "end": n("toy.repeat.end", zone="z", value="begin.value"),
        "last": n("identity", value="end.value"),
    }
    nodes[end]["mode"] = "mute"
    assert list(run(nodes).values) == ["one"]


def test_a_subgraph_runs_with_its_inputs_and_params(run):
    assert run(use())["last"] == 7


def test_a_subgraph_used_twice_with_equal_inputs_runs_once(run):
    nodes = {"one": n("number", {"value": 1})}
    nodes |= {name: n("subgraph/twice", x="one.int") for name in "ab"}
    nodes["both"] = n("add", a="a.sum", b="b.sum")
    assert run(graph(nodes, {"twice": TWICE}))["both"] == 4


def test_subgraphs_nest(run):
    outer = {
        "in": n("graph.input", {"name": "x", "type": "int"}),
        "a": n("subgraph/twice", x="in.value"),
        "b": n("subgraph/twice", x="a.sum"),
        "out": n("graph.output", {"name": "sum"}, value="b.sum"),
    }
    nodes = {"one": n("number", {"value": 3}), "use": n("subgraph/outer", x="one.int")}
    nodes["last"] = n("identity", value="use.sum")
    assert run(graph(nodes, {"outer": outer, "twice": TWICE}))["last"] == 12


def test_nodes_inside_a_subgraph_are_named_by_path(run):
    seen = []
    run(use(), observe=lambda one: seen.append(one.node))
    assert seen == ["one", "use/plus", "use/sum", "last"]
    assert run(use(), ["use/sum"])["use/sum"] == 7


def test_a_muted_subgraph_puts_what_follows_to_sleep(run):
    assert list(run(use("mute")).values) == ["one"]


def test_a_bypassed_subgraph_hands_its_input_on(run):
    assert run(use("bypass"))["last"] == 1


@pytest.mark.parametrize("inner", ["sum", "out"])
def test_a_muted_node_inside_puts_what_follows_outside_to_sleep(run, inner):
    toy = use()
    toy.apply(EditSubgraph("twice", SetMode(inner, "mute")))
    assert "last" not in run(toy).values


def test_a_bypassed_output_inside_is_as_one_that_runs(run):
    toy = use()
    toy.apply(EditSubgraph("twice", SetMode("out", "bypass")))
    assert run(toy)["last"] == 7


def test_a_subgraph_without_a_needed_input_names_the_node_inside(run):
    toy = use()
    toy.dag.remove_edge("one", "use")
    with pytest.raises(PlanError, match=r"\$\.subgraphs\.twice\.nodes\.sum\.inputs\.a: use/sum"):
        run(toy, ["last"])


def test_two_inputs_or_outputs_of_one_name_are_refused_with_their_places(run):
    toy = use(
        more=n("graph.input", {"name": "x", "type": "int"}),
        rest=n("graph.output", {"name": "sum"}, value="plus.value"),
    )
    toy.apply(AddNode(Node("again", "subgraph/twice")))
    with pytest.raises(PlanError) as caught:
        run(toy, ["last"])
    assert [(one.path, one.node, one.message) for one in caught.value.problems] == [
        (
            "$.subgraphs.twice.nodes.more.params.name",
            "use/more",
            "use/more is an input named 'x', as use/in is already; give one of them another name",
        ),
        (
            "$.subgraphs.twice.nodes.rest.params.name",
            "use/rest",
            "use/rest is an output named 'sum', as use/out is already; give one of them another "
            "name",
        ),
    ]


def test_two_inputs_of_one_name_at_the_top_level_are_refused_with_all_else(run):
    nodes = {"a": n("graph.input", {"default": 1}), "b": n("graph.input", {"default": 2})}
    nodes["sum"] = n("add", a="a.value")
    with pytest.raises(PlanError) as caught:
        run(nodes)
    assert {one.path for one in caught.value.problems} == {
        "$.nodes.b.params.name",
        "$.nodes.sum.inputs.b",
    }


def test_a_link_from_an_output_that_is_gone_is_refused_in_words(run):
    toy = use()
    toy.apply(EditSubgraph("twice", RemoveNode("out")))
    with pytest.raises(PlanError, match=r"last.* needs value"):
        run(toy, ["last"])


def test_unknown_node_types_do_not_stop_what_needs_them_not(run):
    nodes = line() | {"odd": n("other.thing", x="one.int"), "after": n("write", value="odd.out")}
    assert set(run(nodes).values) == {"save", "other"}


def test_a_small_file_cannot_open_into_a_graph_without_bounds(run):
    """Each definition uses the next twice."""
    definitions = {
        f"s{i}": {
            "in": n("graph.input", {"name": "x", "type": "int"}),
            "a": n(f"subgraph/s{i + 1}", x="in.value"),
            "b": n(f"subgraph/s{i + 1}", x="a.value"),
            "out": n("graph.output", value="b.value"),
        }
        for i in range(30)
    }
    definitions["s30"] = {
        "in": n("graph.input", {"name": "x", "type": "int"}),
        "out": n("graph.output", value="in.value"),
    }
    nodes = {"one": n("number"), "use": n("subgraph/s0", x="one.int")}
    with pytest.raises(PlanError, match=r"subgraphs open into more than 100,000 nodes"):
        run(graph(nodes | {"last": n("identity", value="use.value")}, definitions))
