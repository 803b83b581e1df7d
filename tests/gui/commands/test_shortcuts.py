import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from gui.canvas.keys import FIXED
from gui.commands.command import Command
from gui.commands.commands import Commands
from gui.commands.shortcuts import ShortcutList

CTRL = Qt.KeyboardModifier.ControlModifier
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def commands(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    made = Commands(window)
    made.add(
        Command("edit.copy", "Copy", lambda: None, "Edit", ("Ctrl+C",)),
        Command("edit.undo", "Undo", lambda: None, "Edit", ("Ctrl+Z", "Ctrl+U")),
        Command("node.mute", "Mute", lambda: None, "Graph", ("M",), where="canvas"),
    )
    return made


@pytest.fixture
def shortcuts(qtbot, commands):
    made = ShortcutList(commands, FIXED)
    qtbot.addWidget(made)
    made.resize(560, 480)
    made.show()
    return made


def rows(shortcuts):
    table = shortcuts.table
    items = [table.topLevelItem(row) for row in range(table.topLevelItemCount())]
    return {item.text(0): item.text(1) for item in items}


def test_every_command_is_listed_with_its_keys_and_those_that_are_fixed(shortcuts):
    found = rows(shortcuts)

    assert found["Edit: Undo"] == "Ctrl+Z, Ctrl+U"
    assert found["Resize what is selected"] == "Ctrl+Shift+Arrows"


def test_a_search_knows_names_and_keys(shortcuts):
    shortcuts.search.setText("mute")
    assert list(rows(shortcuts)) == ["Graph: Mute"]

    shortcuts.search.setText("ctrl+u")
    assert list(rows(shortcuts)) == ["Edit: Undo"]


def test_a_command_is_given_other_keys_by_pressing_them(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.change()

    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_K, CTRL)

    assert commands.bound == {"edit.copy": ("Ctrl+K",)}
    assert rows(shortcuts)["Edit: Copy"] == "Ctrl+K"
    assert shortcuts.current == "edit.copy"


def test_a_conflict_is_told_in_words_and_can_be_taken_over(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.change()

    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_Z, CTRL)
    assert shortcuts.told.text() == "Ctrl+Z stands for “Edit: Undo” already."
    assert commands.bound == {}

    shortcuts.take.click()
    assert commands.keys("edit.copy") == ("Ctrl+Z",)
    assert commands.keys("edit.undo") == ("Ctrl+U",)


def test_escape_leaves_the_keys_as_they_are(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.change()

    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_Escape)

    assert commands.bound == {}
    assert not shortcuts.catcher.isVisible()


def test_a_letter_alone_is_refused_where_one_may_be_typing(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.change()
    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_J)
    assert "hold Ctrl or Alt" in shortcuts.told.text()
    assert commands.bound == {}

    shortcuts.mark("node.mute")
    shortcuts.change()
    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_J)
    assert commands.keys("node.mute") == ("J",)


def test_a_modifier_alone_is_waited_beyond(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.change()

    QTest.keyClick(shortcuts.catcher, Qt.Key.Key_Control)

    assert shortcuts.catcher.isVisible()
    assert commands.bound == {}


def test_keys_are_removed_and_reset_one_or_all(commands, shortcuts):
    shortcuts.mark("edit.copy")
    shortcuts.clear()
    assert commands.keys("edit.copy") == ()
    shortcuts.reset()
    assert commands.keys("edit.copy") == ("Ctrl+C",)

    shortcuts.clear()
    shortcuts.mark("node.mute")
    shortcuts.clear()
    shortcuts.reset_all()
    assert commands.bound == {}


def test_fixed_keys_cannot_be_changed(commands, shortcuts):
    shortcuts.search.setText("Resize the selected")

    shortcuts.change()
    shortcuts.clear()

    assert shortcuts.current == ""
    assert commands.bound == {}
