"""Cancelling: before, between, inside, from anywhere; and what is left is whole. [52, E.8]"""

import threading

import pytest

from nodegraph.errors import Cancelled
from nodegraph.execution.context import CancelToken, current
from nodegraph.execution.events import NodeFailed, Progress, RunCancelled
from tests.nodegraph.toys import calls, chain, graph, n


@pytest.fixture
def token():
    return CancelToken()


def slow():
    return {
        "one": n("number", {"value": 1}),
        "sum": n("add", a="one.int", b="one.int"),
        "slow": n("slow", {"steps": 5}, value="sum.int"),
        "last": n("identity", value="slow.int"),
    }


def test_a_run_cancelled_before_it_starts_calls_nothing(run, token):
    token.cancel()
    with pytest.raises(Cancelled):
        run(slow(), cancel=token)
    assert not calls


def test_a_run_cancelled_between_two_nodes_keeps_the_first(run, token):
    with pytest.raises(Cancelled):
        run(slow(), cancel=token, observe=lambda one: one.node == "sum" and token.cancel())
    assert calls == {"number": 1, "add": 1}
    calls.clear()
    assert run(slow())["last"] == 2
    assert calls["add"] == 0


def test_a_run_cancelled_inside_a_node_ends_at_its_next_step(run, token):
    events = []

    def listen(event):
        events.append(event)
        if isinstance(event, Progress) and event.step == 2:
            token.cancel()

    with pytest.raises(Cancelled):
        run(slow(), cancel=token, listener=listen)
    assert calls["slow steps"] == 3
    assert isinstance(events[-1], RunCancelled)
    assert not [event for event in events if isinstance(event, NodeFailed)]


def test_a_run_is_cancelled_from_another_thread(run, token):
    reached = threading.Event()
    canceller = threading.Thread(target=lambda: (reached.wait(10), token.cancel()))
    canceller.start()

    def listen(event):
        if isinstance(event, Progress):
            reached.set()
            canceller.join(10)

    with pytest.raises(Cancelled):
        run(slow(), cancel=token, listener=listen)
    assert calls["identity"] == 0


def test_after_a_cancelled_run_the_next_goes_on_where_it_was(run, token):
    toy = graph(chain(10))
    with pytest.raises(Cancelled):
        run(toy, cancel=token, observe=lambda one: one.node == "n4" and token.cancel())
    done = calls["identity"]
    assert run(toy)["last"] == 7
    assert (done, calls["identity"]) == (5, 10)


def test_an_independent_zone_goes_on_at_the_turn_it_was_cancelled_in(run, token):
    nodes = {
        "list": n("count", {"stop": 6}),
        "begin": n("toy.for_each.begin", zone="z", items="list.list"),
        "slow": n("slow", {"steps": 1}, value="begin.item"),
        "end": n("toy.for_each.end", zone="z", value="slow.int"),
    }
    with pytest.raises(Cancelled):
        run(nodes, cancel=token, observe=lambda one: one.turn == (3,) and token.cancel())
    calls.clear()
    assert run(nodes)["end.list"] == [0, 1, 2, 3, 4, 5]
    assert calls["slow"] == 3


def test_no_except_exception_swallows_a_cancellation():
    assert not issubclass(Cancelled, Exception)


def test_after_a_run_there_is_no_run_around(run, token):
    token.cancel()
    with pytest.raises(Cancelled):
        run(slow(), cancel=token)
    current().progress(1, 2)
    assert current().run == ""
