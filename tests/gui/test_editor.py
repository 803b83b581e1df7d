"""The whole editor, put together, with a real engine of toys."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import delete

from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.states import ZoneState
from gui.docks.problem_rows import ROW
from gui.docks.problems import Problems
from gui.scope.breadcrumb import Breadcrumb
from nodegraph.edits import SetParam
from nodegraph.engine import address
from tests.gui.bridge.conftest import WAIT
from tests.gui.running.conftest import pictured
from tests.nodegraph.engine.workers import counting, node, written

PICTURE = {"made": node("toy.picture", seed=200), "look": node("toy.look", IMAGE="made.image")}
CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QPlainTextEdit, QTextEdit, QTabBar, Canvas,
)  # fmt: skip
PARTS = (QHeaderView, QScrollBar)
"""Of other controls."""

QUICK = 10.0
"""Seconds, on a machine that is busy with other tests, until the window must be there."""


@pytest.fixture
def opened(editor, qtbot, tmp_path):
    """Write nodes to a file, begin with it, and give its seat once the engine is ready."""

    def opened(nodes, name="toys.json"):
        path = tmp_path / name
        path.write_text(written(nodes))
        editor.begin([path])
        qtbot.waitUntil(
            lambda: editor.seat is not None and editor.engine.state.phase == "ready", timeout=WAIT
        )
        return editor.seat

    return opened


def run(editor, qtbot):
    with qtbot.waitSignal(editor.runner.ended, timeout=WAIT) as ended:
        editor.window.commands.run("run.all")
    return ended.args[1]


def test_a_file_opens_runs_and_shows_its_picture_on_its_node(editor, opened, qtbot):
    seat = opened(PICTURE)

    assert run(editor, qtbot).state == "done"
    qtbot.waitUntil(lambda: seat.canvas.states.picture("made") is not None, timeout=WAIT)
    assert editor.window.windowTitle().startswith("toys")
    assert seat.status.nodes["look"].phase == "done"


def test_an_answer_that_comes_after_the_tab_is_gone_shows_nothing(editor, opened):
    seat = opened(PICTURE)
    delete(seat.page)

    seat.status.change_node("made", stale=True)
    seat.status.set_zone("z", ZoneState(1))

    assert seat.status.nodes["made"].stale


def test_a_zone_that_has_run_has_a_timeline_below_the_canvas(editor, opened, qtbot):
    seat = opened(counting(3))
    run(editor, qtbot)

    timeline = seat.page.findChild(QWidget, "timeline")
    qtbot.waitUntil(timeline.isVisible, timeout=WAIT)


def test_an_edit_marks_the_tab_and_undo_takes_the_mark_away(editor, opened):
    seat = opened(PICTURE)
    seat.document.apply(SetParam("made", "seed", 5))
    assert editor.window.isWindowModified()

    assert editor.window.commands.run("edit.undo")
    assert not editor.window.isWindowModified()


def test_what_is_wrong_is_counted_in_the_status_bar(editor, opened, qtbot):
    opened({"save": node("toy.save")})

    qtbot.waitUntil(editor.status_bar.problems.isVisible, timeout=WAIT)
    assert editor.status_bar.problems.text() == "1 problem"


def test_a_file_that_is_missing_is_found_from_the_list_of_problems(editor, opened, qtbot, tmp_path):
    seat = opened({"read": node("toy.read", path="/nowhere/words.txt")})
    problems = editor.window.findChild(Problems)
    qtbot.waitUntil(lambda: bool(problems.problems), timeout=WAIT)
    rows = [problems.view.model().index(row, 0).data(ROW) for row in (0, 1)]
    assert [row.mend for row in rows] == ["", "Find the file…"]

    problems.mend_wanted.emit(rows[1].problem)
    (dialog,) = editor.window.findChildren(QFileDialog)
    dialog.filesSelected.emit([str(tmp_path / "toys.json")])
    dialog.done(QFileDialog.DialogCode.Accepted)
    assert seat.document.graph["read"].params["path"] == str(tmp_path / "toys.json")
    qtbot.waitUntil(lambda: not problems.problems, timeout=WAIT)


def test_a_file_that_cannot_be_read_gets_a_sentence_and_no_tab(editor, opened, tmp_path):
    opened(PICTURE)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    editor.desk.open(broken)

    assert editor.window.tabs.count() == 1
    assert "broken.json" in editor.bars["error"].text


def test_an_error_stands_over_its_own_tab_until_the_next_edit(editor, opened):
    seat = opened(PICTURE)
    editor.desk.new()
    editor.say_error(seat.document, "that does not fit")

    assert seat.bars["error"].text == "That does not fit."
    assert "error" not in editor.bars
    assert "error" not in editor.seat.bars
    seat.document.apply(SetParam("made", "seed", 5))
    assert "error" not in seat.bars


def test_a_file_that_cannot_be_opened_is_told_of_until_it_can(editor, opened, tmp_path):
    opened(PICTURE)
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    editor.desk.open(broken)
    editor.desk.new()
    assert "error" in editor.bars

    broken.write_text(written(PICTURE))
    editor.desk.open(broken)
    assert "error" not in editor.bars


def test_a_file_that_could_not_be_saved_is_told_of_until_it_is(editor, opened, tmp_path):
    seat = opened(PICTURE)
    editor.desk.not_saved.emit(seat.document, "cannot save it: the disk is full")
    seat.document.apply(SetParam("made", "seed", 5))
    assert "disk is full" in seat.bars["save"].text

    assert editor.window.commands.run("file.save")
    assert "save" not in seat.bars


@pytest.fixture
def running(editor, opened, qtbot, tmp_path):
    """Run something that waits for a file, and give its seat and that file."""
    until = tmp_path / "until"
    seat = opened({"wait": node("toy.wait", until=str(until))})
    editor.window.commands.run("run.all")
    begun(qtbot, seat)
    return seat, until


def begun(qtbot, seat):
    qtbot.waitUntil(lambda: phase(seat) == "running", timeout=WAIT)


def phase(seat):
    state = seat.status.nodes.get("wait")
    return state.phase if state else ""


def workers(editor):
    """Return the processes of the engine's workers."""
    engine = address.find(editor.engine.where.data).pid
    children = [
        path.read_text().split() for path in Path(f"/proc/{engine}/task").glob("*/children")
    ]
    found = [int(pid) for pids in children for pid in pids]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
