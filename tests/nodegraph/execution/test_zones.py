"""Loops: a zone is driven turn by turn, and only its end leads out."""

import pytest

from nodegraph.edits import SetParam
from nodegraph.errors import Cancelled, NodeError
from nodegraph.execution.context import CancelToken
from nodegraph.execution.events import NodeFailed, NodeStarted
from tests.nodegraph.execution.loops import doubling, nested, squares
from tests.nodegraph.toys import calls, graph, n, shown


@pytest.mark.parametrize(("times", "value"), [(1, 2), (2, 4), (3, 8), (4, 16), (200, 2**200)])
def test_a_changed_number_of_turns_gives_the_value_after_it(run, times, value):
    """[16]"""
    assert run(doubling(2))["end.value"] == 4
    assert run(doubling(times))["end.value"] == value


def test_what_never_matches_before_a_loop_runs_each_time(run):
    """[16]"""
    nodes = doubling(2)
    nodes["one"] = n("clock")
    assert [run(nodes)["end.value"] for _ in range(3)] == [4, 8, 12]


def test_no_turn_at_all_gives_the_start_back(run):
    result = run(doubling(0))
    assert (result["end.value"], result["end.collected"]) == (1, [])
    assert not calls["add"]


def test_a_finished_zone_is_cached(run):
    run(doubling())
    calls.clear()
    run(doubling())
    assert not calls


def test_zones_nest(run):
    assert run(nested())["oe.value"] == 1 + 0 + 0 + 1 + 1 + 2 + 2


def test_an_inner_zone_that_takes_nothing_of_the_outer_runs_once(run):
    nodes = doubling(3)
    nodes["ib"] = n("toy.repeat.begin", {"times": 5}, zone="i", value="one.int")
    nodes["inner"] = n("add", a="ib.value", b="ib.index")
    nodes["ie"] = n("toy.repeat.end", zone="i", value="inner.int")
    nodes["sum"] = n("add", a="begin.value", b="ie.value")
    assert run(nodes)["end.value"] == 1 + 3 * 11
    assert calls["add"] == 5 + 3


def test_an_inner_zone_whose_begin_takes_nothing_but_whose_body_does_runs_each_turn(run):
    nodes = doubling(2)
    nodes["ib"] = n("toy.repeat.begin", {"times": 3}, zone="i", value="one.int")
    nodes["inner"] = n("add", a="ib.value", b="begin.index")
    nodes["ie"] = n("toy.repeat.end", zone="i", value="inner.int")
    nodes["sum"] = n("add", a="begin.value", b="ie.value")
    assert run(nodes)["end.value"] == 1 + 1 + 4
    assert calls["add"] == 2 * 3 + 2


def test_a_zone_inside_a_subgraph_runs_for_each_use(run):
    inner = doubling(3)
    inner["one"] = n("graph.input", {"name": "start", "type": "int"})
    inner["begin"]["inputs"] = {"value": "one.value"}
    inner["out"] = n("graph.output", value="end.value")
    nodes = {
        "n": n("number", {"value": 5}),
        "a": n("subgraph/double", start="n.int"),
        "b": n("subgraph/double", start="a.value"),
        "last": n("identity", value="b.value"),
    }
    assert run(graph(nodes, {"double": inner}))["last"] == 5 * 8 * 8


def test_a_subgraph_inside_a_zone_runs_each_turn(run):
    inner = {
        "in": n("graph.input", {"name": "x", "type": "int"}),
        "sum": n("add", a="in.value", b="in.value"),
        "out": n("graph.output", value="sum.int"),
    }
    nodes = doubling(3)
    nodes["sum"] = n("subgraph/twice", x="begin.value")
    nodes["end"]["inputs"] = {"value": "sum.value"}
    assert run(graph(nodes, {"twice": inner}))["end.value"] == 8


def test_effects_in_a_body_act_each_turn_even_where_they_lead_nowhere(run):
    result = run(doubling(3, show=n("show", value="begin.value"), save=n("write", value="sum.int")))
    assert shown == [1, 2, 4]
    assert [path.read_text() for path in result.files] == ["2", "4", "8"]


