"""What any incremental executor of a DAG owes its users.

The rows are those of a checklist of executor behavior made from the tests of a peer; a test names
its row in brackets.
"""

import pytest

from nodegraph.edits import RenameNode, SetParam
from nodegraph.errors import NodeError, PlanError, WorkflowError
from nodegraph.execution.context import Options
from nodegraph.execution.events import NodeFailed, RunFinished
from nodegraph.execution.run import Executor
from tests.nodegraph import toys
from tests.nodegraph.toys import calls, graph, n


def sum_of(one=1, two=2, **more):
    return {
        "one": n("number", {"value": one}),
        "two": n("number", {"value": two}),
        "sum": n("add", a="one.int", b="two.int"),
    } | more


def three_writers():
    """Two writers in a row, and one apart that has a private source."""
    return {
        "one": n("number", {"value": 1}),
        "first": n("write", {"name": "first"}, value="one.int"),
        "second": n("write", {"name": "second"}, value="first.path"),
        "two": n("text", {"value": "apart"}),
        "apart": n("write", {"name": "apart"}, value="two.str"),
    }


def test_running_the_same_graph_again_calls_nothing(run):
    """[2]"""
    nodes = sum_of(save=n("write", value="sum.int"))
    run(nodes)
    calls.clear()
    assert run(nodes)["save"].read_text() == "3"
    assert not calls


def test_a_changed_value_leaves_unrelated_nodes_cached(run):
    """[3]"""
    run(sum_of(1, 2))
    calls.clear()
    assert run(sum_of(1, 5))["sum"] == 6
    assert calls == {"number": 1, "add": 1}


def test_an_error_names_the_run_and_the_node_and_keeps_its_cause(run):
    """[4, 43]"""
    events = []
    with pytest.raises(NodeError, match=r"bad \(toy\.fail\): it is broken") as caught:
        run(sum_of(bad=n("fail", value="sum.int")), listener=events.append)
    assert (caught.value.node_id, caught.value.type_id) == ("bad", "toy.fail")
    assert isinstance(caught.value.__cause__, RuntimeError)
    (failed,) = [event for event in events if isinstance(event, NodeFailed)]
    assert (failed.run, failed.node) == (events[0].run, "bad")
    assert events[-1] == failed


@pytest.mark.parametrize("value", ["5", None, True, [5], {"a": 1}, 5.5])
def test_a_value_of_the_wrong_type_is_refused_before_anything_runs(value):
    """[5]"""
    with pytest.raises(WorkflowError, match=r"\$\.nodes\.one\.params\.value: .* whole number"):
        graph(sum_of(value))


def test_a_whole_number_is_taken_where_a_number_is_wanted(run):
    """[5]"""
    assert run({"x": n("real", {"value": 5})})["x"] == 5.0


@pytest.mark.parametrize("source", ["text.str", "box.box", "list.list"])
def test_a_link_of_another_type_is_refused_before_anything_runs(source):
    """[6]"""
    nodes = sum_of(text=n("text"), box=n("box"), list=n("count"))
    nodes["sum"] = n("add", a=source, b="two.int")
    with pytest.raises(WorkflowError, match=rf"{source} gives .*, sum\.a takes int; link"):
        graph(nodes)


def test_a_loop_of_links_is_refused_before_anything_runs():
    """[11]"""
    nodes = {"a": n("identity", value="b.value"), "b": n("identity", value="a.value")}
    with pytest.raises(
        WorkflowError, match=r"the links .* close a loop; remove one, or use a zone"
    ):
        graph(nodes)


def test_an_incomplete_target_does_not_stop_the_others(run):
    """[13, E.5]"""
    nodes = sum_of(save=n("write", value="sum.int"), lost=n("write", value="half.int"))
    nodes["half"] = n("add", a="one.int")
    result = run(nodes)
    assert list(result.values) == ["save"]
    assert "half (toy.add) needs b" in result.skipped["lost"][0].message
    nodes["half"] = n("add", a="one.int", b="two.int")
    assert run(nodes)["lost"].read_text() == "3"


def test_an_incomplete_target_that_is_named_is_refused(run):
    """[13]"""
    nodes = sum_of(lost=n("write", value="half.int"), half=n("add", a="one.int"))
    with pytest.raises(PlanError, match=r"\$\.nodes\.half\.inputs\.b: half \(toy.add\) needs b"):
        run(nodes, ["lost", "sum"])
    assert not calls


def test_every_problem_is_reported_at_once(run):
    nodes = {"a": n("add"), "b": n("scale"), "c": n("toy.unheard", {"x": [1]})}
    with pytest.raises(PlanError) as caught:
        run(nodes)
    assert [(p.node, p.socket) for p in caught.value.problems] == [
        ("a", "a"),
        ("a", "b"),
        ("b", "x"),
        ("c", ""),
    ]


