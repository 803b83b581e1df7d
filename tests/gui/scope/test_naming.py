"""Names of subgraphs: typed on the node or inside, and shown on what stands at their edge."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.canvas.scene import Scene
from gui.document.document import Document
from gui.page import Page
from gui.scope.commands import commands
from gui.scope.scope import Scope
from gui.theme import DARK
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, n


@pytest.fixture
def document():
    nodes = {"one": n("number"), "use": n("subgraph/inner", x="one.int")}
    return Document(toys.graph(nodes, {"inner": INNER}))


class Desk:
    """What a window gives the commands."""

    def __init__(self, canvas, document, inside=False):
        self.canvas, self.document, self.inside, self.said = canvas, document, inside, []

    def say(self, sentence):
        self.said.append(sentence)

    def leave(self):
        self.said.append("leave")


def does(desk, id):
    next(one for one in commands(desk) if one.id == id).run()


def typed(canvas, text):
    canvas.editor.widget.selectAll()
    QTest.keyClicks(canvas.editor.widget, text)
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)


@pytest.fixture
def canvas(qtbot, document):
    made = Canvas(document, Looks(DARK))
    qtbot.addWidget(made)
    made.show()
    made.select({"use"})
    return made


def test_a_subgraph_gets_a_title_wherever_it_is_used(canvas, document):
    does(Desk(canvas, document), "scope.title")
    typed(canvas, "Twice as much")

    assert canvas.scene.cards["use"].title == "Twice as much"
    document.undo()
    assert canvas.scene.cards["use"].title != "Twice as much"


def test_a_subgraph_gets_another_id_and_its_uses_follow(canvas, document):
    does(Desk(canvas, document), "scope.rename")
    typed(canvas, "twice")

    assert (list(document.graph.subgraphs), document.graph["use"].type) == (
        ["twice"],
        "subgraph/twice",
    )


def test_an_id_that_is_no_id_is_refused_in_a_sentence(canvas, document):
    desk = Desk(canvas, document)
    does(desk, "scope.rename")
    typed(canvas, "two words")

    assert desk.said == ["'two words' is no subgraph name; use letters, digits, _ and -"]
    assert list(document.graph.subgraphs) == ["inner"]


def test_inside_of_a_subgraph_its_own_title_is_typed(qtbot, document):
    canvas = Canvas(Scope(document, "inner"), Looks(DARK))
    qtbot.addWidget(canvas)
    canvas.show()

    does(Desk(canvas, document, inside=True), "scope.title")
    typed(canvas, "Inner works")

    assert document.graph.subgraphs["inner"].extra["title"] == "Inner works"


def test_what_needs_one_subgraph_says_so(canvas, document):
    canvas.select({"one"})
    desk = Desk(canvas, document)

    does(desk, "scope.unpack")

    assert desk.said == ["no subgraph is selected; select the one that is meant"]


def test_inputs_and_outputs_inside_are_titled_as_outside(document, qapp):
    cards = Scene(document.graph.subgraphs["inner"]).cards.values()
    titles = {card.title for card in cards if card.node.type.startswith("graph.")}

    assert titles == {"x", "y"}


def test_escape_with_nothing_selected_leaves_a_subgraph(qtbot, document):
    page = Page(document, Looks(DARK))
    qtbot.addWidget(page)
    page.show_whole()
    page.enter("use")
    page.canvas.select({"sum"})

    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert (page.uses, page.canvas.selected) == (("use",), set())
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert page.uses == ()
    QTest.keyClick(page.canvas, Qt.Key.Key_Escape)
    assert page.uses == ()
