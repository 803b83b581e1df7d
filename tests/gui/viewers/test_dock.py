import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.viewers.commands import commands
from gui.viewers.dock import ViewerDock
from gui.viewers.look import Look
from tests.gui.viewers.values import picture, ran

ONE, TWO = Look("one", "int"), Look("two", "int")


@pytest.fixture
def dock(qtbot, engine, looking, looks, status):
    """Two nodes that gave pictures, one all dark, one all bright but a pixel."""
    bright = np.full((1, 4, 4, 3), 0.75)
    bright[0, 0, 0] = 0.25
    engine.values["one", "int"] = picture(np.full((1, 4, 4, 3), 0.25))
    engine.values["two", "int"] = picture(bright)
    ran(status, "one", "two")
    made = ViewerDock(looking, looks)
    qtbot.addWidget(made)
    made.resize(500, 500)
    made.show()
    return made


@pytest.fixture
def compare(qtbot, dock):
    dock.pin(1, ONE)
    dock.pin(2, TWO)
    qtbot.waitUntil(lambda: all(pane.source is not None for pane in dock.pins.values()))
    dock.compare_pins()
    qtbot.waitUntil(lambda: not dock.compare.left.image.isNull())
    return dock.compare


def titles(dock):
    return [dock.tabs.tabText(index) for index in range(dock.tabs.count())]


def test_before_anything_is_looked_at_the_panel_says_how(dock):
    assert "Click a socket or a link" in dock._empty.text()
    assert dock._empty.isVisible()


def test_what_is_looked_at_takes_the_place_of_what_was(dock):
    dock.look(ONE)
    dock.look(TWO)
    assert titles(dock) == ["Looking"]
    assert dock.pane.look == TWO


def test_pins_stand_in_the_order_of_their_keys(dock):
    dock.pin(3, TWO)
    dock.look(ONE)
    dock.pin(1, ONE)
    assert [title[0] for title in titles(dock)] == ["L", "1", "3"]
    assert dock.tabs.currentWidget() is dock.pins[1]


def test_a_key_used_again_follows_the_other_node(dock):
    dock.pin(1, ONE)
    pane = dock.pins[1]
    dock.pin(1, TWO)
    assert dock.pins == {1: pane}
    assert pane.look == TWO


def test_pinning_what_is_shown_takes_the_first_free_key(dock):
    dock.pin(1, TWO)
    dock.look(ONE)
    dock.pane.buttons["pin"].click()
    assert dock.pins[2].look == ONE


def test_nine_pins_are_all_there_are(qtbot, dock):
    for number in range(1, 10):
        dock.pin(number, ONE)
    dock.look(TWO)
    with qtbot.waitSignal(dock.told, timeout=1000) as told:
        dock.pin_shown()
    assert "nine" in told.args[0]


def test_a_closed_pin_is_free_again(dock):
    dock.pin(1, ONE)
    dock._close(dock.pins[1])
    assert (dock.pins, titles(dock)) == ({}, [])


def test_comparing_shows_one_beside_the_other_under_a_slider(compare):
    assert compare.left._second.pixelColor(2, 2).red() == 191
    assert compare.left.image.pixelColor(2, 2).red() == 64
    before = compare.left.split
    QTest.keyClick(compare.left, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert compare.left.split > before


def test_a_difference_is_made_brighter_by_its_gain(compare):
    compare.how.setCurrentText("Difference")
    compare.gain.setValue(0)
    image = compare.left.image
    assert (image.pixelColor(0, 0).red(), image.pixelColor(2, 2).red()) == (0, 128)
    compare.gain.setValue(1)
    assert compare.left.image.pixelColor(2, 2).red() == 255


def test_pictures_side_by_side_are_looked_at_alike(compare):
    compare.how.setCurrentText("Side by side")
    assert compare.right.isVisible()
    compare.left.true_size()
    assert compare.right.view == compare.left.view


def test_pictures_of_other_sizes_are_not_subtracted(qtbot, dock, compare, engine, looking, status):
    engine.values["begin", "value"] = picture(np.zeros((1, 2, 2, 3)))
    ran(status, "begin")
    dock.pin(2, Look("begin", "value", turn=()))
    compare.how.setCurrentText("Difference")
    qtbot.waitUntil(lambda: "cannot be subtracted" in compare.left.empty)


def test_without_two_pictures_comparing_says_what_to_do(dock):
    dock.compare_pins()
    assert "Pin two pictures" in dock.compare.left.empty


def test_numbers_pin_the_selected_node_and_show_the_pin_again(qtbot, dock):
    chosen = [("one", "int")]
    by_id = {
        command.id: command
        for command in commands(lambda: dock, lambda: chosen[0] if chosen else None)
    }
    assert by_id["view.pin_1"].keys == ("1",)
    by_id["view.pin_1"].run()
    dock.pin(2, TWO)
    chosen.clear()
    by_id["view.pin_1"].run()
    assert dock.tabs.currentWidget() is dock.pins[1]
    with qtbot.waitSignal(dock.told, timeout=1000):
        by_id["view.pin_5"].run()
    by_id["view.compare_pins"].run()
    assert dock.tabs.currentWidget() is dock.compare


def test_where_no_document_is_open_nothing_can_be_pinned():
    found = commands(lambda: None, lambda: None)
    assert not any(command.enabled() for command in found)
    for command in found:
        command.run()
