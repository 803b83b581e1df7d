import pytest
from PySide6.QtWidgets import QMainWindow

from gui.commands.command import Command
from gui.commands.commands import Commands
from gui.commands.menus import fill


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    qtbot.addWidget(made)
    return made


def test_a_command_runs_only_where_it_can_be_done(window):
    done = []
    commands = Commands(window)
    commands.add(
        Command("a.yes", "Yes", lambda: done.append("yes")),
        Command("a.no", "No", lambda: done.append("no"), enabled=lambda: False),
    )

    assert commands.run("a.yes")
    assert not commands.run("a.no")
    assert done == ["yes"]
    assert not commands.action("a.no").isEnabled()


def test_a_person_s_shortcut_takes_the_place_of_the_command_s_own(window):
    commands = Commands(window, {"a.b": ["Ctrl+K"]})
    commands.add(Command("a.b", "B", lambda: None, keys=("Ctrl+B",)))

    assert commands.action("a.b").shortcut().toString() == "Ctrl+K"

    commands.rebind("a.b", None)
    assert commands.action("a.b").shortcut().toString() == "Ctrl+B"
    assert commands.bound == {}


def test_commands_that_share_a_shortcut_are_found(window):
    commands = Commands(window)
    commands.add(
        Command("a.b", "B", lambda: None, keys=("Ctrl+B",)),
        Command("a.c", "C", lambda: None, keys=("ctrl+b",)),
    )

    assert [one.id for one in commands.users("Ctrl+B")] == ["a.b", "a.c"]


def test_two_commands_of_one_id_are_refused(window):
    commands = Commands(window)
    commands.add(Command("a.b", "B", lambda: None))

    with pytest.raises(ValueError, match=r"two commands 'a\.b'"):
        commands.add(Command("a.b", "B", lambda: None))


def test_menus_hold_each_command_once_in_their_own_order(window):
    commands = Commands(window)
    commands.add(
        Command("help.about", "About", lambda: None, menu="Help"),
        Command("edit.undo", "Undo", lambda: None, menu="Edit"),
        Command("align.left", "Left", lambda: None, menu="Edit/Align"),
        Command("hidden.one", "Hidden", lambda: None),
    )

    fill(window.menuBar(), commands)
    bar = window.menuBar().actions()
    edit = bar[0].menu().actions()

    assert [one.text() for one in bar] == ["&Edit", "&Help"]
    assert [one.text() for one in edit] == ["Undo", "Align"]
    assert [one.text() for one in edit[1].menu().actions()] == ["Left"]


def test_what_can_be_done_is_asked_once_however_often_that_is_wanted(window, qtbot):
    asked = []
    commands = Commands(window)
    commands.add(Command("a.b", "B", lambda: None, enabled=lambda: bool(asked.append(1))))
    commands.add(Command("a.c", "C", lambda: None))
    assert len(asked) == 1, "adding others asks nothing of it"

    for _ in range(5):
        commands.refresh_soon()
    qtbot.waitUntil(lambda: len(asked) > 1)

    assert len(asked) == 2
