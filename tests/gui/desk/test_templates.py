"""What comes along to begin with, and what was open lately."""

import json

import pytest
from PySide6.QtCore import Qt

from gui.canvas.looks import Looks
from gui.desk.cards import IMAGE, TEMPLATE, TemplateCards
from gui.desk.recents import MOST, RecentMenu, Recents
from gui.desk.start_page import StartPage, StartWindow
from gui.desk.templates import EXAMPLE, FOLDER, anchor, open_copy, templates
from gui.theme import DARK, LIGHT
from nodegraph.workflow import save
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def recents(desk, settings):
    return Recents(desk, settings)


@pytest.fixture
def page(qtbot, desk, recents):
    widget = page_of(desk, recents)
    qtbot.addWidget(widget)
    return widget


def page_of(desk, recents):
    return StartPage(TemplateCards(templates(), Looks(DARK), lambda: desk.catalogue), recents)


def texts(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_every_workflow_that_comes_along_says_what_it_is():
    found = templates()
    assert {one.path for one in found} == set(FOLDER.rglob("*.json"))
    assert found[0].path.stem == EXAMPLE
    assert all(one.title and one.description for one in found)


def test_a_file_that_says_nothing_of_itself_is_called_by_its_name(tmp_path):
    (tmp_path / "my_graph.json").write_text(json.dumps({"nodegraph": 1, "nodes": {}}))
    (tmp_path / "rubbish.json").write_text("[")
    (found,) = templates(tmp_path)
    assert (found.title, found.description) == ("My graph", "")


def test_a_template_is_opened_as_a_copy_without_a_file(desk):
    before = (FOLDER / f"{EXAMPLE}.json").read_bytes()
    document = open_copy(desk, FOLDER / f"{EXAMPLE}.json")
    assert (document.path, document.dirty, document.graph.extra) == (None, False, {})
    assert (FOLDER / f"{EXAMPLE}.json").read_bytes() == before


def test_a_template_that_cannot_be_read_gets_a_sentence(desk, said, tmp_path):
    assert open_copy(desk, tmp_path / "gone.json") is None
    assert "there is no such file" in said[0]


def test_a_copy_finds_the_files_that_lie_beside_the_template(tmp_path):
    (tmp_path / "a.txt").write_text("1")
    graph = toys.graph(
        {"read": n("read", {"path": "a.txt"}), "other": n("read", {"path": "none.txt"})}
    )
    anchor(graph, tmp_path)
    assert graph["read"].params["path"] == str(tmp_path / "a.txt")
    assert graph["other"].params["path"] == "none.txt"


def test_cards_have_a_picture_and_enter_opens_one(qtbot, page):
    page.cards.picture()
    assert all(not page.cards.item(row).data(IMAGE).isNull() for row in range(page.cards.count()))
    with qtbot.waitSignal(page.copy_wanted) as heard:
        page.cards.itemActivated.emit(page.cards.item(0))
    assert heard.args == [FOLDER / f"{EXAMPLE}.json"]


def test_those_in_a_folder_are_a_group_with_a_tab_of_its_own(qtbot, page):
    assert [page.groups.tabText(index) for index in range(page.groups.count())] == [
        "Examples",
        "Learn",
        "Models",
    ]
    page.groups.setCurrentIndex(1)
    shown = [page.cards.item(row).data(TEMPLATE).path for row in range(page.cards.count())]
    assert shown == sorted((FOLDER / "learn").glob("*.json"))
    assert page.cards.currentRow() == 0


def test_cards_follow_the_theme(page):
    page.cards.picture()
    before = page.cards.item(0).data(IMAGE)
    page.cards.restyle(Looks(LIGHT))
    assert page.cards.item(0).data(IMAGE) != before


def test_what_is_opened_and_saved_is_recent_the_last_first(desk, recents, file, tmp_path, graph):
    desk.open(file)
    document = desk.new(graph)
    document.save(tmp_path / "new.json")
    assert recents.paths == [tmp_path / "new.json", file]
    desk.close(desk.at(file))
    desk.open(file)
    assert recents.paths == [file, tmp_path / "new.json"]


def test_only_so_many_are_kept(recents, tmp_path):
    for number in range(MOST + 3):
        recents.add(tmp_path / f"{number}.json")
    assert len(recents.paths) == MOST
    assert recents.paths[0].name == f"{MOST + 2}.json"


def test_the_menu_opens_a_file_and_forgets_those_that_are_gone(qtbot, desk, recents, file):
    menu = RecentMenu(recents, desk)
    qtbot.addWidget(menu)
    assert texts(menu) == ["No files yet"]
    recents.add(file.with_name("gone.json"))
    recents.add(file)
    menu.fill()
    assert texts(menu) == [
        "work.json", "gone.json (not found)", "Forget those not found", "Forget all",
    ]  # fmt: skip
    assert [action.isEnabled() for action in menu.actions()[:2]] == [True, False]
    menu.actions()[0].trigger()
    assert desk.current.path == file
    menu.actions()[3].trigger()
    assert recents.paths == [file]


def test_the_page_opens_a_recent_file_and_forgets_one_with_delete(qtbot, page, recents, file):
    recents.add(file.with_name("gone.json"))
    recents.add(file)
    with qtbot.waitSignal(page.file_wanted) as heard:
        page.recent.itemActivated.emit(page.recent.item(0))
    assert heard.args == [file]
    with qtbot.assertNotEmitted(page.file_wanted):
        page.recent.itemActivated.emit(page.recent.item(1))
    page.recent.setCurrentRow(1)
    qtbot.keyClick(page.recent, Qt.Key.Key_Delete)
    assert recents.paths == [file]


def test_the_window_goes_once_something_was_chosen(qtbot, desk, recents, window):
    page = page_of(desk, recents)
    shown = StartWindow(page, window)
    shown.show()
    with qtbot.waitSignals([page.new_wanted, shown.destroyed]):
        page.new.click()


def test_a_template_with_unknown_nodes_still_has_a_card(qtbot, tmp_path, graph):
    save(graph, tmp_path / "a.json")
    cards = TemplateCards(templates(tmp_path), Looks(DARK), dict)
    qtbot.addWidget(cards)
    cards.picture()
    assert not cards.item(0).data(IMAGE).isNull()