def test_what_a_turn_shows_is_right_after_a_change_elsewhere_in_the_body(run):
    nodes = doubling(3, show=n("show", value="begin.value"))
    run(nodes)
    nodes["sum"]["params"] = {"plus": 1}
    run(nodes)
    assert shown == [1, 2, 4, 1, 3, 7]


def test_effects_of_a_cached_zone_do_not_act_again(run):
    nodes = doubling(3, save=n("write", value="sum.int"))
    first = run(nodes).files
    calls.clear()
    assert run(nodes).files == first
    assert not calls


def test_a_deleted_file_of_one_turn_runs_the_zone_again(run):
    nodes = doubling(3, save=n("write", value="sum.int"))
    run(nodes).files[1].unlink()
    assert len(run(nodes).files) == 3


def test_effects_of_nested_zones_act_in_order(run):
    run(nested(2, 2) | {"show": n("show", value="sum.int")})
    assert shown == [1, 1, 2, 3]


def test_collect_keeps_a_value_of_every_turn(run):
    nodes = doubling(4)
    nodes["end"]["inputs"]["collect"] = "begin.value"
    assert run(nodes)["end.collected"] == [1, 2, 4, 8]


def test_collect_of_an_inner_zone_starts_anew_each_turn(run):
    nodes = nested(2, 2)
    nodes["ie"]["inputs"]["collect"] = "sum.int"
    nodes["oe"]["inputs"]["collect"] = "ie.collected"
    assert run(nodes)["oe.collected"] == [[1, 1], [2, 3]]


def test_nodes_that_do_not_depend_on_the_turn_run_once(run):
    nodes = doubling(5)
    nodes["fixed"] = n("scale", x="one.int")
    nodes["sum"] = n("add", a="begin.value", b="whole.whole")
    nodes["whole"] = n("split", x="fixed.float")
    assert run(nodes)["end.value"] == 1 + 5 * 2
    assert (calls["scale"], calls["split"]) == (1, 1)


def test_two_values_are_carried_together(run):
    nodes = {
        "zero": n("number"),
        "one": n("number", {"value": 1}),
        "begin": n("toy.two.begin", {"times": 10}, zone="f", a="zero.int", b="one.int"),
        "sum": n("add", a="begin.a", b="begin.b"),
        "end": n("toy.two.end", zone="f", a="begin.b", b="sum.int"),
    }
    result = run(nodes)
    assert (result["end.a"], result["end.b"]) == (55, 89)


def test_a_target_inside_a_zone_gives_its_last_turn(run):
    result = run(doubling(3), ["sum"])
    assert result["sum"] == 8
    calls.clear()
    assert run(doubling(3), ["sum"])["sum"] == 8
    assert not calls


def test_a_target_inside_a_zone_follows_a_change_elsewhere_in_the_body(run):
    nodes = doubling(3)
    nodes["half"] = n("identity", value="begin.value")
    assert run(nodes, ["half"])["half"] == 4
    nodes["sum"]["params"] = {"plus": 1}
    assert run(nodes, ["half"])["half"] == 7


def test_the_begin_may_be_a_target(run):
    assert run(doubling(3), ["begin"])["begin.value"] == 4
    assert run(doubling(3), ["begin"])["begin.value"] == 4


def test_a_target_inside_a_zone_of_no_turns_gives_nothing(run):
    assert run(doubling(0), ["sum"]).values == {"sum": {}}


def test_every_turn_is_observed_with_its_index(run):
    seen = []
    run(nested(2, 2), observe=seen.append)
    sums = [(one.turn, one.values["int"]) for one in seen if one.node == "sum"]
    assert sums == [((0, 0), 1), ((0, 1), 1), ((1, 0), 2), ((1, 1), 3)]
    assert [one.turn for one in seen if one.node == "ie"] == [(0,), (1,)]
    assert [one.turn for one in seen if one.node == "oe"] == [()]


def test_events_tell_the_turn(run):
    events = []
    run(doubling(2), listener=events.append)
    turns = [e.turn for e in events if isinstance(e, NodeStarted) and e.node == "sum"]
    assert turns == [(0,), (1,)]


def test_independent_turns_are_cached_one_by_one(run):
    assert run(squares(4))["end.list"] == [1, 2, 3, 4]
    calls.clear()
    assert run(squares(6))["end.list"] == [1, 2, 3, 4, 5, 6]
    assert calls["add"] == 2


