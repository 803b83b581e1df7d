from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.find.bar import FindBar
from gui.find.commands import commands
from gui.find.matching import matches
from gui.page import Page
from gui.theme import DARK
from nodegraph.edits import AddNode, RemoveNode, SetParam, SetTitle, SetView
from nodegraph.graph import SUBGRAPH, Node
from nodegraph.subgraph_edits import SetSubgraph
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@dataclass
class Trouble:
    node: str
    message: str


@pytest.fixture
def graph():
    """Two texts, a sum, a note, and a subgraph that holds another text."""
    made = toys.graph(
        {
            "prompt": n("text", {"value": "a red fox\nin the snow"}),
            "other": n("text", {"value": "blurry", "color": "green"}),
            "sum": n("add", {"plus": 5}, a="one.int", b="one.int"),
            "one": n("number", {"value": 1}),
        }
    )
    inside = toys.graph({"deep": n("text", {"value": "a fox asleep"})})
    made.apply(SetSubgraph("den", inside))
    made.apply(AddNode(Node("use", f"{SUBGRAPH}den")))
    for index, node in enumerate(made):
        made.apply(SetView("nodes", node.id, {"pos": [300 * index, 0]}))
    made.apply(SetView("notes", "n", {"pos": [0, 400], "text": "# Hello\nfoxes live here"}))
    return made


@pytest.fixture
def page(qtbot, graph):
    made = Page(Document(graph), Looks(DARK))
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show_whole()
    made.show()
    return made


@pytest.fixture
def bar(page):
    return FindBar(
        page, lambda: [Trouble("sum", "a is not linked"), Trouble("use/deep", "too dark")]
    )


def found(graph, query, here=(), problems=()):
    return [(one.title, one.text) for one in matches(graph, query, here, problems)]


def test_titles_ids_and_types_are_found_once_a_node(graph):
    assert found(graph, "sum") == [("Add", "sum · toy.add")]
    assert found(graph, "toy.add") == [("Add", "sum · toy.add")]


def test_values_and_names_of_parameters_are_found(graph):
    assert found(graph, "red fox") == [("Text", "value: a red fox in the snow")]
    assert [one.spot.name for one in matches(graph, "plus")] == ["plus"]


def test_a_parameter_is_found_with_the_title_of_its_node(graph):
    graph.apply(SetTitle("prompt", "Positive"))

    assert found(graph, "positive value") == [("Positive", "value: a red fox in the snow")]


def test_notes_are_found_by_the_line(graph):
    assert ("Note", "foxes live here") in found(graph, "live")


def test_problems_are_found_on_their_nodes(graph):
    troubles = [Trouble("sum", "a is not linked"), Trouble("use/deep", "too dark")]

    assert found(graph, "not linked", problems=troubles) == [("Add", "a is not linked")]
    (deep,) = matches(graph, "too dark", problems=troubles)
    assert deep.uses == ("use",)


def test_subgraphs_are_searched_and_named(graph):
    hits = matches(graph, "fox")

    assert [(one.scope, one.uses) for one in hits] == [("", ()), ("", ()), ("den", ("use",))]


def test_what_is_shown_comes_first(graph):
    assert matches(graph, "fox", ("use",))[0].scope == "den"


def test_nothing_is_found_of_nothing(graph):
    assert matches(graph, "  ") == []
    assert matches(graph, "zebra") == []


def test_the_best_comes_first(graph):
    graph.apply(SetTitle("other", "Plus"))

    assert matches(graph, "plus")[0].spot.part == "header"


def test_typing_goes_to_the_first_that_is_found(page, bar):
    bar.open()

    QTest.keyClicks(bar.line, "red fox")

    assert bar.count.text() == "1 of 1"
    assert page.canvas.selected == {"prompt"}
    assert page.canvas.keys.focus.name == "value"


def test_next_goes_on_and_around_again_into_subgraphs_and_out(page, bar):
    bar.open()
    QTest.keyClicks(bar.line, "fox")
    assert bar.count.text() == "1 of 3"

    bar.step(-1)
    assert bar.count.text() == "3 of 3"
    assert page.uses == ("use",)
    assert page.canvas.selected == {"deep"}
    QTest.keyClick(bar.line, Qt.Key.Key_Return)

    assert page.uses == ()
    assert page.canvas.selected == {"prompt"}


def test_what_was_found_is_in_the_middle_of_the_view(qtbot, page, bar):
    page.document.apply(SetView("nodes", "prompt", {"pos": [900, 500]}))
    bar.open()
    QTest.keyClicks(bar.line, "snow")

    def middle():
        left, top, right, bottom = page.canvas.scene.boxes["prompt"]
        return page.canvas.camera.to_view((left + right) / 2, (top + bottom) / 2)

    qtbot.waitUntil(lambda: abs(middle()[0] - page.canvas.width() / 2) < 2)
    assert page.canvas.views.can_go_back


def test_a_note_is_found_and_selected(page, bar):
    bar.open()
    QTest.keyClicks(bar.line, "live here")

    assert page.canvas.marks.areas == {("notes", "n")}


def test_what_is_not_there_is_said(page, bar):
    bar.open()
    QTest.keyClicks(bar.line, "zebra")

    assert bar.count.text() == "Nothing found"
    assert not bar.list.isVisible()


def test_an_edit_is_followed(qtbot, page, bar):
    bar.open()
    QTest.keyClicks(bar.line, "blurry")
    assert bar.list.count() == 1

    page.document.apply(SetParam("prompt", "value", "blurry too"))

    qtbot.waitUntil(lambda: bar.list.count() == 2)
    page.document.apply(RemoveNode("other"))
    qtbot.waitUntil(lambda: bar.list.count() == 1)


def test_escape_gives_the_keyboard_back_with_what_was_found_in_focus(qtbot, page, bar):
    page.activateWindow()
    bar.open()
    QTest.keyClicks(bar.line, "snow")

    QTest.keyClick(bar.line, Qt.Key.Key_Escape)

    assert bar.isHidden()
    qtbot.waitUntil(page.canvas.hasFocus)
    assert page.canvas.keys.focus.name == "value"


def test_next_goes_on_after_the_bar_was_closed(page, bar):
    bar.open()
    QTest.keyClicks(bar.line, "text")
    bar.close_up()
    before = page.canvas.selected

    bar.step(1)

    assert page.canvas.selected != before
    assert bar.isHidden()


def test_commands_search_the_page_in_front(page, bar):
    can = {one.id: one for one in commands(lambda: bar)}

    can["find.open"].run()
    assert bar.isVisible()

    nowhere = {one.id: one for one in commands(lambda: None)}
    assert not nowhere["find.next"].enabled()
    nowhere["find.next"].run()
