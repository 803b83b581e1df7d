import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow

from gui.commands.command import Command
from gui.commands.commands import Commands
from gui.commands.matching import ranked
from gui.commands.palette import CommandPalette


@pytest.fixture
def done():
    return []


@pytest.fixture
def window(qtbot):
    made = QMainWindow()
    made.setCentralWidget(QLineEdit())
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.fixture
def commands(window, done):
    made = Commands(window)
    made.add(
        Command("edit.undo", "Undo", lambda: done.append("undo"), "Edit", ("Ctrl+Z",)),
        Command("view.fit", "Show all", lambda: done.append("fit"), "View", help="Fit the graph."),
        Command("node.mute", "Mute", lambda: done.append("mute"), "Graph", enabled=lambda: False),
        Command("align.left", "Left edges", lambda: done.append("left"), "Graph/Align"),
    )
    return made


@pytest.fixture
def palette(window, commands):
    return CommandPalette(window, commands)


def listed(palette):
    return [palette.list.item(row).text() for row in range(palette.list.count())]


def test_letters_find_names_and_words_find_help(commands):
    assert [one.id for one in ranked(commands, "ali left")] == ["align.left"]
    assert [one.id for one in ranked(commands, "fit graph")] == ["view.fit"]
    assert ranked(commands, "zebra") == []


def test_neither_scattered_letters_nor_the_ends_of_words_find_anything(commands):
    assert ranked(commands, "vel") == []
    assert ranked(commands, "raph he") == []
    assert [one.id for one in ranked(commands, "gm")] == ["node.mute"]


def test_what_fits_best_but_cannot_be_done_stands_after_what_can(commands):
    commands.add(Command("edit.permute", "Permute", lambda: None, "Edit"))

    assert [one.id for one in ranked(commands, "mute")] == ["edit.permute", "node.mute"]


def test_what_was_used_lately_is_first_and_what_cannot_be_done_last(commands):
    found = [one.id for one in ranked(commands, "", ["view.fit"])]

    assert found[0] == "view.fit"
    assert found[-1] == "node.mute"


def test_enter_does_what_is_marked_and_remembers_it(qtbot, palette, done):
    palette.open()
    QTest.keyClicks(palette.line, "show")
    assert listed(palette)[0] == "View: Show all"

    with qtbot.waitSignal(palette.remembered, timeout=1000) as remembered:
        QTest.keyClick(palette.line, Qt.Key.Key_Return)

    assert done == ["fit"]
    assert remembered.args == [["view.fit"]]
    assert palette.isHidden()
    palette.open()
    assert listed(palette)[0] == "View: Show all"


def test_what_cannot_be_done_is_shown_and_not_done(palette, done):
    palette.open()
    QTest.keyClicks(palette.line, "mute")
    assert listed(palette) == ["Graph: Mute"]

    QTest.keyClick(palette.line, Qt.Key.Key_Return)

    assert done == []
    assert palette.isVisible()


def test_arrows_move_and_escape_gives_the_keyboard_back(qtbot, window, palette, done):
    window.activateWindow()
    window.centralWidget().setFocus()
    qtbot.waitUntil(window.centralWidget().hasFocus)
    palette.open()

    QTest.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    QTest.keyClick(palette.line, Qt.Key.Key_Up)
    QTest.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 0
    QTest.keyClick(palette.line, Qt.Key.Key_Escape)

    assert palette.isHidden()
    qtbot.waitUntil(window.centralWidget().hasFocus)
    assert done == []


def test_a_shortcut_that_a_person_chose_is_the_one_shown(commands, palette):
    from gui.commands.rows import KEYS

    commands.rebind("view.fit", ["Ctrl+9"])
    palette.open()
    QTest.keyClicks(palette.line, "show all")

    assert palette.list.item(0).data(KEYS) == ("Ctrl+9",)


def test_it_paints_every_row(palette):
    palette.open()

    picture = palette.grab()

    assert picture.width() > 300
