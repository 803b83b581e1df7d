import os
import signal
import subprocess
import sys
from pathlib import Path

from gui.bridge import known
from gui.bridge.deaths import Deaths
from gui.bridge.where import Where
from nodegraph.engine import address
from nodegraph.errors import NodegraphError
from tests.gui.bridge.conftest import WAIT, toy
from tests.nodegraph.engine.running import SAVE

ROOT = Path(__file__).parents[3]


def pid_of(engine):
    return address.find(engine.where.data).pid


def test_an_own_engine_starts_and_says_when_it_is_ready(engine, reached):
    phases = []
    engine.state_changed.connect(lambda: phases.append(engine.state.phase))
    engine.start()
    reached(engine, "ready")
    assert phases[0] == "starting"
    assert engine.state.device == "First"
    assert engine.state.text == "The engine is ready on First."


def test_the_catalogue_comes_from_the_engine_and_is_there_at_the_next_start(
    engine, make, reached, qtbot
):
    assert set(engine.catalogue) == {"graph.input", "graph.output"}
    with qtbot.waitSignal(engine.catalogue_changed, timeout=WAIT):
        engine.start()
    assert engine.catalogue["toy.save"].effect
    assert make().catalogue == engine.catalogue


def test_a_catalogue_that_was_kept_is_the_one_that_was_told(engine, make, answer, qtbot):
    with qtbot.waitSignal(engine.catalogue_changed, timeout=WAIT):
        engine.start()
    told = answer(engine, "nodes")
    kept = make().catalogue
    assert "toy.number" in told
    assert {name: kept[name] for name in told} == told


def test_a_spoiled_catalogue_counts_as_none(tmp_path):
    for text in ("", "[]", '{"nodes": {"a": {}}}', '{"nodes": {"a": 1}}'):
        (tmp_path / known.FILE).write_text(text)
        assert set(known.recall(tmp_path).nodes) == {"graph.input", "graph.output"}


def test_a_question_waits_for_an_engine_that_starts(engine, answer):
    engine.start()
    (job,) = answer(engine, "submit", SAVE)
    assert job.number == 1


def test_who_asks_an_engine_that_is_off_is_told_what_to_do(engine, answer):
    error = answer(engine, "jobs")
    assert isinstance(error, NodegraphError)
    assert "The engine is off. Start it" in str(error)


def test_a_question_that_was_cancelled_calls_nobody(engine, reached, answer):
    engine.start()
    heard = []
    engine.ask("jobs", then=heard.append, failed=heard.append).cancel()
    assert answer(engine, "system")
    assert not heard


def test_an_engine_that_is_killed_is_started_again_and_has_its_queue(
    engine, reached, answer, qtbot
):
    engine.start()
    reached(engine, "ready")
    before = pid_of(engine)
    (job,) = answer(engine, "submit", SAVE)
    os.kill(before, signal.SIGKILL)
    reached(engine, "restarting")
    assert "The engine is lost" in engine.state.text
    reached(engine, "ready")
    assert pid_of(engine) != before
    assert answer(engine, "job", job.id).id == job.id


def test_an_engine_that_cannot_be_started_is_left_alone_and_says_why(make, reached, tmp_path):
    engine = make(
        toy(tmp_path / "data", (sys.executable, "-c", "raise SystemExit('no such luck')"))
    )
    engine.start()
    reached(engine, "failed")
    assert "again and again" in engine.state.text
    assert "no such luck" in engine.state.detail
    engine.where = toy(tmp_path / "data")
    engine.restart()
    reached(engine, "ready")


def test_a_program_that_is_not_there_is_said(make, reached, tmp_path):
    engine = make(Where(data=tmp_path, program=("/nowhere/python",)))
    engine.start()
    reached(engine, "failed")
    assert "could not be started" in engine.state.text


def test_three_deaths_within_a_minute_are_too_many():
    deaths = Deaths()
    assert deaths.pause(0) < deaths.pause(1)
    assert deaths.pause(2) is None
    seldom = Deaths()
    assert None not in [seldom.pause(time) for time in range(0, 300, 50)]


def test_a_second_editor_uses_the_engine_of_the_first_and_goes_on_without_it(make, reached, answer):
    first, second = make(), make()
    first.start()
    reached(first, "ready")
    second.start()
    reached(second, "ready")
    (job,) = answer(second, "submit", SAVE)
    assert answer(first, "job", job.id).id == job.id
    first.stop()
    reached(second, "restarting")
    reached(second, "ready")
    assert answer(second, "job", job.id).id == job.id


def test_a_remote_engine_that_does_not_answer_is_tried_again(make, reached, answer):
    engine = make(Where("http://127.0.0.1:1", "token"))
    engine.start()
    reached(engine, "lost")
    assert "no engine answers" in engine.state.text.lower()
    assert "tried again" in engine.state.text


def test_a_wrong_token_is_said_with_what_to_do(engine, make, reached):
    engine.start()
    reached(engine, "ready")
    remote = make(Where(address.find(engine.where.data).url, "wrong"))
    remote.start()
    reached(remote, "failed")
    assert "token" in remote.state.text
    assert "Settings" in remote.state.text


def test_a_remote_engine_is_worked_with_and_left_running(engine, make, reached, answer):
    engine.start()
    reached(engine, "ready")
    here = address.find(engine.where.data)
    remote = make(Where(here.url, here.token))
    remote.start()
    reached(remote, "ready")
    assert remote.state.remote
    remote.stop()
    assert answer(engine, "system")["state"] == "ready"


EDITOR = """
import sys
from PySide6.QtCore import QCoreApplication
from gui.bridge.engine import Engine
from tests.gui.bridge.conftest import toy
from pathlib import Path
app = QCoreApplication([])
engine = Engine(toy(Path(sys.argv[1])), Path(sys.argv[1]))
engine.state_changed.connect(lambda: engine.state.answers and print("up", flush=True))
engine.start()
app.exec()
"""


def test_the_engine_ends_with_an_editor_that_is_killed(tmp_path, qtbot):
    environment = os.environ | {"PYTHONPATH": f"{ROOT}"}
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR, tmp_path], stdout=subprocess.PIPE, env=environment
    )
    assert editor.stdout.readline() == b"up\n"
    assert (tmp_path / address.FILE).exists()
    editor.kill()
    editor.communicate()
    qtbot.waitUntil(lambda: not (tmp_path / address.FILE).exists(), timeout=WAIT)
