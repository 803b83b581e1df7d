import os
import signal

import pytest

from nodegraph.cli.interrupt import Interrupts
from tests import tiny

WAIT = 20


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run(start, endless, number):
    process = start("run", endless)
    assert "started" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert err == "stopping…\nendless.json: stopped\n"
    assert out == ""


def test_the_second_signal_ends_the_process(monkeypatch):
    said, ended = [], []
    monkeypatch.setattr(os, "_exit", ended.append)
    with Interrupts(lambda: said.append("stopping")) as interrupts:
        signal.raise_signal(signal.SIGINT)
        assert interrupts.token.cancelled
        assert (said, ended) == (["stopping"], [])
        signal.raise_signal(signal.SIGINT)
    assert ended == [130]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_signal_that_is_ignored_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts(lambda: None) as interrupts:
            signal.raise_signal(signal.SIGINT)
            assert not interrupts.token.cancelled
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_sampler_stops_within_a_step_and_leaves_no_file(start, home):
    model = tiny.write_model(home / "tiny", tiny.V, scale=1.0)
    workflow = os.path.join(os.path.dirname(__file__), "../../../workflows/text_to_image.json")
    settings = ["--set", f"model.model={model}", "--set", "schedule.steps=10000"]
    process = start("run", workflow, "--json", *settings)
    while '"event": "Progress"' not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=WAIT)
    assert process.returncode == 130
    assert '"event": "RunCancelled"' in out
    assert not (home / "outputs").exists()
    assert not list(home.rglob("*.tmp"))


def test_nobody_reading_ends_the_run_without_a_traceback(start, endless):
    process = start("run", endless, "--json")
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=WAIT) == 1
    assert process.stderr.read() == ""
