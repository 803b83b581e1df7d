import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from gui.docks.queue import Queue
from gui.docks.queue_lines import lines
from gui.docks.queue_rows import about, cross_box
from nodegraph.engine.jobs import Failure
from tests.gui.docks.desk import Desk

NOW = 4_000_000_000.0
"""After every midnight."""


@pytest.fixture
def desk(qapp):
    return Desk()


@pytest.fixture
def queue(qtbot, desk, looks):
    def make():
        widget = Queue(desk, looks)
        qtbot.addWidget(widget)
        widget.resize(320, 500)
        widget.show()
        return widget

    return make


def titles(queue):
    return [line.title for line in queue.lines]


def waiting(queue):
    return [line.job.id for line in queue.lines if line.waiting]


def select(queue, key):
    queue.view.setCurrentIndex(queue.view.model().index(queue.view.model().row(key), 0))


def test_an_idle_engine_s_queue_says_what_would_be_there(queue):
    assert queue()._page.is_empty


def test_jobs_stand_by_state_in_the_order_they_run(desk):
    late, early = desk.add("queued", position=2.0, title="late"), desk.add("queued", position=1.0)
    urgent = desk.add("queued", position=3.0, priority=1, title="urgent")
    running = desk.add("running")
    desk.add("done", finished=1.0, title="yesterday's")
    failed = desk.add("failed", finished=NOW, error=Failure("no room"))
    found = lines(desk.all.values(), (), NOW - 10)
    jobs = [line.job for line in found if line.jobs]
    assert jobs == [*running, *urgent, *early, *late, *failed]
    assert [line.title for line in found if not line.jobs] == [
        "Running · 1",
        "Waiting · 3",
        "Ended today · 1",
    ]


def test_a_running_job_says_which_worker_runs_it_where_there_may_be_several(desk):
    elsewhere, here = desk.add("running", worker="box gpu 3"), desk.add("running", worker="cpu")
    done = desk.add("done", finished=NOW, worker="box gpu 3")
    said = [about(line, None) for line in lines(desk.all.values(), (), 0.0) if line.jobs]
    assert [line.split(" · ")[-1] for line in said[:2]] == ["on box gpu 3", "Starting"]
    assert "box" not in said[2]
    assert [*elsewhere, *here, *done] == list(desk.all.values())


def test_a_batch_is_one_line_until_it_is_opened(qtbot, desk, queue):
    desk.add("queued", "queued", "queued", batch="sweep", values={"noise.seed": 7})
    shown = queue()
    assert titles(shown) == ["Waiting · 3", "frogs.json"]
    shown.toggle(shown.lines[1])
    assert titles(shown) == ["Waiting · 3", "frogs.json", *["noise.seed 7"] * 3]


def test_a_change_of_a_job_moves_it_at_once(desk, queue):
    desk.add("queued")
    shown = queue()
    (job,) = desk.add("running")
    desk.job_changed.emit(job)
    assert titles(shown) == ["Running · 1", "frogs.json", "Waiting · 1", "frogs.json"]


def test_alt_and_an_arrow_move_a_job_in_the_queue(qtbot, desk, queue):
    first, second, third = desk.add("queued", "queued", "queued")
    shown = queue()
    select(shown, third.id)
    qtbot.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert waiting(shown) == [first.id, third.id, second.id]
    qtbot.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(shown.view, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert waiting(shown) == [third.id, first.id, second.id]
    qtbot.keyClick(shown.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert waiting(shown) == [first.id, third.id, second.id]
    select(shown, third.id)
    qtbot.keyClick(shown.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert waiting(shown) == [first.id, second.id, third.id]


def test_a_job_is_dropped_before_the_one_it_is_let_go_above(desk, queue):
    first, second, third = desk.add("queued", "queued", "queued")
    shown = queue()
    model = shown.view.model()
    data = model.mimeData([model.index(model.row(third.id), 0)])
    at = shown.view.visualRect(model.index(model.row(first.id), 0)).topLeft()
    shown.view.dropEvent(
        QDropEvent(
            QPointF(at),
            Qt.DropAction.MoveAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert waiting(shown) == [third.id, first.id, second.id]


def test_what_is_no_job_of_the_queue_is_not_dropped(desk, queue):
    desk.add("queued")
    shown, foreign = queue(), QMimeData()
    model = shown.view.model()
    foreign.setText("a text")
    assert not model.canDropMimeData(foreign, Qt.DropAction.MoveAction, 1, 0, model.index(-1, 0))


def test_a_batch_is_moved_whole_and_in_its_order(desk, queue):
    (first,) = desk.add("queued")
    one, two = desk.add("queued", "queued", batch="sweep")
    shown = queue()
    shown.place(shown.lines[-1].key, first.id)
    assert [job.id for line in shown.lines for job in line.jobs] == [one.id, two.id, first.id]


def test_delete_cancels_what_has_not_ended_and_forgets_what_has(qtbot, desk, queue):
    (job,) = desk.add("queued")
    shown = queue()
    select(shown, job.id)
    qtbot.keyClick(shown.view, Qt.Key.Key_Delete)
    assert desk.all[job.id].state == "cancelled"
    assert titles(shown) == ["Ended today · 1", "frogs.json"]
    qtbot.keyClick(shown.view, Qt.Key.Key_Delete)
    assert desk.all == {}
    assert shown._page.is_empty


def test_a_click_on_the_cross_cancels(qtbot, desk, queue):
    (job,) = desk.add("running")
    shown = queue()
    box = cross_box(shown.view.visualRect(shown.view.model().index(1, 0)))
    qtbot.mouseClick(shown.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert desk.all[job.id].state == "cancelled"


def test_enter_opens_the_workflow_of_a_job(qtbot, desk, queue):
    (job,) = desk.add("done", finished=NOW)
    shown = queue()
    select(shown, job.id)
    with qtbot.waitSignal(shown.jobs.opened, timeout=1000) as opened:
        qtbot.keyClick(shown.view, Qt.Key.Key_Return)
    assert opened.args == [{"nodegraph": 1, "nodes": {}}, "frogs.json"]


def test_a_refusal_is_told_in_its_own_words(qtbot, desk, queue):
    desk.add("done", finished=NOW, title="gone")
    shown = queue()
    with qtbot.waitSignal(shown.jobs.said, timeout=1000) as said:
        shown.jobs.again(shown.lines[1])
    assert said.args == ["there is no such workflow; submit it again"]


def test_clear_forgets_all_that_ended_and_no_more(qtbot, desk, queue):
    desk.add("done", "failed", finished=NOW)
    (kept,) = desk.add("queued")
    shown = queue()
    qtbot.mouseClick(shown.clear, Qt.MouseButton.LeftButton)
    assert list(desk.all) == [kept.id]
    assert not shown.clear.isEnabled()


def test_the_menu_offers_places_only_to_what_waits(desk, queue):
    desk.add("queued")
    desk.add("done", finished=NOW)
    shown = queue()
    words = [[act.text() for act in shown.menu(shown.lines[row]).actions()] for row in (1, 3)]
    assert "Sooner" in words[0]
    assert words[0][-1] == "Cancel"
    assert "Sooner" not in words[1]
    assert words[1][-1] == "Remove"
