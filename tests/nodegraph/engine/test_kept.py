import pytest

from nodegraph.engine.kept import ENTRY, JOBS, Kept
from nodegraph.execution.cache import measure
from nodegraph.execution.state import Seen

TEXT = "x" * 1000
SIZE = ENTRY + sum(measure([TEXT]))


def fill(kept, job, turns, node="node", signature=None):
    kept.begin(job, {node: signature or job.encode()})
    for turn in range(turns):
        kept.add(job, Seen(node, {"str": TEXT}, (turn,)))


@pytest.fixture
def kept():
    return Kept(budget=10 * SIZE)


def turns(kept, job, node="node"):
    return [turn for (turn,) in kept.turns(job).get(node, {"turns": []})["turns"]]


def test_values_are_found_by_job_node_and_turn(kept):
    fill(kept, "one", 3)
    assert kept.get("one", "node", (2,)) == {"str": TEXT}
    turns = [[0], [1], [2]]
    assert kept.turns("one") == {"node": {"outputs": ["str"], "turns": turns, "numbers": {}}}
    assert kept.size == 3 * SIZE


def test_plain_numbers_are_told_turn_by_turn(kept):
    kept.begin("one", {"node": b"node"})
    for turn, sigma in enumerate((14.5, 3.0)):
        kept.add("one", Seen("node", {"sigma": sigma, "step": turn, "text": "x"}, (turn,)))
    assert kept.turns("one")["node"]["numbers"] == {"sigma": [14.5, 3.0], "step": [0, 1]}


def test_what_json_cannot_say_is_told_by_looking_alone(kept):
    kept.begin("one", {"node": b"node"})
    kept.add("one", Seen("node", {"sigma": float("inf"), "on": True}, (0,)))
    assert kept.turns("one")["node"]["numbers"] == {}


@pytest.mark.parametrize("place", [("two", "node", (0,)), ("one", "n", (0,)), ("one", "node", ())])
def test_what_was_never_there_is_not_found(kept, place):
    fill(kept, "one", 1)
    assert kept.get(*place) is None


def test_values_outside_of_zones_are_left_to_the_cache(kept):
    fill(kept, "one", 0)
    kept.add("one", Seen("node", {"str": TEXT}, ()))
    kept.add("one", Seen("outside", {"str": TEXT}, (0,)))
    assert (kept.turns("one"), kept.size) == ({}, 0)


def test_a_job_that_finds_its_zone_cached_shows_the_turns_of_the_job_that_ran_it(kept):
    fill(kept, "one", 3, signature=b"same")
    fill(kept, "two", 0, node="renamed", signature=b"same")
    assert turns(kept, "two", "renamed") == [0, 1, 2]


def test_the_oldest_job_goes_first(kept):
    fill(kept, "one", 4)
    fill(kept, "two", 4)
    fill(kept, "three", 4)
    assert [turns(kept, job) for job in ("one", "two")] == [[], [0, 1, 2, 3]]
    assert kept.size == 8 * SIZE


def test_what_a_job_uses_again_is_not_old(kept):
    fill(kept, "one", 4)
    fill(kept, "two", 4)
    fill(kept, "again", 0, signature=b"one")
    fill(kept, "three", 4)
    assert (turns(kept, "one"), turns(kept, "two")) == ([0, 1, 2, 3], [])


def test_of_a_job_alone_the_last_turns_are_kept(kept):
    fill(kept, "one", 25)
    assert turns(kept, "one") == list(range(15, 25))


def test_of_a_job_alone_each_node_keeps_as_many_turns(kept):
    kept.begin("one", {"a": b"a", "b": b"b"})
    for turn in range(20):
        for node in "ab":
            kept.add("one", Seen(node, {"str": TEXT}, (turn,)))
    assert turns(kept, "one", "a") == turns(kept, "one", "b") == [15, 16, 17, 18, 19]


def test_a_value_that_is_larger_than_the_budget_is_not_kept(kept):
    fill(kept, "one", 2)
    kept.add("one", Seen("node", {"str": TEXT * 100}, (2,)))
    assert turns(kept, "one") == [0, 1]


def test_a_value_made_again_takes_the_place_of_the_first(kept):
    fill(kept, "one", 1)
    kept.add("one", Seen("node", {"str": "new"}, (0,)))
    assert kept.get("one", "node", (0,)) == {"str": "new"}
    assert kept.size < SIZE


def test_jobs_without_values_do_not_pile_up(kept):
    fill(kept, "first", 1)
    for number in range(JOBS):
        fill(kept, str(number), 0)
    assert turns(kept, "first") == []


def test_clearing_forgets_all_and_the_job_that_runs_goes_on(kept):
    fill(kept, "one", 3)
    kept.clear()
    assert (kept.size, kept.turns("one")) == (0, {})
    kept.add("one", Seen("node", {"str": TEXT}, (7,)))
    assert turns(kept, "one") == [7]
