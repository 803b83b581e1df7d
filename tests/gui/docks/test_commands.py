import pytest
from PySide6.QtWidgets import QWidget

from gui.commands.commands import Commands
from gui.docks.commands import Docks, commands
from gui.docks.gallery import Gallery
from gui.docks.help import Help
from gui.docks.library import Library
from gui.docks.problems import Problems
from gui.docks.queue import Queue
from gui.docks.shelves import Stock
from gui.running.problem import Problem
from tests.gui.docks.desk import Desk


@pytest.fixture
def docks(qtbot, settings, looks, tmp_path):
    desk = Desk()
    desk.add("running")
    made = Docks(
        Library(lambda: Stock({}), settings, looks),
        Queue(desk, looks),
        Gallery(desk, looks, tmp_path),
        Problems(looks),
        Help(dict, looks),
    )
    for dock in (made.library, made.queue, made.gallery, made.problems, made.help):
        qtbot.addWidget(dock)
        dock.desk = desk
    return made


@pytest.fixture
def window(qtbot, docks):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.shown = []
    widget.commands = Commands(widget)
    widget.commands.add(*commands(docks, widget.shown.append))
    return widget


def test_every_dock_can_be_gone_to(window):
    for id in ("library.go", "queue.go", "gallery.go", "problems.go", "help.go"):
        assert window.commands.run(id)
    assert window.shown == ["library", "queue", "gallery", "problems", "help"]


def test_all_runs_are_cancelled_from_anywhere(window, docks):
    assert window.commands.run("queue.cancel_all")
    assert docks.queue.desk.count("cancel_all") == 1


def test_what_cannot_be_done_is_not_offered(window):
    for id in ("queue.clear", "gallery.compare", "gallery.save_as", "problems.next"):
        assert not window.commands.run(id)


def test_the_next_problem_is_shown_and_after_the_last_the_first(window, docks):
    docks.problems.show_problems((Problem("a", "one"), Problem("b", "one"), Problem("c", "two")))
    picked = []
    docks.problems.picked.connect(lambda node, _: picked.append(node))
    for id in ("next", "next", "next", "next", "previous"):
        window.commands.run(f"problems.{id}")
    assert picked == ["one", "one", "two", "one", "two"]
