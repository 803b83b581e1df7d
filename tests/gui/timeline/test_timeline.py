from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from gui.canvas.states import ZoneState
from gui.document.document import Document
from gui.running.status import Status
from gui.timeline.layout import Layout
from gui.timeline.timeline import Timeline
from gui.viewers.looking import Looking
from tests.gui.viewers.test_zoning import NESTED
from tests.gui.viewers.values import JOB, latent, ran, running
from tests.nodegraph import toys

TURNS = 20


def kept(outputs, turns, **numbers):
    return {"outputs": outputs, "turns": [list(turn) for turn in turns], "numbers": numbers}


def keep(engine, count, first=0):
    """Have the engine keep a number of turns of the zone."""
    turns = [(turn,) for turn in range(first, count)]
    sigmas = [float(TURNS - turn) for (turn,) in turns]
    engine.nodes = {
        "begin": kept(["x", "sigma"], turns, sigma=sigmas),
        "within": kept(["denoised"], turns),
    }
    engine.values["within", "denoised"] = latent([[[[0.0]]]] * 1)
    engine.values["begin", "x"] = latent([[[[0.0]]]] * 1)


@pytest.fixture
def timeline(qtbot, engine, looking, looks, status):
    """The timeline of a run of twenty turns."""
    keep(engine, TURNS)
    made = Timeline(looking, looks)
    qtbot.addWidget(made)
    made.resize(900, 130)
    ran(status, "begin", "within", "end")
    made.show()
    return made


@pytest.fixture
def row(timeline):
    return timeline.rows["z"]


def drag(strip, *points):
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(*points[0]))
    for point in points[1:]:
        at = QPointF(*point)
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(strip, event)
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(*points[-1]))


def test_before_a_run_there_is_no_timeline(qtbot, looking, looks):
    made = Timeline(looking, looks)
    qtbot.addWidget(made)
    assert not made.isVisibleTo(made.parentWidget())
    assert made.rows == {}


def test_a_zone_that_ran_has_a_row_with_a_frame_a_turn(row):
    assert len(row.film.frames) == TURNS
    assert row.film.frames[3].sigma == 17.0
    assert row.film.current == TURNS - 1


def test_the_timeline_grows_with_the_text(qtbot, timeline):
    before = timeline.height()
    timeline.setStyleSheet("* { font-size: 40px; }")

    qtbot.waitUntil(lambda: timeline.height() > before)


def test_the_frames_show_the_estimate_unless_another_output_is_chosen(row):
    assert row.film.output == ("within", "denoised")
    offered = [row.chooser.itemData(at) for at in range(row.chooser.count())]
    assert [tuple(one) for one in offered] == [("within", "denoised"), ("begin", "x")]
    row.chooser.setCurrentIndex(1)
    row.chooser.activated.emit(1)
    assert row.film.output == ("begin", "x")
    row.film.refresh()
    assert row.film.output == ("begin", "x")


def test_all_pictures_are_fetched_ahead(row):
    assert all(row.film.picture(frame) is not None for frame in row.film.frames)


