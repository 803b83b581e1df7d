import asyncio
import json
import re
import signal
import subprocess
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from nodegraph.engine import address
from nodegraph.engine.client import Client
from tests.nodegraph.engine.serving import NUMBERS
from tests.nodegraph.programs import launch

SLOW = ("torch", "diffusers", "transformers", "PySide6", "networkx", "numpy", "PIL")


@pytest.fixture
def start(tmp_path):
    """Start engines as processes of their own; they are ended with the test."""
    started = []

    def start(*args, data=tmp_path / "data", python=(), **streams):
        command = ["serve", "--data", data, *args]
        started.append(launch(*command, python=python, stderr=subprocess.PIPE, **streams))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        if not process.stdout.closed:
            process.communicate()


def line(process):
    """Return the ready line."""
    return json.loads(process.stdout.readline() or f'"{process.stderr.read()}"')


def ask(here, path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {here['token']}"}
    request = Request(f"{here['url']}/api/{path}", data, headers, method=method)
    with urlopen(request, timeout=30) as response:
        return json.loads(response.read() or "null")


def run(here, workflow):
    """Return the jobs of a workflow as they ended."""

    async def run():
        async with Client(here["url"], here["token"]) as client:
            return await client.wait(await client.submit(workflow))

    return asyncio.run(run())


def test_the_ready_line_says_where_and_how_and_the_engine_answers(start, tmp_path):
    process = start("--port", "0")
    here = line(process)
    assert here["pid"] == process.pid
    assert here["data"] == str(tmp_path / "data")
    assert len(here["token"]) >= 32
    assert ask(here, "system")["state"] in ("warming up", "ready")
    with pytest.raises(HTTPError, match="401"):
        ask(here | {"token": "wrong"}, "system")
    found = address.find(tmp_path / "data")
    assert (found.url, found.token, found.pid) == (here["url"], here["token"], here["pid"])
    assert (tmp_path / "data" / address.FILE).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_nothing_slow_is_loaded_before_the_ready_line(start):
    """What is imported is told on stderr, in order; the engine is stopped right after."""
    process = start(python=("-X", "importtime"))
    line(process)
    process.send_signal(signal.SIGTERM)
    told = process.stderr.read()
    before, _, _ = told.partition("nodegraph.engine.submit\n")
    loaded = {row.rpartition("|")[2].strip().partition(".")[0] for row in before.splitlines()}
    assert "aiohttp" in loaded
    assert not loaded & set(SLOW)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order(start, tmp_path, number):
    process = start()
    here = line(process)
    ask(here, "jobs", {"workflow": NUMBERS})
    process.send_signal(number)
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    assert not (tmp_path / "data" / address.FILE).exists()
    again = line(start())
    assert ask(again, "jobs")["total"] == 1


def test_an_attached_engine_ends_in_order_when_its_input_does(start, tmp_path):
    process = start("--attached", stdin=subprocess.PIPE)
    line(process)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not (tmp_path / "data" / address.FILE).exists()


def test_an_attached_engine_gives_way_to_the_one_that_is_there(start):
    first = line(start())
    second = start("--attached", stdin=subprocess.PIPE)
    assert line(second) == first
    assert second.wait(timeout=30) == 0
    assert ask(first, "system")


def test_a_second_engine_on_the_same_folder_is_refused_in_words(start, tmp_path):
    line(start())
    second = start()
    assert second.wait(timeout=30) == 2
    said = second.stderr.read()
    assert said.startswith(f"error: another engine works on {tmp_path / 'data'}; ")
    assert second.stdout.read() == ""


def test_a_killed_engine_gives_way_to_the_next_and_loses_nothing(start):
    process = start()
    here = line(process)
    jobs = ask(here, "jobs", {"workflow": NUMBERS, "sweep": {"one.value": "1..5"}})["jobs"]
    process.kill()
    process.wait()
    again = line(start())
    assert ask(again, "jobs")["total"] == 5
    assert {job["id"] for job in ask(again, "jobs")["jobs"]} == {job["id"] for job in jobs}


def test_a_port_that_is_taken_is_said_in_words(start, tmp_path):
    port = re.search(r"\d+$", line(start())["url"])[0]
    second = start("--port", port, data=tmp_path / "other")
    assert second.wait(timeout=30) == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in second.stderr.read()


def test_localhost_is_one_place(start):
    assert ask(line(start("--host", "localhost")), "system")


def test_a_token_comes_from_a_file(start, tmp_path):
    (tmp_path / "token").write_text("a-token-of-mine\n")
    here = line(start("--token-file", str(tmp_path / "token")))
    assert here["token"] == "a-token-of-mine"
    assert ask(here, "system")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "example.org"])
def test_other_machines_are_let_in_only_with_a_token(start, host):
    process = start("--host", host)
    assert process.wait(timeout=30) == 2
    assert "choose a token" in process.stderr.read()


def test_what_other_machines_are_let_into_is_said(start, tmp_path):
    process = start("--host", "0.0.0.0", "--token", "a-token-of-mine")
    here = line(process)
    assert ask(here, "system")
    process.send_signal(signal.SIGTERM)
    said = process.stderr.read()
    assert said.startswith("warning: 0.0.0.0 can be reached from other machines.")
    assert str(tmp_path / "data" / "uploads") in said


@pytest.mark.parametrize(
    "options",
    [
        ("--token", ""),
        ("--token", "two words"),
        ("--token", "\u00e9"),
        ("--token", "one", "--token-file", "two"),
        ("--token-file", "nowhere"),
        ("--port", "70000"),
    ],
)
def test_options_that_make_no_sense_are_refused(start, options):
    process = start(*options)
    assert process.wait(timeout=30) == 2
    assert process.stdout.read() == ""


def test_a_folder_that_cannot_be_used_is_said_in_words(start, tmp_path):
    (tmp_path / "file").write_text("")
    process = start(data=tmp_path / "file" / "data")
    assert process.wait(timeout=30) == 2
    assert process.stderr.read().startswith("error: cannot use ")


def test_a_job_runs_and_the_engine_is_ready_for_the_next(start):
    here = line(start())
    (job,) = run(here, NUMBERS)
    assert job.state == "done"
    assert ask(here, "system")["state"] == "ready"


def test_programs_that_drive_comfyui_are_answered_where_that_is_asked_for(start, tmp_path):
    plain, comfy = line(start()), line(start("--comfy-api", data=tmp_path / "comfy"))
    with urlopen(f"{comfy['url']}/queue", timeout=30) as response:
        assert json.loads(response.read()) == {"queue_running": [], "queue_pending": []}
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{plain['url']}/queue", timeout=30)
    with pytest.raises(HTTPError, match="401"):
        urlopen(f"{comfy['url']}/api/jobs", timeout=30)
