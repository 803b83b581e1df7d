import pytest

from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.page import Page
from gui.scope.scope import Scope
from gui.theme import DARK
from nodegraph.edits import AddNode, RemoveNode, SetView
from nodegraph.graph import Node
from nodegraph.subgraph_edits import SetSubgraph
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def page(qtbot):
    graph = toys.graph({"one": n("number", {"value": 1})})
    graph.apply(SetSubgraph("part", toys.graph({"inner": n("number", {"value": 2})})))
    graph.apply(AddNode(Node("use", "subgraph/part", 1)))
    made = Page(Document(graph), Looks(DARK))
    qtbot.addWidget(made)
    made.show_whole()
    return made


def test_entering_a_use_shows_the_inside_of_its_definition(page):
    page.enter("use")

    assert page.uses == ("use",)
    assert set(page.canvas.scene.cards) == {"inner"}


def test_all_of_a_subgraph_is_in_view_when_it_is_entered(page):
    page.resize(800, 600)
    page.show()
    inside = Scope(page.document, "part")
    inside.apply(AddNode(Node("far", "number", 1)))
    inside.apply(SetView("nodes", "far", {"pos": [4000, 3000]}))
    page.enter("use")

    assert page.canvas.rect().contains(*map(round, page.canvas.camera.to_view(4000, 3000)))


def test_what_is_no_subgraph_cannot_be_entered(page):
    page.enter("one")

    assert page.uses == ()


def test_leaving_shows_the_same_canvas_as_before(page):
    outside = page.canvas
    page.enter("use")
    page.leave()

    assert page.canvas is outside


def test_an_edit_inside_is_undone_by_the_document(page):
    page.enter("use")
    page.canvas.document.apply(RemoveNode("inner"))
    page.document.undo()

    assert set(page.canvas.scene.cards) == {"inner"}


def test_a_removed_definition_is_left(page):
    page.enter("use")
    page.document.apply(RemoveNode("use"))
    page.document.apply(SetSubgraph("part", None))

    assert page.uses == ()
    assert set(page.canvas.scene.cards) == {"one"}
