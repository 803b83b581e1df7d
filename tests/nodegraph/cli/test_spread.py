"""Runs in an engine of their own, for as long as they take."""

import json

import pytest

from tests.nodegraph.engine.workers import PACK, node


@pytest.fixture(scope="module", autouse=True)
def pack():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(PACK)
        yield


def test_runs_of_a_sweep_are_run_together_and_their_files_come_here(nodegraph, home):
    file = home / "meet.json"
    file.write_text(json.dumps({"nodegraph": 1, "nodes": {"meet": node("toy.meet")}}))
    result = nodegraph("run", file, "--sweep", "meet.seed=1..3", "--batch", "2", "--out", "got")
    assert result.exit_code == 0, result.stderr
    read = sorted((home / path).read_text() for path in result.stdout.split())
    assert read == ["1 2", "1 2", "3"]
    assert result.stderr.count("done in") == 3


def test_fewer_than_one_at_a_time_are_refused(nodegraph, home):
    result = nodegraph("run", "a.json", "--batch", "0")
    assert result.exit_code == 2
    assert "greater than or equal to 1" in result.stderr
