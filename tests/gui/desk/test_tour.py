"""The tour points at real parts, is left with Escape, and does not come again by itself."""

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui import tool_bar
from gui.appearance import Appearance
from gui.canvas.looks import Looks
from gui.commands.command import Command
from gui.desk.first_start import is_first, open_example, start_tour
from gui.desk.tour import Step, Tour
from gui.page import Page
from gui.theme import DARK
from gui.window import Window
from nodegraph.workflow import catalogue


@pytest.fixture
def window(qtbot, settings, request):
    app = QApplication.instance()
    before = app.styleSheet(), app.palette()
    made = Window(settings, Appearance(app, settings))
    made.commands.add(
        Command("file.save", "Save", print, menu="File", keys=("Ctrl+S",)),
        Command("run.all", "Run", print, menu="Run", keys=("Ctrl+Return",)),
    )
    made.fill_menus()
    tool_bar.fill(made.bar, made.commands, DARK)
    yield made
    made.quit()
    app.setStyleSheet(before[0])
    app.setPalette(before[1])


@pytest.fixture
def page(desk, window):
    desk._catalogue = catalogue
    shown = Page(open_example(desk), Looks(DARK))
    shown.show_whole()
    window.open(shown)
    window.show()
    return shown


@pytest.fixture
def tour(window, page, settings):
    return start_tour(window, lambda: page.canvas, settings, DARK)


def test_five_bubbles_point_at_real_parts_and_done_ends_it(qtbot, tour, window, settings):
    assert is_first(settings)
    for _ in range(4):
        part = tour.step.where()
        assert window.rect().intersects(part)
        assert not tour.bubble.geometry().contains(part)
        assert window.rect().contains(tour.bubble.geometry())
        tour.bubble.next.click()
    assert tour.bubble.next.text() == "Done"
    with qtbot.waitSignal(tour.ended):
        tour.bubble.next.click()
    assert not is_first(settings)


def test_the_prompt_is_shown_near_enough_to_be_read(tour, page):
    assert page.canvas.camera.scale >= 0.45
    assert "Ctrl+Return" in tour._steps[1].text


def test_escape_skips_it_wherever_the_focus_is(qtbot, tour, page, settings):
    page.canvas.setFocus()
    with qtbot.waitSignal(tour.ended):
        QTest.keyClick(page.window().windowHandle(), Qt.Key.Key_Escape)
    assert not is_first(settings)


def test_back_shows_the_bubble_before(tour):
    tour.bubble.next.click()
    tour.bubble.back.click()
    assert tour.step.title == "Say what you want to see"
    assert not tour.bubble.back.isVisible()


def test_it_follows_the_window_and_what_is_moved(tour, window, page):
    window.resize(1000, 700)
    assert tour.spotlight.size() == window.rect().size()
    before = tour.bubble.pos()
    page.canvas.pan(80, 60)
    tour._place()
    assert tour.bubble.pos() != before


def test_the_mouse_goes_through_the_veil(qtbot, tour, window):
    assert window.childAt(window.rect().center()) is not tour.spotlight


@pytest.mark.parametrize("part", [None, QRect(0, 0, 5000, 5000), QRect(-50, -50, 10, 10)])
def test_a_part_that_is_not_there_or_fills_everything_leaves_the_bubble_inside(window, page, part):
    tour = Tour(window, [Step("Title", "Text", lambda: part)], DARK)
    tour.begin()
    assert window.rect().contains(tour.bubble.geometry())
    tour.bubble.grab()
    tour.end()
