import os
import signal

import pytest

from gui.canvas.states import NodeState
from gui.document.seeds import lock
from gui.running.checking import Checker
from nodegraph.edits import Connect, SetParam, SetView
from nodegraph.engine import address
from nodegraph.graph import Link
from nodegraph.subgraph_edits import EditSubgraph
from tests.gui.bridge.conftest import WAIT
from tests.nodegraph.engine.workers import counting, node

SAVE = {"a": node("toy.number", value=7), "save": node("toy.save", VALUE="a.int")}
PICTURE = {"made": node("toy.picture", seed=200), "look": node("toy.look", IMAGE="made.image")}


def kept(qtbot, status, path):
    qtbot.waitUntil(lambda: status.nodes[path].picture is not None, timeout=WAIT)
    return status.nodes[path].picture


def test_a_run_leaves_its_times_and_files_on_the_nodes(opened, ended):
    status = opened(SAVE)
    job = ended(status)
    assert job.state == "done"
    assert status.nodes["save"].phase == "done"
    assert status.job.id == status.job_of("save") == status.job_of("a") == job.id
    assert status.files["save"][-1] == job.outputs[0].name
    assert status.message == "The run is done."
    assert status.waiting == ()


def test_a_second_run_finds_what_the_first_made(opened, ended):
    status = opened(PICTURE)
    ended(status, targets=["made"])
    job = ended(status, targets=["made"])
    assert status.nodes["made"].phase == "cached"
    assert status.job_of("made") == job.id


def test_only_what_a_target_needs_runs(opened, ended):
    status = opened(SAVE)
    ended(status, targets=["a"])
    assert status.nodes["a"].phase == "done"
    assert "save" not in status.nodes


def test_pictures_come_on_to_the_nodes_after_a_run(opened, ended, qtbot):
    status = opened(PICTURE)
    ended(status)
    picture = kept(qtbot, status, "made")
    assert (picture.width(), picture.pixelColor(9, 9).red()) == (256, 200)


def test_undo_keeps_what_a_run_made_and_only_says_that_it_is_old(opened, ended, qtbot):
    status = opened(PICTURE)
    ended(status)
    picture = kept(qtbot, status, "made")
    status.document.apply(SetParam("made", "seed", 1))
    status.compare()
    assert status.nodes["made"].stale
    assert status.nodes["look"].stale
    assert status.nodes["made"].picture is picture
    status.document.undo()
    status.compare()
    assert not status.nodes["made"].stale
    assert status.nodes["made"].picture is picture


def test_an_edit_while_it_runs_is_no_part_of_the_run(opened, runner, qtbot, ready):
    status = opened(SAVE)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as ended:
        runner.run(status)
        status.document.apply(SetParam("a", "value", 8))
    status.compare()
    assert status.nodes["a"].stale
    folder = ready.where.data / "outputs"
    assert (folder / ended.args[1].outputs[0].name).read_text() == "7"


def test_a_zone_counts_its_turns(opened, ended):
    status = opened(counting(3))
    turns = []
    status.zone_changed.connect(lambda zone: turns.append(status.zones.get(zone)))
    ended(status)
    assert [state.turn for state in turns if state] == [1, 2, 3]
    assert status.zones == {}
    assert status.nodes["next"].phase == "done"


def test_an_error_stands_on_the_node_that_failed(opened, ended):
    status = opened({"bad": node("toy.raise")})
    job = ended(status)
    assert job.state == "failed"
    assert status.nodes["bad"].phase == "error"
    assert "no good" in status.nodes["bad"].message
    assert {problem.node for problem in status.problems} == {"bad"}
    status.set_node("bad", NodeState())


def test_how_a_node_made_do_is_told_as_a_warning_of_it(opened, ended):
    status = opened({"short": node("toy.short")})
    job = ended(status)
    assert job.state == "done"
    (problem,) = status.problems
    assert (problem.node, problem.level) == ("short", "warning")
    assert "decoded one by one" in problem.message


def test_a_run_that_is_refused_says_what_is_wrong(opened, runner, qtbot):
    status = opened({"save": node("toy.save")})
    with qtbot.waitSignal(status.problems_changed, timeout=WAIT):
        runner.run(status)
    (problem,) = status.problems
    assert (problem.node, problem.socket) == ("save", "value")
    assert problem.remedy == "link an output of int to it"


def test_a_run_can_be_stopped(opened, runner, qtbot):
    status = opened({"wait": node("toy.wait")})
    runner.run(status)
    qtbot.waitUntil(lambda: status.nodes.get("wait", NodeState()).phase == "running", timeout=WAIT)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as ended:
        runner.stop(status)
    assert ended.args[1].state == "cancelled"
    assert status.nodes["wait"].phase == ""