def test_dragging_shows_each_turn_and_asks_the_engine_nothing(row, engine, status):
    shown = []
    status.values_changed.connect(lambda: shown.append(status.turn.get("z")))
    engine.hold = True
    before = len(engine.asked)
    width = row.strip.width()
    drag(row.strip, (5, 40), (width // 3, 40), (2 * width // 3, 40), (width - 4, 40))
    assert (shown[0], shown[-1]) == (0, TURNS - 1)
    assert shown == sorted(shown)
    assert len(engine.asked) == before


def test_the_playhead_stays_under_the_pointer():
    for count in (2, 5, 20, 50, 300):
        for current in (0, count // 2, count - 1):
            layout = Layout(800, count, current, 64)
            for index in range(0, count, max(count // 7, 1)):
                moved = Layout(800, count, index, 64)
                assert layout.index_at(moved.middle(index)) == index


def test_frames_stand_side_by_side_and_fill_the_strip():
    layout = Layout(800, 50, 20, 64)
    ends = [sum(layout.frame(index)) for index in range(50)]
    starts = [layout.frame(index)[0] for index in range(50)]
    assert starts[1:] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(800)


@pytest.mark.parametrize(
    ("keys", "turn"),
    [
        ([Qt.Key.Key_Home], 0),
        ([Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Right], 2),
        ([Qt.Key.Key_Left], TURNS - 2),
        ([Qt.Key.Key_Home, Qt.Key.Key_Left], 0),
        ([Qt.Key.Key_Home, Qt.Key.Key_End], TURNS - 1),
    ],
)
def test_keys_move_the_playhead(row, status, keys, turn):
    for key in keys:
        QTest.keyClick(row.strip, key)
    assert status.turn["z"] == turn


def test_playing_goes_on_to_the_end_and_stops_there(qtbot, row, status):
    row._timer.setInterval(1)
    QTest.keyClick(row.strip, Qt.Key.Key_Space)
    assert status.turn["z"] == 0
    qtbot.waitUntil(lambda: not row.playing, timeout=5000)
    assert status.turn["z"] == TURNS - 1


def test_with_loop_it_begins_again(qtbot, row, status):
    row._timer.setInterval(1)
    QTest.keyClick(row.strip, Qt.Key.Key_L)
    assert row.loop.isChecked()
    status.set_turn("z", TURNS - 2)
    row.toggle()
    qtbot.waitUntil(lambda: status.turn["z"] == 1, timeout=5000)
    assert row.playing
    row.strip.step(1)
    assert not row.playing, "moving the playhead stops it"


def test_the_last_turn_is_followed_again_at_a_click(row, status):
    status.set_turn("z", 3)
    assert row.live.isEnabled()
    row.live.click()
    assert "z" not in status.turn
    assert row.film.current == TURNS - 1


def test_turns_that_were_given_up_are_gaps_that_say_so(
    qtbot, timeline, row, engine, looking, status
):
    keep(engine, TURNS, first=5)
    looking._ask_turns()
    assert [frame.turn for frame in row.film.frames[:6]] == [None] * 5 + [(5,)]
    status.set_turn("z", 2)
    assert "not kept" in row._told.text()


def test_during_a_run_frames_come_one_by_one(qtbot, engine, looking, looks, status):
    made = Timeline(looking, looks)
    qtbot.addWidget(made)
    ran(status, "begin", "within", job=running())
    status.set_zone("z", ZoneState(3, TURNS))
    keep(engine, 2)
    status.change_node("within", phase="running")
    qtbot.waitUntil(lambda: "z" in made.rows)
    film = made.rows["z"].film
    assert [frame.pending for frame in film.frames] == [False] * 2 + [True] * 18
    assert film.current == 1
    keep(engine, 5)
    status.change_node("within", phase="running", progress=0.5)
    qtbot.waitUntil(lambda: film.current == 4)
    assert made.rows["z"]._told.text().startswith("3 of 20")


def test_the_strip_paints_every_state(row, status, engine, looking):
    for turn in (0, 9, TURNS - 1):
        status.set_turn("z", turn)
        assert not row.grab().isNull()
    keep(engine, TURNS, first=12)
    looking._ask_turns()
    row.strip.setFocus()
    assert not row.grab().isNull()


def test_zones_in_each_other_have_a_row_each_that_follow_the_outer_one(qtbot, engine, looks):
    pairs = [(outer, inner) for outer in range(3) for inner in range(4)]
    engine.nodes = {
        "outer": kept(["value"], [(outer,) for outer in range(3)]),
        "inner": kept(["value"], pairs),
        "body": kept(["value"], pairs),
    }
    for node in engine.nodes:
        engine.values[node, "value"] = latent([[[[0.0]]]])
    document = Document(toys.graph(NESTED))
    status = Status(document)
    made = Timeline(Looking(engine, status, document), looks)
    qtbot.addWidget(made)
    ran(status, *NESTED)
    assert list(made.rows) == ["o", "i"]
    inner = made.rows["i"].film
    assert [frame.turn for frame in inner.frames] == [(2, n) for n in range(4)]
    status.set_turn("o", 0)
    assert [frame.turn for frame in inner.frames] == [(0, n) for n in range(4)]


def test_a_zone_that_is_gone_has_no_row(timeline, document, looking):
    from nodegraph.edits import RemoveNode

    for node in ("end", "within", "begin"):
        document.apply(RemoveNode(node))
    timeline.refresh()
    assert timeline.rows == {}


def test_a_run_out_of_the_cache_offers_to_make_its_turns(qtbot, engine, looking, looks, status):
    made = Timeline(looking, looks)
    qtbot.addWidget(made)
    ran(status, "end")
    assert made.offer.isVisibleTo(made)
    (button,) = made.offer.findChildren(QPushButton)
    with qtbot.waitSignal(made.turns_wanted, timeout=1000) as wanted:
        button.click()
    assert wanted.args == [["within"]]
    keep(engine, TURNS)
    ran(status, "begin", "within", "end", job=replace(JOB, id="k" * 32))
    assert not made.offer.isVisibleTo(made)


def test_while_a_run_goes_on_nothing_is_offered(qtbot, looking, looks, status):
    made = Timeline(looking, looks)
    qtbot.addWidget(made)
    ran(status, "one", job=running())
    assert not made.offer.isVisibleTo(made)