def test_independent_turns_with_the_same_item_run_once(run):
    nodes = squares()
    nodes["list"] = n("gather", items=["one.int"] * 5)
    assert run(nodes)["end.list"] == [2] * 5
    assert calls["add"] == 1


def test_independent_turns_of_unplain_items_are_cached_by_place(run):
    nodes = {f"b{i}": n("box", {"value": i}) for i in range(3)}
    nodes["list"] = n("gather", items=[f"{name}.box" for name in nodes])
    nodes["begin"] = n("toy.for_each.begin", zone="z", items="list.list")
    nodes["un"] = n("unbox", box="begin.item")
    nodes["end"] = n("toy.for_each.end", zone="z", value="un.int")
    assert run(nodes)["end.list"] == [0, 1, 2]
    nodes["b1"]["params"] = {"value": 7}
    assert run(nodes)["end.list"] == [0, 7, 2]


def test_an_independent_zone_inside_another_reads_the_outer_item_of_its_turn(run):
    nodes = squares(3)
    nodes["ib"] = n("toy.for_each.begin", zone="i", items="list.list")
    nodes["sum"] = n("add", a="begin.item", b="ib.item")
    nodes["ie"] = n("toy.for_each.end", zone="i", value="sum.int")
    nodes["all"] = n("total", numbers="ie.list")
    nodes["end"]["inputs"] = {"value": "all.int"}
    assert run(nodes)["end.list"] == [3, 6, 9]


def test_a_huge_number_may_be_an_item(run):
    nodes = doubling(4)
    nodes["one"]["params"] = {"value": 2**10000}
    nodes["each"] = n("toy.for_each.begin", zone="e", items="list.list")
    nodes["list"] = n("gather", items=["end.value", "end.value"])
    nodes["more"] = n("add", a="each.item", b="one.int")
    nodes["each_end"] = n("toy.for_each.end", zone="e", value="more.int")
    assert run(nodes)["each_end.list"] == [17 * 2**10000] * 2


def test_a_zone_of_dependent_turns_inside_independent_ones_is_cached_by_turn(run):
    nodes = squares(3)
    del nodes["sum"]
    nodes["ib"] = n("toy.repeat.begin", {"times": 2}, zone="i", value="begin.item")
    nodes["twice"] = n("add", a="ib.value", b="ib.value")
    nodes["ie"] = n("toy.repeat.end", zone="i", value="twice.int")
    nodes["end"]["inputs"] = {"value": "ie.value"}
    assert run(nodes)["end.list"] == [0, 4, 8]
    calls.clear()
    nodes["list"]["params"] = {"stop": 4}
    assert run(nodes)["end.list"] == [0, 4, 8, 12]
    assert calls["add"] == 2


def test_independent_turns_inside_dependent_ones_are_right(run):
    nodes = doubling(3)
    nodes["list"] = n("gather", items=["begin.value", "begin.index"])
    nodes["each"] = n("toy.for_each.begin", zone="e", items="list.list")
    nodes["more"] = n("add", a="each.item", b="one.int")
    nodes["each_end"] = n("toy.for_each.end", zone="e", value="more.int")
    nodes["sum"] = n("total", numbers="each_end.list")
    assert run(nodes)["end.value"] == ((1 + 1 + 0 + 1) + 1 + 1 + 1) + 1 + 2 + 1


@pytest.mark.parametrize("stop", [1, 2, 4])
def test_laziness_is_decided_turn_by_turn(run, stop):
    """[18]"""
    nodes = squares(stop)
    nodes["low"] = n("below", {"limit": 2}, x="begin.item")
    nodes["big"] = n("add", {"plus": 100}, a="begin.item", b="one.int")
    nodes["pick"] = n("switch", if_true="sum.int", if_false="big.int", condition="low.bool")
    nodes["end"]["inputs"] = {"value": "pick.value"}
    assert run(nodes)["end.list"] == [1, 2, 103, 104][:stop]
    assert calls["add"] == stop


