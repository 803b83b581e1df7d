import pytest

from nodegraph import Lazy
from nodegraph.params import NeededError
from nodes import flow
from tests.nodes.driving import drive


def test_repeat_carries_a_value_through_its_turns():
    assert drive(flow.repeat(1, times=4), lambda turn: turn.value * 2) == 16


def test_repeat_counts_from_0():
    assert drive(flow.repeat(0, times=4), lambda turn: turn.value + turn.index) == 6


def test_repeat_0_times_gives_what_it_got():
    with pytest.raises(StopIteration) as end:
        next(flow.repeat("as it is", times=0))
    assert end.value.value == "as it is"


def test_for_each_lists_a_result_for_every_item():
    assert drive(flow.for_each(["a", "b"]), lambda turn: f"{turn.index}{turn.item}") == ["0a", "1b"]


@pytest.mark.parametrize(("condition", "chosen"), [(True, "yes"), (False, "no")])
def test_a_switch_asks_only_for_the_branch_it_chooses(condition, chosen):
    branches = {"yes": Lazy("if_true"), "no": Lazy("if_false")}
    branches[chosen] = Lazy("ready", chosen, ready=True)
    assert flow.switch(branches["yes"], branches["no"], condition=condition) == chosen
    with pytest.raises(NeededError):
        flow.switch(branches["yes"], branches["no"], condition=not condition)