def test_two_effects_fed_by_one_node_both_act(run):
    """[19]"""
    nodes = sum_of(a=n("write", {"name": "x"}, value="sum.int"))
    nodes["b"] = n("write", {"name": "y"}, value="sum.int")
    assert len(run(nodes).files) == 2
    assert calls["add"] == 1


def test_a_run_up_to_a_target_leaves_the_rest(run):
    """[24]"""
    result = run(three_writers(), ["apart"])
    assert calls == {"text": 1, "write": 1}
    assert list(result.values) == ["apart"]


def test_a_run_up_to_two_targets_makes_these_and_what_they_need(run):
    """[25]"""
    run(three_writers(), ["apart", "first"])
    assert calls == {"text": 1, "number": 1, "write": 2}


def test_an_effect_upstream_of_a_target_runs_with_it(run):
    """[26]"""
    result = run(three_writers(), ["second"])
    assert [path.stem.partition("_")[0] for path in result.files] == ["first", "second"]
    assert list(result.values) == ["second"]


def test_of_a_chain_of_effects_only_those_upstream_run(run):
    """[28]"""
    assert len(run(three_writers(), ["first"]).files) == 1


def test_an_empty_list_of_targets_is_refused(run):
    """[29]"""
    with pytest.raises(PlanError, match="the list of targets is empty; name a node"):
        run(three_writers(), [])


def test_an_unknown_target_is_refused_with_the_nearest_name(run):
    with pytest.raises(PlanError, match="no node 'secnd' to run; did you mean 'second'"):
        run(three_writers(), ["secnd"])


def test_a_refusal_and_a_failure_are_two_kinds_of_error(run):
    """[44]"""
    with pytest.raises(PlanError):
        run({"a": n("add")})
    with pytest.raises(NodeError):
        run({"x": n("number"), "a": n("fail", value="x.int")})
    assert not issubclass(NodeError, PlanError)


def test_a_timeout_inside_a_node_surfaces_with_its_message(run):
    """[45]"""
    with pytest.raises(NodeError, match="no answer in 5 s"):
        run({"x": n("number"), "a": n("fail", {"message": "no answer in 5 s"}, value="x.int")})


def test_after_a_failure_other_graphs_run_and_what_had_finished_is_cached(run):
    """[46, 47, E.3]"""
    with pytest.raises(NodeError):
        run(sum_of(bad=n("fail", value="sum.int"), after=n("identity", value="bad.int")))
    assert calls["identity"] == 0
    calls.clear()
    assert run(sum_of())["sum"] == 3
    assert not calls


def test_a_cached_run_is_quick(run):
    """[49]"""
    toy = graph(toys.chain(50))
    run(toy)
    assert run(toy).seconds < 0.1


def test_values_of_a_run_do_not_hinder_the_next(run):
    """[51]"""
    nodes = {"b": n("box", {"value": 4}), "u": n("unbox", box="b.box")}
    assert run(nodes)["u"] == run(nodes)["u"] == 4
    assert calls["box"] == 1


def test_nodes_run_after_what_they_need(run):
    """[53]"""
    seen = []
    nodes = sum_of(
        more=n("add", a="sum.int", b="one.int"), most=n("add", a="more.int", b="sum.int")
    )
    result = run(dict(reversed(nodes.items())), observe=lambda one: seen.append(one.node))
    assert result["most"] == 7
    assert seen.index("sum") < seen.index("more") < seen.index("most")


def test_a_lazy_branch_that_is_not_asked_for_does_not_run(run):
    """[1]"""
    nodes = {"t": n("number", {"value": 1}), "f": n("text", {"value": "no"})}
    nodes["pick"] = n("switch", if_true="t.int", if_false="g.value")
    nodes["g"] = n("identity", value="t.int")
    assert run(nodes)["pick"] == 1
    assert calls["identity"] == 0
    nodes["pick"]["params"] = {"condition": False}
    run(nodes)
    assert calls["identity"] == 1


def test_a_partial_run_asks_only_for_the_lazy_branch_it_needs(run):
    """[27]"""
    nodes = {"t": n("number"), "f": n("fail", value="t.int")}
    nodes["pick"] = n("switch", if_true="t.int", if_false="f.int")
    nodes["other"] = n("write", value="f.int")
    assert run(nodes, ["pick"])["pick"] == 0
    assert not calls["fail"]


def test_renamed_and_copied_nodes_share_one_result(run):
    """[E.1]"""
    run({"a": n("number", {"value": 3}), "b": n("identity", value="a.int")})
    calls.clear()
    nodes = {"x": n("number", {"value": 3}), "y": n("identity", value="x.int")}
    assert run(nodes)["y"] == 3
    assert not calls


