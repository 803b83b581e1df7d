"""Everything about files can be done by name."""

import pytest
from PySide6.QtWidgets import QFileDialog, QMainWindow

from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.commands.commands import Commands
from gui.commands.menus import fill
from gui.desk.bars import Bars
from gui.desk.closing import Closing
from gui.desk.commands import Files, commands, place_recents
from gui.desk.exporting import Exporting
from gui.desk.leftovers import Leftovers
from gui.desk.recents import RecentMenu, Recents
from gui.desk.relinking import Relinking
from gui.theme import DARK


@pytest.fixture
def window(qtbot):
    widget = QMainWindow()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def canvas(qtbot, desk, file):
    widget = Canvas(desk.open(file), Looks(DARK))
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def called():
    return []


@pytest.fixture
def all_commands(qtbot, desk, asking, saving, window, canvas, called):
    bars = Bars(window)
    files = Files(
        desk=desk,
        asking=asking,
        saving=saving,
        closing=Closing(desk, saving, window),
        exporting=Exporting(desk, saving, asking),
        relinking=Relinking(desk, asking),
        leftovers=Leftovers(desk, desk._folder),
        bars=bars,
        canvas=lambda: canvas,
        templates=lambda: called.append("templates"),
        tour=lambda: called.append("tour"),
        quit=lambda: called.append("quit"),
    )
    made = Commands(window)
    made.add(*commands(files))
    made.bars = bars
    return made


def can(found, id):
    found.refresh()
    return found.action(id).isEnabled()


def test_every_command_says_what_it_does(all_commands):
    assert all(command.help for command in all_commands)
    keys = [key for command in all_commands for key in command.keys]
    assert len(keys) == len(set(keys))


def test_tabs_are_opened_closed_and_opened_again(desk, all_commands, file):
    all_commands.run("file.new")
    all_commands.run("tab.close")
    assert [document.path for document in desk.documents] == [file]
    assert not can(all_commands, "tab.next")
    all_commands.run("tab.close")
    assert not can(all_commands, "file.save")
    all_commands.run("tab.reopen")
    assert desk.current.path == file


@pytest.mark.parametrize("id", ["file.open", "file.save_as", "file.save_copy", "export.svg"])
def test_asking_for_a_file_waits_for_nobody(all_commands, window, id):
    all_commands.run(id)
    (dialog,) = [one for one in window.findChildren(QFileDialog) if one.isVisible()]
    dialog.reject()


def test_a_selection_is_exported_only_where_there_is_one(all_commands, canvas):
    assert not can(all_commands, "export.selection")
    canvas.select({"sum"})
    assert can(all_commands, "export.selection")
    assert not can(all_commands, "model.find")


def test_recovering_says_so_where_nothing_was_left(all_commands):
    all_commands.run("file.recover")
    assert "nothing to recover" in all_commands.bars["recovery"].text


def test_templates_and_the_tour_can_be_had_again(all_commands, called):
    all_commands.run("file.templates")
    all_commands.run("help.tour")
    assert called == ["templates", "tour"]


def test_recent_files_stand_in_the_file_menu(all_commands, window, desk, settings, file):
    fill(window.menuBar(), all_commands)
    menu = RecentMenu(Recents(desk, settings), desk)
    place_recents(window.menuBar(), all_commands, menu)
    entries = [one.text() for one in window.menuBar().actions()[0].menu().actions()]
    assert entries[:4] == ["New", "Open…", "Open &recent", "Templates…"]


def test_quitting_is_at_the_end_of_the_file_menu_and_has_the_usual_key(
    all_commands, window, called
):
    fill(window.menuBar(), all_commands)
    file = window.menuBar().actions()[0].menu().actions()
    file[-1].trigger()

    assert called == ["quit"]
    assert file[-1].shortcut().toString() == "Ctrl+Q"
