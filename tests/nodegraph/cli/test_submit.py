"""The commands that speak to an engine, and one that runs meanwhile in another process."""

import json
import signal

import pytest

from nodegraph.engine.client import Client, ThreadedClient
from tests.nodegraph.engine.running import SAVE, WAIT, node, running, waiting, workflow


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with running(tmp_path_factory.mktemp("engine") / "data") as engine:
        yield engine


@pytest.fixture
def near(engine, monkeypatch):
    """The engine is on this machine."""
    monkeypatch.setenv("NODEGRAPH_DATA", str(engine.data))
    return engine


@pytest.fixture
def file(home):
    """Write a workflow."""

    def file(document, name="number.json"):
        (home / name).write_text(json.dumps(document))
        return home / name

    return file


@pytest.fixture
def do(near):
    """Ask the engine by another client."""
    with ThreadedClient(near.url, near.token) as client:
        yield lambda *args, **more: client.do(*args, **more).result(WAIT)


def test_submit_gives_the_ids_of_the_jobs(nodegraph, near, file, do):
    result = nodegraph("submit", file(SAVE), "--sweep", "a.value=1..2", "--set", "save.x=1")
    assert result.exit_code == 2
    assert "no parameter 'x'" in result.stderr
    result = nodegraph("submit", file(SAVE), "--sweep", "a.value=1..2")
    assert result.exit_code == 0
    first, second = (do(Client.job, id) for id in result.stdout.split())
    assert (first.values, second.values) == ({"a.value": 1}, {"a.value": 2})
    assert first.title == "number.json"
    assert result.stderr == f"number.json: queued as jobs {first.number} to {second.number}\n"


def test_submit_waits_and_fetches_as_run_does(nodegraph, near, file, home):
    result = nodegraph("submit", file(SAVE), "--set", "a.value=7", "--wait", "--out", "got")
    assert result.exit_code == 0
    assert result.stdout.startswith("got/deep/number_")
    assert (home / result.stdout.strip()).read_text() == "7"
    started, done = result.stderr.splitlines()
    assert started == "number.json: started"
    assert done.startswith("number.json: done in ")
    assert done.endswith(" s, 1 file")


def test_a_job_that_fails_says_why_and_makes_the_status_1(nodegraph, near, file):
    result = nodegraph("submit", file(workflow(b=node("raise"))), "--wait")
    assert result.exit_code == 1
    assert "error: node b (toy.raise) failed with ValueError: no good" in result.stderr
    assert "Traceback" not in result.stderr


def test_json_lines_tell_of_jobs_events_and_files(nodegraph, near, file):
    result = nodegraph("submit", file(SAVE), "--wait", "--json")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [one["job"]["state"] for one in lines if one["type"] == "job"][-1] == "done"
    assert "FileSaved" in [one["event"]["event"] for one in lines if one["type"] == "event"]
    (saved,) = [one for one in lines if one["type"] == "file"]
    assert saved["path"].startswith("outputs/deep/number_")


def test_files_beside_the_workflow_go_along(nodegraph, near, file, home, do):
    (home / "words.txt").write_text("from here")
    (home / "other.txt").write_text("from there")
    document = workflow(read=node("read", {"path": "words.txt"}))
    found = []
    for more in ((), ("--set", "read.path=other.txt")):
        result = nodegraph("submit", file(document), "--target", "read", *more)
        (job,) = do(Client.wait, [do(Client.job, result.stdout.strip())])
        found.append(do(Client.value, job.id, "read", "str")["text"])
    assert "from here" in found[0]
    assert "from there" in found[1]


def test_the_nodes_may_be_unknown_here(nodegraph, near, file):
    """The toys are installed where the engine is, and only there."""
    assert nodegraph("check", file(SAVE)).exit_code == 2
    assert nodegraph("submit", file(SAVE)).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["submit", "number.json", "--set", "a.valu=1"], "did you mean 'value'?"),
        (["submit", "number.json", "--sweep", "a.value"], "is no sweep; write NODE.PARAM=1..8"),
        (["submit", "number.json", "--device", "cudo"], "'cudo' is no device"),
        (["submit", "number.json", "--dtype", "float8"], "dtype"),
        (["submit", "none.json"], "check the path"),
        (["cancel"], "say which jobs to cancel"),
        (["cancel", "99999"], "no job '99999' waits or runs"),
        (["jobs", "--engine", "http://127.0.0.1:1"], "no engine answers"),
    ],
)
def test_what_is_wrong_is_a_sentence(nodegraph, near, file, arguments, said):
    file(SAVE)
    result = nodegraph(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_wrong_token_is_a_sentence(nodegraph, near):
    result = nodegraph("jobs", "--engine", near.url, "--token", "wrong")
    assert result.exit_code == 2
    assert "does not know this token" in result.stderr


def test_without_an_engine_the_way_to_one_is_said(nodegraph, home, monkeypatch):
    monkeypatch.setenv("NODEGRAPH_DATA", str(home))
    result = nodegraph("jobs")
    assert result.exit_code == 2
    assert "start one with: nodegraph serve" in result.stderr


def test_jobs_are_listed_and_cancelled_by_their_numbers(nodegraph, near, file, home):
    name = file(waiting(home / "never"), "long.json")
    submitted = nodegraph("submit", name, "--sweep", "wait.until=x,y").stdout.split()
    listed = nodegraph("jobs", "--text", "long.json").stdout.splitlines()
    assert listed[0].split() == ["job", "state", "title", "submitted", "took", "files", "set"]
    numbers = [line.split()[0] for line in listed[1:]]
    found = [json.loads(line) for line in nodegraph("jobs", "--json").stdout.splitlines()]
    assert [one["id"] for one in found[:2]] == submitted[::-1]
    assert nodegraph("cancel", numbers[0]).stderr == "1 job cancelled\n"
    assert (
        "1 older job; --limit N" in nodegraph("jobs", "--text", "long.json", "--limit", "1").stderr
    )
    assert nodegraph("cancel", "--all").exit_code == 0
    assert nodegraph("jobs", "--state", "queued").stdout == ""


def test_ctrl_c_ends_the_waiting_and_not_the_job(start, near, file, home, do):
    process = start("submit", file(waiting(home / "go on"), "long.json"), "--wait")
    assert process.stderr.readline() == "long.json: started\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert "the engine goes on; to end the work: nodegraph cancel " in said
    assert do(Client.job, do(Client.jobs, text="long.json").jobs[0].id).state == "running"
    (home / "go on").touch()


def test_an_engine_that_is_killed_meanwhile_is_waited_for(start, file, tmp_path, monkeypatch):
    with running(tmp_path / "data") as engine:
        monkeypatch.setenv("NODEGRAPH_DATA", str(engine.data))
        process = start("submit", file(waiting(tmp_path / "go on"), "long.json"), "--wait")
        assert process.stderr.readline() == "long.json: started\n"
        engine.end(signal.SIGKILL)
        assert process.stderr.readline().startswith("warning: ")
        engine.start()
        (tmp_path / "go on").touch()
        _, said = process.communicate(timeout=WAIT)
    assert process.returncode == 0
    assert "the engine is there again" in said
    assert "long.json: queued again: the engine ended while it ran" in said
    assert "long.json: done in " in said
