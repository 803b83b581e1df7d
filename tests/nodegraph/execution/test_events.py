"""What a run tells its listeners."""

import json

import pytest

from nodegraph.errors import NodeError
from nodegraph.execution import events as ev
from nodegraph.execution.context import Context
from tests.nodegraph.toys import graph, n

SAMPLES = [
    ev.RunStarted("r", ("a", "b"), ("b",)),
    ev.NodeStarted("r", "a", (0, 2)),
    ev.Progress("r", "a", 1, 2, b"\xff\xd8\x00", "half"),
    ev.Progress("r", "a", 1, 2),
    ev.Noted("r", "a", "it made do"),
    ev.FileSaved("r", "a", "/x.png"),
    ev.NodeFinished("r", "a", 0.5, True, 10, (1,)),
    ev.NodeFailed("r", "a", "toy.fail", "it is broken"),
    ev.TargetSkipped("r", "a", "it needs b"),
    ev.RunFinished("r", 1.5, ("/x.png",)),
    ev.RunCancelled("r"),
]


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_survives_json(event):
    assert ev.from_json(json.loads(json.dumps(ev.to_json(event)))) == event


def nodes():
    return {
        "one": n("number", {"value": 1}),
        "slow": n("slow", {"steps": 2}, value="one.int"),
        "save": n("write", value="slow.int"),
        "lost": n("write"),
    }


def test_events_come_in_order_and_carry_the_run(run):
    found = []
    result = run(nodes(), listener=found.append)
    told = [(type(event).__name__, getattr(event, "node", "")) for event in found]
    assert told == [
        ("RunStarted", ""),
        ("TargetSkipped", "lost"),
        ("NodeStarted", "one"),
        ("NodeFinished", "one"),
        ("NodeStarted", "slow"),
        ("Progress", "slow"),
        ("Progress", "slow"),
        ("NodeFinished", "slow"),
        ("NodeStarted", "save"),
        ("FileSaved", "save"),
        ("NodeFinished", "save"),
        ("RunFinished", ""),
    ]
    assert len({event.run for event in found}) == 1
    assert (found[0].nodes, found[0].targets) == (("one", "slow", "save"), ("save",))
    assert found[-1].files == (str(result["save"]),)


def test_cached_nodes_say_so_and_two_runs_have_two_names(run):
    first, second = [], []
    toy = graph(nodes())
    run(toy, listener=first.append)
    run(toy, listener=second.append)
    finished = [event for event in second if isinstance(event, ev.NodeFinished)]
    assert [(event.node, event.cached, event.seconds) for event in finished] == [("save", True, 0)]
    assert first[0].run != second[0].run


def test_every_started_node_finishes_or_fails(run):
    found = []
    with pytest.raises(NodeError):
        run({"one": n("number"), "bad": n("fail", value="one.int")}, listener=found.append)
    assert [type(event).__name__ for event in found[-2:]] == ["NodeStarted", "NodeFailed"]


def test_a_note_is_told_once_and_kept_for_the_record():
    found = []
    context = Context(run="r", node="decode", listener=found.append)
    for _ in range(2):
        context.note("memory ran short")
    assert found == [ev.Noted("r", "decode", "memory ran short")]
    assert context.notes == [{"node": "decode", "message": "memory ran short"}]
