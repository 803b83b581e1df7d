"""The inside of a definition is edited like a document, and through it."""

import pytest
from PySide6.QtGui import QImage

from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.document.journal import Journal
from gui.document.recovery import left_over
from gui.scope.scope import Scope
from gui.theme import DARK
from nodegraph.edits import AddNode, Batch, RemoveNode, SetParam, SetView
from nodegraph.graph import Node
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph
from nodegraph.workflow import dumps
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, catalogue, n


@pytest.fixture
def graph():
    outer = {"u": n("subgraph/inner"), "out": n("graph.output", value="u.y")}
    nodes = {
        "one": n("number"),
        "use": n("subgraph/inner", x="one.int"),
        "top": n("subgraph/outer"),
    }
    return toys.graph(nodes, {"inner": INNER, "outer": outer})


@pytest.fixture
def document(graph):
    return Document(graph)


@pytest.fixture
def scope(document):
    return Scope(document, "inner")


@pytest.fixture
def heard(scope):
    found = []
    scope.changed.connect(found.append)
    return found


def test_an_edit_inside_is_a_step_of_the_document(scope, document, heard):
    before = dumps(document.graph)
    scope.apply(SetParam("sum", "plus", 3))
    assert document.graph.subgraphs["inner"]["sum"].params["plus"] == 3
    assert (heard, scope.undo_title, scope.dirty) == (
        [SetParam("sum", "plus", 3)],
        "Set plus",
        True,
    )
    scope.undo()
    assert (dumps(document.graph), heard[1]) == (before, SetParam("sum", "plus", 0))
    scope.redo()
    assert scope.graph["sum"].params["plus"] == 3


def test_what_concerns_it_is_heard_out_of_batches_and_nothing_else(document, heard):
    inner = EditSubgraph("inner", SetView("nodes", "sum", {"pos": [1, 2]}))
    document.apply(Batch((SetParam("one", "value", 2), Batch((inner,)))))
    document.apply(SetParam("one", "value", 3))
    assert heard == [inner.edit]


def test_a_gesture_inside_is_one_step(scope, document):
    with scope.gesture("Two things"):
        scope.apply(SetParam("sum", "plus", 3))
        scope.apply(RemoveNode("in"))
    assert (document.undo_title, "in" in scope.graph) == ("Two things", False)
    scope.undo()
    assert ("in" in scope.graph, document.can_undo) == (True, False)


def test_it_says_when_its_definition_goes_or_comes_from_elsewhere(qtbot, document, graph):
    document.apply(SetSubgraph("spare", graph.subgraphs["inner"].twin(graph.subgraphs)))
    scope = Scope(document, "spare")
    with qtbot.waitSignal(scope.gone):
        document.apply(SetSubgraph("spare", None))


def test_it_follows_its_definition_under_another_name(qtbot, scope, document):
    with qtbot.waitSignal(scope.renamed) as said:
        scope.name = "old"
        document.apply(EditSubgraph("inner", SetParam("sum", "plus", 1)))
    assert said.args == ["inner"]


def test_edits_inside_are_in_the_journal(scope, document, tmp_path):
    kept = Journal(document, tmp_path)
    scope.apply(RemoveNode("out"))
    kept._lock.release()
    kept._close_file()
    (left,) = left_over(tmp_path)
    found = left.rebuild(catalogue)
    left.discard()
    assert dumps(found.graph) == dumps(document.graph)


@pytest.fixture
def canvases(qtbot, document, scope):
    made = [Canvas(one, Looks(DARK)) for one in (document, scope, Scope(document, "outer"))]
    for one in made:
        qtbot.addWidget(one)
        one.resize(600, 400)
    return made


def test_a_canvas_shows_and_edits_it(canvases, scope):
    inner = canvases[1]
    inner.fit()
    scope.apply(AddNode(Node("more", "toy.number")))
    inner.select(["more"])
    scope.undo()
    image = QImage(inner.size(), QImage.Format.Format_RGB32)
    inner.render(image)
    assert (inner.selected, set(inner.scene.cards)) == (set(), {"in", "sum", "out"})


def test_uses_are_measured_anew_wherever_they_stand(canvases, scope):
    outside, _, outer = canvases
    scope.apply(AddNode(Node("more", "graph.output", params={"name": "more", "order": 1})))
    assert list(outside.scene.cards["use"].layout.outputs) == ["y", "more"]
    assert list(outer.scene.cards["u"].layout.outputs) == ["y", "more"]
    scope.apply(RemoveNode("in"))
    assert (outside.scene.cards["use"].layout.inputs, len(outside.scene.wires)) == ({}, 0)
    scope.undo()
    assert [str(link) for link in outside.scene.wires] == ["one.int -> use.x"]


def test_moving_inside_leaves_what_is_outside_alone(canvases, scope):
    outside, inner, _ = canvases
    cards = dict(outside.scene.cards)
    scope.apply(SetView("nodes", "sum", {"pos": [40, 60]}))
    scope.apply(SetParam("sum", "plus", 4))
    assert outside.scene.cards == cards
    assert inner.scene.boxes["sum"][:2] == (40, 60)