def test_a_lazy_branch_outside_the_zone_runs_once_when_first_asked_for(run):
    nodes = doubling(4)
    nodes["outside"] = n("scale", {"factor": 10.0}, x="one.int")
    nodes["whole"] = n("split", x="outside.float")
    nodes["low"] = n("below", {"limit": 2}, x="begin.index")
    nodes["pick"] = n("switch", if_true="sum.int", if_false="whole.whole", condition="low.bool")
    nodes["end"]["inputs"] = {"value": "pick.value", "collect": "pick.value"}
    assert run(nodes)["end.collected"] == [2, 4, 10, 10]
    assert calls["split"] == 1


def test_a_lazy_branch_that_is_a_whole_zone_runs_when_asked_for(run):
    nodes = doubling(3)
    nodes["flag"] = n("below", x="one.int")
    nodes["pick"] = n("switch", if_true="end.value", if_false="one.int", condition="flag.bool")
    assert run(nodes)["pick"] == 1
    assert not calls["add"]
    nodes["flag"]["params"] = {"limit": 5}
    assert run(nodes)["pick"] == 8


def test_what_never_matches_runs_each_turn_only_where_it_depends_on_it(run):
    nodes = doubling(3, clock=n("clock"))
    nodes["sum"] = n("add", a="begin.value", b="clock.int")
    assert run(nodes)["end.value"] == 4
    assert run(nodes)["end.value"] == 7


def test_a_failing_body_names_its_node_and_the_next_run_is_right(run):
    nodes = squares(3)
    nodes["bad"] = n("fail", value="sum.int")
    nodes["end"]["inputs"] = {"value": "bad.int"}
    with pytest.raises(NodeError, match=r"bad \(toy\.fail\)"):
        run(nodes)
    nodes["bad"]["params"] = {"message": ""}
    calls.clear()
    assert run(nodes)["end.list"] == [1, 1, 1]
    assert calls["add"] == 2


def test_a_generator_that_raises_or_yields_nonsense_is_blamed_on_the_begin(run, monkeypatch):
    events = []
    toy = graph(doubling(2))
    bad = {"times": "two", "value": None}
    for times in bad.values():
        toy.put(toy["begin"].with_param("times", times))
        with pytest.raises(NodeError, match=r"begin \(toy\.repeat\.begin\)"):
            run(toy.copy(), listener=events.append)
        assert isinstance(events[-1], NodeFailed)


def test_a_zone_that_yields_what_it_does_not_declare_is_blamed(run):
    with pytest.raises(NodeError, match=r"begin \(toy\.wrong\.begin\): it returned str, not a, b"):
        run(
            {
                "one": n("number"),
                "begin": n("toy.wrong.begin", zone="w", a="one.int"),
                "end": n("toy.wrong.end", zone="w", a="begin.a", b="begin.b"),
            }
        )


def test_a_zone_can_be_cancelled_in_any_turn_and_its_generator_is_closed(run):
    token = CancelToken()

    def cancel_in_third(seen):
        if seen.node == "sum" and seen.turn == (2,):
            token.cancel()

    with pytest.raises(Cancelled):
        run(doubling(100), cancel=token, observe=cancel_in_third)
    assert calls["add"] == 3
    assert run(doubling(100))["end.value"] == 2**100


def test_a_zone_of_many_turns_needs_no_depth(run):
    assert run(doubling(3000))["end.value"] == 2**3000


def test_many_zones_nest(run):
    nodes = {"one": n("number", {"value": 1})}
    last, depth = "one.int", 40
    for i in range(depth):
        nodes[f"b{i}"] = n("toy.repeat.begin", {"times": 1}, zone=f"z{i}", value=last)
        last = f"b{i}.value"
    nodes["sum"] = n("add", a=last, b=last)
    last = "sum.int"
    for i in reversed(range(depth)):
        nodes[f"e{i}"] = n("toy.repeat.end", zone=f"z{i}", value=last)
        last = f"e{i}.value"
    assert run(nodes)["e0.value"] == 2


def test_a_zone_and_a_node_may_have_one_name(run):
    nodes = doubling(3)
    nodes["z"] = nodes.pop("one")
    nodes["begin"]["inputs"]["value"] = "z.int"
    assert run(nodes)["end.value"] == 8


def test_an_edit_inside_a_zone_is_seen_by_the_next_run(run):
    toy = graph(doubling(2))
    assert run(toy)["end.value"] == 4
    toy.apply(SetParam("begin", "times", 5))
    assert run(toy)["end.value"] == 32
