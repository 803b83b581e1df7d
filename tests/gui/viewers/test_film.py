"""Films: frames follow each other, fetched ahead."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.viewers.look import Look
from gui.viewers.pane import Pane
from gui.viewers.reel import AHEAD, AT_ONCE, Reel
from tests.gui.viewers.values import STATISTICS, ran

FRAMES = np.linspace(0, 1, 6 * 8 * 8 * 3, dtype=np.float32).reshape(6, 8, 8, 3)
FILM = {"type": "Video", "kind": "video", "shape": [6, 8, 8, 3], "fps": 50.0, "seconds": 0.12}


@pytest.fixture
def pane(qtbot, engine, looking, looks, status):
    engine.values["one", "int"] = (FILM | STATISTICS, FRAMES)
    ran(status, "one")
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    pane.resize(420, 600)
    pane.show()
    qtbot.waitUntil(lambda: pane.source is not None and pane.viewer.numbers is not None)
    return pane


@pytest.fixture
def view(pane):
    return pane.viewer


def test_a_film_says_its_frame_its_time_and_its_speed(view):
    view.player.slider.setValue(3)
    assert view.player._label.text() == "4 / 6  ·  0.06 s  ·  50 fps"


def test_space_plays_and_pauses(qtbot, view):
    QTest.keyClick(view.plate, Qt.Key.Key_Space)
    assert view.player.playing
    with qtbot.waitSignals([view.player.moved] * 8):
        pass
    QTest.keyClick(view.plate, Qt.Key.Key_Space)
    assert not view.player.playing


def test_comma_and_period_go_a_frame_back_and_on(view):
    QTest.keyClick(view.plate, Qt.Key.Key_Period)
    assert view.player.frame == 1
    for _ in range(2):
        QTest.keyClick(view.plate, Qt.Key.Key_Comma)
    assert view.player.frame == 5


def test_a_second_round_asks_nobody(qtbot, engine, view):
    view.player.toggle()
    with qtbot.waitSignals([view.player.moved] * 7):
        pass
    asked = engine.count("picture")
    assert asked <= 6 + 1
    with qtbot.waitSignals([view.player.moved] * 7):
        pass
    assert engine.count("picture") == asked


def test_playing_waits_for_a_frame_that_is_not_here(qtbot, engine, view):
    engine.hold = True
    view.player.toggle()
    qtbot.waitUntil(lambda: len(engine.held) == AT_ONCE)
    view.player._advance()
    assert view.player.frame == 0
    engine.hold = False
    with qtbot.waitSignal(view.player.moved):
        engine.release()


def test_a_frame_that_cannot_be_had_is_passed_over(looking):
    reel = Reel(lambda: 64)
    gone = type("Source", (), {"shape": (2, 8, 8, 3), "about": {}})()
    gone.item = lambda index, about: gone
    gone.at_hand = lambda side: None
    gone.picture = lambda side, then, failed: failed("it is not kept any more")
    reel.wind(gone)
    reel.ahead(0)
    assert reel.ready(0)


def test_no_more_is_fetched_than_is_soon_shown(engine, looking, looks, status, qtbot):
    long = np.zeros((40, 8, 8, 3), np.float32)
    engine.values["one", "int"] = (FILM | STATISTICS | {"shape": [40, 8, 8, 3], "fps": 0.1}, long)
    ran(status, "one")
    pane = Pane(looking, Look("one", "int"), looks)
    qtbot.addWidget(pane)
    pane.show()
    qtbot.waitUntil(lambda: pane.source is not None and pane.viewer.numbers is not None)
    before = engine.count("picture")
    pane.viewer.player.toggle()
    assert engine.count("picture") - before <= AHEAD