def test_new_seeds_stand_in_the_document_and_are_those_that_ran(opened, ended):
    status = opened(PICTURE)
    job = ended(status, seeds="new")
    seed = status.document.graph["made"].params["seed"]
    assert seed != 200
    assert job.values == {"made.seed": seed}
    status.document.undo()
    assert status.document.graph["made"].params["seed"] == 200


USES = {
    "one": node("subgraph/drawn"),
    "two": node("subgraph/drawn"),
    "look": node("toy.look", IMAGE="one.image"),
    "see": node("toy.look", IMAGE="two.image"),
}
DRAWN = {
    "made": node("toy.picture", seed=200),
    "kept": node("toy.picture", seed=100),
    "out": node("graph.output", name="image", VALUE="made.image"),
}


def test_runs_draw_seeds_inside_of_subgraphs_too(opened, runner, qtbot):
    status = opened(USES, {"drawn": DRAWN})
    inside = status.document.graph.subgraphs["drawn"]
    status.document.apply(EditSubgraph("drawn", lock(inside, "kept", "seed", on=True)))
    jobs = []
    runner.ended.connect(lambda _, job: jobs.append(job))
    runner.run(status, times=3, seeds="new")
    qtbot.waitUntil(lambda: len(jobs) == 3, timeout=WAIT)
    assert len({job.values["drawn/made.seed"] for job in jobs}) == 3
    assert jobs[-1].values == {"drawn/made.seed": inside["made"].params["seed"]}
    assert inside["kept"].params["seed"] == 100
    status.document.undo()
    assert inside["made"].params["seed"] == 200


def test_several_runs_draw_several_seeds(opened, runner, qtbot):
    status = opened(PICTURE)
    jobs = []
    runner.ended.connect(lambda _, job: jobs.append(job))
    runner.run(status, times=3, seeds="new")
    qtbot.waitUntil(lambda: len(jobs) == 3, timeout=WAIT)
    assert len({job.values["made.seed"] for job in jobs}) == 3
    assert jobs[-1].values["made.seed"] == status.document.graph["made"].params["seed"]


def test_a_job_runs_again_as_it_was(opened, ended, runner, qtbot):
    status = opened(SAVE)
    first = ended(status)
    status.document.apply(SetParam("a", "value", 8))
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as again:
        runner.again(status)
    assert again.args[1].id != first.id
    assert status.job == again.args[1]


def test_a_killed_engine_costs_the_run_and_nothing_else(opened, runner, ready, qtbot, tmp_path):
    until = tmp_path / "until"
    status = opened({"wait": node("toy.wait", until=str(until))})
    before = status.document.graph.copy()
    runner.run(status)
    qtbot.waitUntil(lambda: status.nodes.get("wait", NodeState()).phase == "running", timeout=WAIT)
    os.kill(address.find(ready.where.data).pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: ready.state.phase == "restarting", timeout=WAIT)
    assert "The engine is lost" in status.message
    assert status.nodes["wait"].phase == ""
    assert list(status.document.graph) == list(before)
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as ended:
        until.touch()
    assert ended.args[1].state == "done"
    assert "wait" in status.nodes


@pytest.fixture
def checked(ready):
    """Check a document while it is edited."""

    def checked(status):
        return Checker(ready, status)

    return checked


def test_what_is_wrong_is_said_while_one_edits(opened, checked, qtbot):
    status = opened({"a": node("toy.number", value=7), "save": node("toy.save")})
    checked(status)
    qtbot.waitUntil(lambda: bool(status.problems), timeout=WAIT)
    assert "needs value" in status.nodes["save"].message
    with qtbot.waitSignal(status.problems_changed, timeout=WAIT):
        status.document.apply(Connect(Link("a", "int", "save", "value")))
    assert status.problems == ()
    assert status.nodes["save"].message == ""


def test_a_file_that_is_missing_is_known_to_the_engine_alone(opened, checked, qtbot):
    status = opened({"read": node("toy.read", path="/nowhere")})
    checked(status).check()
    assert status.problems == ()
    qtbot.waitUntil(lambda: bool(status.problems), timeout=WAIT)
    assert status.problems[0].node == "read"
    assert "/nowhere" in status.nodes["read"].message


def test_a_file_beside_the_workflow_goes_along(opened, ended, tmp_path):
    (tmp_path / "words.txt").write_text("hello")
    status = opened({"read": node("toy.read", path="words.txt")})
    status.document.save(tmp_path / "workflow.json")
    assert ended(status, targets=["read"]).state == "done"
    assert status.document.graph["read"].params == {"path": "words.txt"}


def test_moving_a_node_checks_nothing():
    from gui.running.checking import counts

    assert not counts(SetView("nodes", "a", {"pos": [1, 2]}))
    assert counts(SetParam("a", "value", 1))