def test_undo_is_free(run):
    """[E.2]"""
    run(sum_of(1, 2))
    run(sum_of(4, 5))
    calls.clear()
    assert run(sum_of(1, 2))["sum"] == 3
    assert not calls


def test_an_unknown_key_is_refused_and_a_missing_input_is_an_error(run):
    """[E.4]"""
    with pytest.raises(WorkflowError, match=r"toy\.number has no parameter 'valu'; did you mean"):
        graph({"a": n("number", {"valu": 3})})
    with pytest.raises(PlanError, match="needs a"):
        run({"one": n("number"), "s": n("add", b="one.int")})


def test_a_graph_without_anything_to_run_says_so(run):
    """[E.5]"""
    with pytest.raises(PlanError, match="there is nothing to run; add a node that saves or shows"):
        run({})


def test_a_zone_maps_a_list_item_by_item(run):
    """[E.6]"""
    nodes = {
        "list": n("count", {"stop": 4}),
        "begin": n("toy.for_each.begin", zone="z", items="list.list"),
        "add": n("add", a="begin.item", b="begin.index"),
        "end": n("toy.for_each.end", zone="z", value="add.int"),
        "sum": n("total", numbers="end.list"),
    }
    result = run(nodes, ["end", "sum"])
    assert (result["end.list"], result["sum"]) == ([0, 2, 4, 6], 12)


def test_a_deleted_file_makes_its_effect_run_again(run):
    nodes = sum_of(save=n("write", value="sum.int"))
    run(nodes)["save"].unlink()
    calls.clear()
    assert run(nodes)["save"].exists()
    assert calls == {"write": 1}


def test_an_effect_acts_again_for_another_folder(run, tmp_path):
    nodes = sum_of(save=n("write", value="sum.int"))
    run(nodes)
    result = run(nodes, options=Options(out=tmp_path / "other"))
    assert result.files == [tmp_path / "other" / "value_00001.txt"]


@pytest.mark.parametrize("options", [Options(device="cuda"), Options(dtype="float16")])
def test_another_device_or_dtype_shares_no_values(run, options):
    run(sum_of())
    run(sum_of(), options=options)
    assert calls["add"] == 2


def test_random_seeds_are_drawn_once_and_recorded(run):
    toy = graph({"s": n("seeded", {"seed": "random"}), "t": n("identity", value="s.int")})
    first, second = run(toy), run(toy)
    assert first["t"] == first.graph["s"].params["seed"] != second["t"]
    assert toy["s"].params["seed"] == "random"
    calls.clear()
    assert run(first.graph)["t"] == first["t"]
    assert not calls


def test_random_seeds_inside_a_subgraph_are_drawn_too(run):
    inner = {"s": n("seeded", {"seed": "random"}), "out": n("graph.output", value="s.int")}
    toy = graph(
        {"use": n("subgraph/inner"), "t": n("identity", value="use.value")}, {"inner": inner}
    )
    result = run(toy)
    assert result["t"] == result.graph.subgraphs["inner"]["s"].params["seed"]
    assert toy.subgraphs["inner"]["s"].params["seed"] == "random"


def test_an_edit_is_seen_by_the_next_run_of_the_same_graph(run):
    from nodegraph.edits import SetMode, SetParam

    toy = graph(sum_of())
    assert run(toy)["sum"] == 3
    undo = toy.apply(SetParam("one", "value", 10))
    assert run(toy)["sum"] == 12
    toy.apply(undo)
    assert run(toy)["sum"] == 3
    toy.apply(SetMode("one", "mute"))
    assert list(run(toy).values) == ["two"]


def test_two_executors_share_nothing():
    toy = graph(sum_of())
    for _ in range(2):
        Executor(toys.registry).run(toy)
    assert calls["add"] == 2


def test_a_finished_run_ends_with_its_files(run):
    events = []
    result = run(sum_of(save=n("write", value="sum.int")), listener=events.append)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].files == tuple(map(str, result.files))


def test_a_set_parameter_takes_effect_in_the_plan_that_is_there(executor):
    wired = graph({"one": n("number", {"value": 1}), "sum": n("add", a="one.int", b="one.int")})
    before = executor.plan(wired, ["sum"])
    assert executor.run(wired, ["sum"])["sum"] == 2
    wired.apply(SetParam("one", "value", 5))
    assert executor.run(wired, ["sum"])["sum"] == 10
    assert executor.plan(wired, ["sum"]) is before
    wired.apply(RenameNode("one", "first"))
    assert executor.plan(wired, ["sum"]) is not before