def test_a_killed_worker_is_told_of_in_the_tab_of_its_run_until_that_is_done(
    editor, running, qtbot
):
    seat, until = running
    for pid in workers(editor):
        os.kill(pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: "run" in seat.bars, timeout=WAIT)
    assert seat.bars["run"].text.startswith("The worker was killed (SIGKILL), most often because")
    assert "begins anew" in seat.bars["run"].text

    with qtbot.waitSignal(editor.runner.ended, timeout=WAIT) as ended:
        until.touch()
    assert ended.args[1].state == "done"
    assert "run" not in seat.bars


@pytest.mark.skipif(sys.platform != "linux", reason="finds processes by /proc")
def test_a_worker_that_crashed_may_be_asked_to_run_again(editor, running, qtbot):
    seat, until = running
    with qtbot.waitSignal(editor.runner.ended, timeout=WAIT) as ended:
        for pid in workers(editor):
            os.kill(pid, signal.SIGSEGV)
    assert ended.args[1].state == "failed"
    assert seat.bars["run"].text.startswith("The worker crashed (SIGSEGV)")

    seat.bars["run"].button("Run again").click()
    assert "run" not in seat.bars
    with qtbot.waitSignal(editor.runner.ended, timeout=WAIT) as again:
        until.touch()
    assert again.args[1].state == "done"


def test_f2_on_the_breadcrumb_has_the_name_of_the_subgraph_typed(editor, opened):
    seat = opened(PICTURE)
    seat.canvas.select({"made"})
    editor.window.commands.run("scope.make")
    (use,) = seat.canvas.selected
    seat.page.enter(use)
    seat.canvas.select({"made"})
    QTest.keyClick(seat.page.findChild(Breadcrumb).buttons[-1], Qt.Key.Key_F2)

    seat.canvas.editor.widget.setText("Drawing")
    seat.canvas.close_editor()
    assert editor.seat.document.graph.subgraphs[use].extra["title"] == "Drawing"


