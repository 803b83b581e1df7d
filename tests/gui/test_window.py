import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from gui import going
from gui.document.document import Document
from gui.page import Page
from gui.settings import Settings
from gui.theme import DARK, LIGHT
from gui.window import Window
from nodegraph.edits import SetParam
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def window(qtbot, settings, appearance):
    made = Window(settings, appearance)
    qtbot.addWidget(made)
    return made


def opened(window, appearance):
    document = Document(toys.graph({"one": n("number", {"value": 1})}))
    page = Page(document, appearance.looks)
    page.show_whole()
    window.open(page)
    return document


def test_a_tab_says_whether_its_document_is_saved(window, appearance):
    document = opened(window, appearance)
    document.apply(SetParam("one", "value", 5))

    assert window.tabs.tabText(0) == "Untitled •"
    document.undo()
    assert window.tabs.tabText(0) == "Untitled"


def test_closing_asks_whoever_knows_what_is_unsaved(window, qtbot):
    window.show()
    with qtbot.waitSignal(window.quit_wanted):
        window.close()

    assert window.isVisible()
    window.quit()
    assert not window.isVisible()


def test_the_layout_is_the_same_at_the_next_start(qtbot, settings, appearance):
    first = Window(settings, appearance)
    qtbot.addWidget(first)
    first.add_dock("library", "Library", QLabel("here"), "left")
    first.show()
    first.docks["library"].hide()
    first.quit()

    second = Window(settings, appearance)
    qtbot.addWidget(second)
    second.add_dock("library", "Library", QLabel("here"), "left")
    second.restore_layout()
    second.show()

    assert second.docks["library"].isHidden()


def test_a_dock_is_shown_and_hidden_by_its_command(window, qtbot):
    window.add_dock("library", "Library", QLabel("here"), "left")
    window.show()
    window.commands.run("view.library")

    assert window.docks["library"].isHidden()


def test_every_page_follows_the_theme(window, appearance):
    opened(window, appearance)
    appearance.choose("light")
    assert window.page.canvas.looks.theme is LIGHT

    appearance.choose("dark")
    assert window.page.canvas.looks.theme is DARK


def test_settings_survive_what_they_cannot_read(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("{not json")
    settings = Settings(path)
    settings.set("theme", "dark")

    assert Settings(path).get("theme", "system") == "dark"
    assert Settings(path).get("theme", 5) == 5


def test_settings_that_cannot_be_written_say_so(tmp_path):
    (tmp_path / "file").write_text("")
    settings = Settings(tmp_path / "file" / "settings.json")
    settings.set("theme", "dark")

    assert "settings are not kept" in settings.problem
    assert settings.get("theme", "") == "dark"


def test_a_window_that_nothing_holds_closes_at_the_first_asking(window, qtbot):
    window.quit_wanted.connect(window.quit)
    window.show()
    window.close()

    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_window_is_at_first_no_larger_than_its_screen(window):
    room = window.screen().availableSize()
    assert window.width() <= room.width()
    assert window.height() <= room.height()


def test_f6_goes_from_the_graph_to_each_panel_that_is_seen_and_back(qtbot, window, appearance):
    opened(window, appearance)
    line, other = QLineEdit(), QLineEdit()
    window.add_dock("left", "Left", line, "left")
    window.add_dock("gone", "Gone", other, "right", shown=False)
    window.commands.add(*going.commands(window))
    window.show()
    window.activateWindow()
    window.page.canvas.setFocus()
    qtbot.waitUntil(window.page.canvas.hasFocus)

    window.commands.run("view.next_panel")
    qtbot.waitUntil(line.hasFocus)
    window.commands.run("view.next_panel")
    qtbot.waitUntil(window.page.canvas.hasFocus)
    window.commands.run("view.previous_panel")
    qtbot.waitUntil(line.hasFocus)
