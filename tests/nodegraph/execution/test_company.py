"""Runs in company: one at a time, and what they ask for is answered together."""

import threading

import pytest

from nodegraph.execution.company import accompany, ask, in_company, making
from nodegraph.execution.context import current
from nodegraph.execution.events import NodeFinished
from tests.nodegraph.toys import calls, graph, n, toy

asked: list[list[int]] = []


def doubled(numbers):
    asked.append(numbers)
    return [2 * number for number in numbers]


@toy("toy.doubled")
def double(value: int) -> int:
    return ask("double", value, doubled)


@pytest.fixture(autouse=True)
def nothing_asked():
    asked.clear()


def test_who_is_alone_is_answered_at_once():
    assert not in_company()
    assert ask("a", 3, doubled) == 6
    with making("a") as met:
        assert not met


def test_what_several_ask_is_answered_in_one_call_by_key_in_order():
    found = {}

    def work(number):
        assert in_company()
        found[number] = ask(number % 2, number, doubled) + ask("again", number, doubled)

    accompany([lambda one=one: work(one) for one in range(4)])
    assert found == {0: 0, 1: 4, 2: 8, 3: 12}
    assert asked == [[0, 2], [1, 3], [0, 1, 2, 3]]


def test_one_works_at_a_time_and_all_are_on_one_thread():
    working, threads = [], set()

    def answer(questions):
        threads.add(threading.current_thread())
        return questions

    def work():
        for _ in range(3):
            threads.add(threading.current_thread())
            working.append(1)
            assert len(working) == 1
            working.pop()
            ask("a", 1, answer)

    accompany([work] * 3)
    assert threads == {threading.current_thread()}


def test_who_ends_early_keeps_nobody_waiting():
    rounds = []

    def work(times):
        for _ in range(times):
            ask("a", times, lambda ones: rounds.append(sorted(ones)) or ones)

    accompany([lambda: work(1), lambda: work(3)])
    assert rounds == [[1, 3], [3], [3]]


def test_an_answer_that_fails_fails_for_all_who_asked_it():
    failed = []

    def answer(questions):
        raise ValueError(f"no answer to {questions}")

    def work(number):
        with pytest.raises(ValueError, match=r"no answer to \[0, 1\]"):
            ask("a", number, answer)
        failed.append(number)

    accompany([lambda: work(0), lambda: work(1)])
    assert failed == [0, 1]


def test_what_one_raises_is_raised_when_the_others_have_ended():
    ended = []

    def fail():
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        accompany([fail, lambda: ended.append(ask("a", 1, doubled))])
    assert ended == [2]


def test_what_one_makes_the_others_wait_for():
    met, made = [], []

    def work(number):
        with making("thing") as others:
            met.append((number, others))
            if not others:
                ask("a", number, doubled)
                made.append(number)

    accompany([lambda one=one: work(one) for one in range(3)])
    assert made == [0]
    assert met == [(0, False), (1, True), (2, True)]


def runs(run, *graphs, **settings):
    """Run graphs in company; give their results in order."""
    results = {}

    def work(number):
        results[number] = run(graphs[number], **settings)

    accompany([lambda one=one: work(one) for one in range(len(graphs))])
    return [results[number] for number in range(len(graphs))]


def doubling(value, *, plus=0):
    return graph(
        {
            "one": n("number", {"value": value}),
            "twice": n("doubled", value="one.int"),
            "more": n("add", {"plus": plus}, a="twice.int", b="one.int"),
        }
    )


def test_runs_in_company_ask_together_and_have_their_own_values(run):
    found = runs(run, *map(doubling, (1, 2, 3)))
    assert [one["more"] for one in found] == [3, 6, 9]
    assert asked == [[1, 2, 3]]


def test_a_value_that_several_want_is_made_once(run):
    events = []
    found = runs(run, doubling(5), doubling(5, plus=1), listener=events.append)
    assert [one["more"] for one in found] == [15, 16]
    assert asked == [[5]]
    assert calls["doubled"] == 1
    cached = [one.node for one in events if isinstance(one, NodeFinished) and one.cached]
    assert cached == ["one", "twice"]


@pytest.mark.parametrize("shown", [False, True])
def test_a_zone_is_run_once_unless_its_turns_are_wanted(run, shown):
    nodes = {
        "one": n("number", {"value": 1}),
        "begin": n("toy.repeat.begin", {"times": 3}, zone="z", value="one.int"),
        "twice": n("doubled", value="begin.value"),
        "end": n("toy.repeat.end", zone="z", value="twice.int"),
    }
    others = {**nodes, "more": n("add", {"plus": 1}, a="end.value", b="one.int")}
    targets = ["end", "twice"] if shown else ["end"]
    found = runs(run, graph(nodes), graph(others), targets=targets)
    assert [one["end.value"] for one in found] == [8, 8]
    assert asked == ([[1, 1], [2, 2], [4, 4]] if shown else [[1], [2], [4]])


def test_answers_are_made_in_the_run_of_the_first_who_asks(run):
    noted = []

    @toy("toy.noted")
    def note(value: int) -> int:
        return ask("note", value, lambda ones: [current().note("here")] and ones)

    def listen(event):
        if type(event).__name__ == "Noted":
            noted.append((event.run, event.node))

    nodes = [
        {"one": n("number", {"value": one}), "n": n("noted", value="one.int")} for one in (1, 2)
    ]
    runs(run, *map(graph, nodes), listener=listen)
    assert [node for _, node in noted] == ["n"]