def test_a_run_sees_what_is_still_being_typed_on_the_canvas(editor, opened, qtbot):
    seat = opened(PICTURE)
    seat.canvas.edit("made", "seed")
    seat.canvas.editor.widget.setText("7")

    editor.window.commands.run("run.all")
    assert seat.document.graph["made"].params["seed"] == 7
    assert seat.canvas.editor is None


def test_the_status_bar_shows_the_zoom_of_the_tab_in_front(editor, opened):
    seat = opened(PICTURE)
    seat.canvas.look(Camera(0, 0, -2))
    shown = editor.status_bar.zoom.text()
    editor.desk.new()
    editor.desk.show(seat.document)

    assert editor.status_bar.zoom.text() == shown == f"{seat.canvas.camera.scale:.0%}"


def test_titles_of_commands_are_in_sentence_case(editor):
    proper = {"Markdown", "Nodegraph", "ComfyUI", "PNG", "SVG", "JSON"}
    loud = [
        one.text
        for one in editor.window.commands
        for word in one.text.split()[1:]
        if word[0].isupper() and word.strip("….,") not in proper
    ]
    assert loud == []


def test_no_two_commands_share_a_shortcut(editor):
    commands = editor.window.commands
    used = Counter(
        QKeySequence(key).toString() for command in commands for key in commands.keys(command.id)
    )
    shared = {key: [one.id for one in commands.users(key)] for key, n in used.items() if n > 1}
    assert shared == {}


def test_every_command_has_a_title_and_says_where_it_belongs(editor):
    unnamed = [one.id for one in editor.window.commands if not one.text.strip()]
    nowhere = [one.id for one in editor.window.commands if not one.menu and not one.help]
    assert (unnamed, nowhere) == ([], [])


def test_every_panel_and_every_control_has_a_name_for_assistive_technology(editor, opened):
    opened(PICTURE)
    window = editor.window
    for dock in window.docks.values():
        dock.show()

    assert [dock.objectName() for dock in window.docks.values() if not dock.windowTitle()] == []
    assert sorted({described(one) for one in controls(window) if not name(one)}) == []


def controls(window):
    """Yield what can be clicked or typed into; parts that Qt makes for itself left out."""
    for widget in window.findChildren(QWidget):
        of_qt = isinstance(widget, PARTS) or isinstance(widget.parentWidget(), QLineEdit)
        of_qt = of_qt or any(part.objectName().startswith("qt_") for part in line(widget))
        if isinstance(widget, CONTROLS) and not of_qt:
            yield widget


def line(widget):
    """Yield a widget and what it stands in."""
    while widget is not None:
        yield widget
        widget = widget.parentWidget()


def name(widget):
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def described(widget):
    return " < ".join(f"{type(one).__name__}#{one.objectName()}" for one in line(widget))


START = """
import json, sys, time
from pathlib import Path
begun = time.perf_counter()
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import gui.app
from gui.bridge.where import Where

def make(app):
    window = real(app)
    window.shown.connect(lambda: told.append(time.perf_counter() - begun))
    timer = QTimer(window, interval=20)
    timer.timeout.connect(lambda: window.tabs.count() and window.editor.engine.state.answers
                          and window.quit())
    timer.start()
    return window

told, real = [], gui.app.make_window
gui.app.make_window = make
import gui.editor
options, program, data = json.loads(sys.argv[2])
where = Where(data=Path(data), options=tuple(options), program=tuple(program))
gui.editor.where_of = lambda _: where
gui.app.run([Path(sys.argv[1])])
heavy = [one for one in ("torch", "diffusers", "transformers", "nodes") if one in sys.modules]
print(json.dumps({"seconds": told[0], "heavy": heavy}))
"""


@pytest.fixture
def started(tmp_path):
    """What an editor of its own process has said after it opened a file and was closed."""
    path = tmp_path / "toys.json"
    path.write_text(written(PICTURE))
    where = pictured(tmp_path / "data")
    told = [where.options, where.program, str(where.data)]
    done = subprocess.run(
        [sys.executable, "-c", START, path, json.dumps(told)],
        capture_output=True,
        text=True,
        check=True,
        timeout=WAIT / 1000,
        env=os.environ,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_the_window_is_soon_there_and_torch_never_is(started, capsys):
    with capsys.disabled():
        sys.stdout.write(f"[window after {started['seconds']:.2f} s]")

    assert started["heavy"] == []
    assert started["seconds"] < QUICK
