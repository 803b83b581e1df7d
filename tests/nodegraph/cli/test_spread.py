"""Runs in an engine of their own, for as long as they take."""

import json
import os

from tests.nodegraph.engine.workers import PACK, WAIT, node


def test_runs_of_a_sweep_are_run_together_and_their_files_come_here(start, home):
    file = home / "meet.json"
    file.write_text(json.dumps({"nodegraph": 1, "nodes": {"meet": node("toy.meet")}}))
    path = os.pathsep.join(filter(None, (str(PACK), os.environ.get("PYTHONPATH", ""))))
    sweep = ("--sweep", "meet.seed=1..3", "--batch", "2", "--out", "got")
    process = start("run", file, *sweep, environment={"PYTHONPATH": path})
    printed, said = process.communicate(timeout=WAIT)
    assert process.returncode == 0, said
    read = sorted((home / path).read_text() for path in printed.split())
    assert read == ["1 2", "1 2", "3"]
    assert said.count("done in") == 3


def test_fewer_than_one_at_a_time_are_refused(nodegraph):
    result = nodegraph("run", "a.json", "--batch", "0")
    assert result.exit_code == 2
    assert "greater than or equal to 1" in result.stderr
