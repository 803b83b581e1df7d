"""Large graphs: linear, and no depth of the graph becomes a depth of calls."""

import gc
from time import perf_counter

from nodegraph.edits import RenameNode
from nodegraph.execution.plan import plan
from nodegraph.execution.run import Executor, uncollected
from nodegraph.execution.step import Step
from tests.nodegraph import toys
from tests.nodegraph.toys import calls, chain, graph, n


def test_a_chain_of_ten_thousand_nodes_runs_and_is_cached(run):
    toy = graph(chain(10_000))
    assert run(toy)["last"] == 7
    assert calls["identity"] == 10_000
    assert run(toy)["last"] == 7
    assert calls["identity"] == 10_000


def test_three_thousand_switches_ask_for_one_another_without_recursion(run):
    nodes = {"one": n("number", {"value": 1}), "other": n("text")}
    last = "one.int"
    for i in range(3000):
        nodes[f"s{i}"] = n("switch", {"condition": i % 2 == 0}, if_true=last, if_false=last)
        last = f"s{i}.value"
    assert run(graph(nodes))["s2999"] == 1
    assert calls["switch"] == 6000


def test_planning_a_dense_ladder_is_linear():
    nodes = {"a0": n("number"), "b0": n("number")}
    for i in range(1, 2500):
        a, b = f"a{i - 1}.int", f"b{i - 1}.int"
        nodes |= {f"{name}{i}": n("add", a=a, b=b) for name in "ab"}
    toy = graph(nodes)
    start = perf_counter()
    made = plan(toy, toys.registry, ["a2499"])
    assert len(made.steps) == 4999
    assert perf_counter() - start < 5


def test_a_plan_keeps_one_object_a_node_that_the_collector_has_to_look_at():
    toy = graph(chain(1000))
    gc.collect()
    before = len(gc.get_objects())
    made = plan(toy, toys.registry)
    gc.collect()
    assert len(gc.get_objects()) - before < len(made.steps) + 100


def test_a_plan_that_is_replaced_is_freed_without_the_collector(executor):
    toy = graph({"one": n("number"), "replaced": n("identity", value="one.int")})
    executor.run(toy)
    toy.apply(RenameNode("replaced", "other"))
    with uncollected():
        executor.run(toy)
        paths = [one.path for one in gc.get_objects() if type(one) is Step]
    assert "replaced" not in paths
    assert "other" in paths


def test_a_wide_graph_runs():
    nodes = {f"n{i}": n("number", {"value": i}) for i in range(2000)}
    nodes["all"] = n("gather", items=[f"{name}.int" for name in nodes])
    nodes["sum"] = n("total", numbers="all.list")
    assert Executor(toys.registry).run(graph(nodes))["sum"] == 1999 * 1000
