"""Which wirings of zones are refused, and in which words."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodegraph.errors import PlanError, WorkflowError
from nodegraph.execution.run import Executor
from tests.nodegraph import toys
from tests.nodegraph.execution.loops import doubling, squares
from tests.nodegraph.toys import graph, n


def test_an_end_that_takes_nothing_of_its_begin_is_refused_in_words(run):
    nodes = doubling(3, show=n("show", value="begin.value"))
    nodes["end"]["inputs"] = {"value": "one.int"}
    for target in ("end", "show"):
        with pytest.raises(PlanError, match="end takes nothing that comes from begin; link"):
            run(nodes, [target])


def test_zones_that_need_each_other_are_refused_in_words(run):
    nodes = {"one": n("number")}
    for a, b in [("1", "2"), ("2", "1")]:
        nodes[f"b{a}"] = n("toy.repeat.begin", zone=a, value="one.int")
        nodes[f"e{a}"] = n("toy.repeat.end", zone=a, value=f"b{a}.value")
        nodes[f"aside{a}"] = n("add", a=f"b{a}.value", b=f"e{b}.value")
    with pytest.raises(
        PlanError, match=r"the zone of b. needs a value of one that needs e. itself"
    ):
        run(nodes, ["aside1", "aside2"])


def test_crossing_zones_are_refused_in_words(run):
    nodes = {
        "one": n("number"),
        "b1": n("toy.repeat.begin", zone="1", value="one.int"),
        "b2": n("toy.repeat.begin", zone="2", value="b1.value"),
        "e1": n("toy.repeat.end", zone="1", value="b2.value"),
        "both": n("add", a="e1.value", b="b2.value"),
        "e2": n("toy.repeat.end", zone="2", value="both.int"),
    }
    with pytest.raises(PlanError, match=r"the zones of b1 and b2 cross|only e1 leads out"):
        run(nodes)


def test_a_link_out_of_a_zone_past_its_end_is_refused_in_words(run):
    nodes = doubling(2, leak=n("add", a="sum.int", b="end.value"))
    with pytest.raises(PlanError, match="only end leads out of the zone, so link the inner value"):
        run(nodes, ["leak"])


def test_a_value_of_the_body_may_hang_off_without_leaving(run):
    nodes = doubling(2, aside=n("identity", value="sum.int"))
    assert run(nodes)["end.value"] == 4


@pytest.mark.parametrize("lost", ["begin", "end"])
def test_half_a_zone_is_refused_in_words(run, lost):
    nodes = doubling(2)
    del nodes[lost]
    if lost == "begin":
        nodes["sum"] = n("add", a="one.int", b="one.int")
    with pytest.raises(PlanError, match=r"has no toy\.repeat\.\w+ of the same zone; add one"):
        run(nodes)


def test_two_begins_with_one_zone_id_are_refused_in_words(run):
    nodes = doubling(2, other=n("toy.repeat.begin", zone="z", value="one.int"))
    with pytest.raises(PlanError, match="zone 'z' has more than one begin or end"):
        run(nodes)


def test_a_begin_and_an_end_of_two_kinds_are_refused_in_words(run):
    nodes = squares(2)
    nodes["end"] = n("toy.repeat.end", zone="z", value="sum.int")
    with pytest.raises(PlanError, match=r"begins as toy\.for_each\.begin and ends as toy\.repeat"):
        run(nodes)


def test_the_two_ends_of_a_zone_agree_on_their_type():
    nodes = doubling(2)
    nodes["text"] = n("text")
    nodes["end"] = n("toy.repeat.end", zone="z", value="text.str")
    with pytest.raises(WorkflowError, match=r"text\.str gives str, end\.value takes int"):
        graph(nodes)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**32))
def test_any_wiring_of_zones_runs_or_is_refused_in_words(seed):
    """Random graphs of three zones: planning ends, and says what it refuses."""
    rng = random.Random(seed)
    names = ["b0", "b1", "b2", "p", "q", "r", "e0", "e1", "e2"]
    rng.shuffle(names)
    nodes, sources = {"one": n("number", {"value": 1})}, ["one.int"]
    for name in names:
        take = [rng.choice(sources[-4:]) for _ in range(2)]
        if name[0] == "b":
            nodes[name] = n("toy.repeat.begin", {"times": 2}, zone=f"z{name[1]}", value=take[0])
            sources.append(f"{name}.value")
        elif name[0] == "e":
            nodes[name] = n("toy.repeat.end", zone=f"z{name[1]}", value=take[0])
            sources.append(f"{name}.value")
        else:
            nodes[name] = n("add", a=take[0], b=take[1])
            sources.append(f"{name}.int")
    with suppress(PlanError):
        Executor(toys.registry).run(graph(nodes))
