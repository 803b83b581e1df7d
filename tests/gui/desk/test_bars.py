"""Bars tell something, offer what to do about it, and go."""

import pytest
from PySide6.QtCore import Qt

from gui.desk.bars import Bars, Choice


@pytest.fixture
def bars(qtbot):
    widget = Bars()
    qtbot.addWidget(widget)
    return widget


def test_a_bar_shows_its_sentence_and_does_what_is_pressed_once(qtbot, bars):
    done = []
    bar = bars.tell("disk", "It changed.", [Choice("Reload", lambda: done.append("reload"))])
    assert (bar.text, bar.accessibleName(), bars.isHidden()) == (
        "It changed.",
        "It changed.",
        False,
    )
    qtbot.mouseClick(bar.button("Reload"), Qt.MouseButton.LeftButton)
    assert (done, "disk" in bars, bars.isHidden()) == (["reload"], False, True)


def test_a_bar_about_the_same_takes_the_place_of_the_one_before(bars):
    bars.tell("disk", "It changed.")
    bars.tell("journal", "The disk is full.", level="error")
    bars.tell("disk", "It is gone.")
    assert (bars["disk"].text, bars["journal"].text) == ("It is gone.", "The disk is full.")
    assert bars.layout().count() == 2


def test_a_bar_that_its_own_button_replaces_stays(qtbot, bars):
    bars.tell("disk", "It changed.", [Choice("Reload", lambda: bars.tell("disk", "It failed."))])
    bars["disk"].button("Reload").click()
    assert bars["disk"].text == "It failed."


def test_escape_and_the_cross_put_it_away(qtbot, bars):
    bar = bars.tell("disk", "It changed.")
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert "disk" not in bars
    bar = bars.tell("disk", "It changed.")
    bar._cross.click()
    assert "disk" not in bars
