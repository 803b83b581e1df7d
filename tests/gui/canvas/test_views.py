import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.drift import drift
from tests.gui.canvas.hand import Hand


@pytest.fixture
def hand(canvas):
    canvas.look(Camera(40, 40, 0))
    return Hand(canvas)


def test_back_returns_from_far_away_and_forward_to_it(canvas, hand):
    canvas.look(there := Camera(-2000, 40, 0))

    canvas.views.back()
    assert canvas.camera == Camera(40, 40, 0)
    canvas.views.forward()
    assert canvas.camera == there
    canvas.views.forward()
    assert canvas.camera == there


def test_space_and_a_drag_move_the_view_and_add_nothing(canvas, hand):
    wanted = []
    canvas.wanted.connect(lambda *args: wanted.append(args))
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    hand.press(100, 100)
    hand.move(160, 80)
    hand.release(100, 100)
    QTest.keyRelease(canvas, Qt.Key.Key_Space)

    assert canvas.camera == Camera(100, 20, 0)
    assert not wanted


def test_space_alone_asks_for_a_node(qtbot, canvas):
    with qtbot.waitSignal(canvas.wanted, timeout=1000):
        QTest.keyClick(canvas, Qt.Key.Key_Space)


def test_the_view_drifts_faster_the_nearer_the_edge():
    assert drift(500, 300, 1000, 700) == (0, 0)
    assert drift(990, 300, 1000, 700)[0] < drift(975, 300, 1000, 700)[0] < 0
    assert drift(500, -50, 1000, 700) == (0, 24)


def test_dragging_a_node_to_the_edge_takes_the_view_along(qtbot, canvas, hand):
    x, y = hand.header("one")
    hand.press(x, y)
    hand.move(950, y)

    qtbot.waitUntil(lambda: canvas.camera.x < 0, timeout=2000)

    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.scene.boxes["one"][:2] == (0, 0)
