"""Going inside and out, keeping subgraphs for other documents, and the commands for it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.adding import added, offers
from gui.canvas.canvas import Canvas
from gui.canvas.linkable import End
from gui.canvas.looks import Looks
from gui.canvas.states import NodeState, States
from gui.document.document import Document
from gui.scope.breadcrumb import Breadcrumb
from gui.scope.commands import commands
from gui.scope.definitions import renamed
from gui.scope.menu import of_parameter, of_socket
from gui.scope.reusable import forget, inserted, keep, kept
from gui.scope.scope import Scope
from gui.scope.showing import tell_all, tell_path
from gui.scope.way import definitions, here, titles
from gui.theme import DARK
from nodegraph.edits import AddNode, Connect, RemoveNode, SetParam
from nodegraph.form import SetForm, shown
from nodegraph.form_field import Field
from nodegraph.graph import Link, Node
from nodegraph.subgraph_edits import EditSubgraph
from nodegraph.workflow import dumps, loads
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, catalogue, n


@pytest.fixture
def document():
    outer = {"u": n("subgraph/inner"), "out": n("graph.output", value="u.y")}
    use, top = n("subgraph/inner", x="one.int"), n("subgraph/outer")
    nodes = {"one": n("number"), "use": use, "top": top}
    return Document(toys.graph(nodes, {"inner": INNER, "outer": outer}))


def test_the_way_names_levels_and_paths(document):
    way = ("top", "u")
    assert titles(document.graph, way, "A") == ["A", "outer", "inner"]
    found = [here(way, path) for path in ("top/u/sum", "top/u", "use/sum", "top/u/a/b")]
    assert (found, here((), "one")) == (["sum", "", "", "a"], "one")


def test_a_way_ends_where_a_use_is_gone_and_follows_a_renaming(document):
    way = ("top", "u")
    document.apply(renamed(document.graph, "inner", "twice"))
    assert definitions(document.graph, way) == ["outer", "twice"]
    document.apply(EditSubgraph("outer", RemoveNode("u")))
    assert definitions(document.graph, way) == ["outer"]
    document.apply(RemoveNode("top"))
    assert definitions(document.graph, way) == []


def test_a_canvas_shows_the_states_of_the_use_it_was_entered_through(qtbot, document):
    known = States(
        {"use/sum": NodeState("done", seconds=2), "top/u/sum": NodeState("running", 0.5)}
    )
    whole, inner = (Canvas(one, Looks(DARK)) for one in (document, Scope(document, "inner")))
    for canvas in (whole, inner):
        qtbot.addWidget(canvas)
    tell_all(whole, (), known)
    tell_all(inner, ("use",), known)
    assert {name: one.phase for name, one in whole.states.nodes.items()} == {
        "use": "done",
        "top": "running",
    }
    assert inner.states.nodes["sum"].seconds == 2
    tell_all(inner, ("top", "u"), known)
    assert inner.states.nodes["sum"].phase == "running"
    known.nodes["top/u/sum"] = NodeState("error", message="It is broken")
    tell_path(whole, (), known, "top/u/sum")
    assert whole.states.nodes["top"].message == "It is broken"


def test_sockets_and_parameters_offer_what_can_be_done_with_them(document):
    scope = Scope(document, "inner")
    (publish,) = of_socket(scope, "sum", "plus", output=False)
    assert publish.title == "Publish plus"
    publish.run()
    assert "plus" in document.graph["use"].params
    (back,) = of_socket(scope, "sum", "plus", output=False)
    assert back.title == "Unpublish plus"
    back.run()
    assert "plus" not in document.graph["use"].params
    assert of_socket(scope, "sum", "a", output=False)[0].title == "Unpublish a"
    (show,) = of_parameter(document, "one", "value")
    show.run()
    assert [field.name for field in document.graph.form] == ["value"]
    assert of_parameter(document, "one", "value")[0].title == "Take out of the Form"


def test_the_search_offers_what_is_kept(document, tmp_path):
    keep(document.graph, "inner", tmp_path)
    library, _ = kept(catalogue, tmp_path)
    other = toys.graph({"one": n("number")})
    offer = offers(other, "inner", End("one", "int", True), library)[0]
    edit, use = added(other, offer, (0, 0), End("one", "int", True))
    other.apply(edit)
    assert other.inputs(use) == {"x": [("one", "int")]}


@pytest.fixture
def breadcrumb(qtbot):
    made = Breadcrumb()
    qtbot.addWidget(made)
    made.show_way(["A", "outer", "inner"])
    return made


def test_a_level_is_chosen_by_mouse_or_keys(qtbot, breadcrumb):
    with qtbot.waitSignal(breadcrumb.chosen) as level:
        QTest.mouseClick(breadcrumb.buttons[1], Qt.MouseButton.LeftButton)
    assert level.args == [1]
    breadcrumb.buttons[2].setFocus()
    with qtbot.waitSignal(breadcrumb.chosen) as level:
        QTest.keyClick(breadcrumb.buttons[0], Qt.Key.Key_Space)
    assert level.args == [0]
    said = [one.accessibleName() for one in breadcrumb.buttons]
    assert said == ["Back to A", "Back to outer", "inner, where you are"]


def test_in_the_document_itself_there_is_no_breadcrumb(breadcrumb):
    breadcrumb.show_way(["A"])
    assert breadcrumb.isHidden()


def test_a_kept_subgraph_comes_into_another_document_with_all_it_needs(document, tmp_path):
    keep(document.graph, "outer", tmp_path)
    (one,), problems = kept(catalogue, tmp_path)
    assert (one.name, problems, list(one.spec.outputs)) == ("outer", [], ["value"])
    other = Document(toys.graph({}))
    edit, use = inserted(other.graph, one, (10, 20))
    other.apply(edit)
    assert set(other.graph.subgraphs) == {"inner", "outer"}
    assert other.graph.view["nodes"][use] == {"pos": [10, 20]}
    loads(dumps(other.graph), toys.registry)
    other.apply(inserted(other.graph, one, (0, 0))[0])
    assert set(other.graph.subgraphs) == {"inner", "outer"}


def test_another_definition_of_the_name_stays_as_it_is(document, tmp_path):
    keep(document.graph, "inner", tmp_path)
    (one,), _ = kept(catalogue, tmp_path)
    document.apply(EditSubgraph("inner", SetParam("sum", "plus", 9)))
    edit, use = inserted(document.graph, one, (0, 0))
    document.apply(edit)
    assert document.graph[use].type == "subgraph/inner_2"
    assert document.graph.subgraphs["inner_2"]["sum"].params["plus"] == 0


def test_what_cannot_be_read_is_said_and_the_rest_is_there(document, tmp_path):
    keep(document.graph, "inner", tmp_path)
    (tmp_path / "bad.json").write_text("{")
    (one,), (problem,) = kept(catalogue, tmp_path)
    assert problem.startswith("bad.json: ")
    forget(one)
    assert kept(catalogue, tmp_path)[0] == []


class Window:
    """What a window gives the commands, remembering what it was told."""

    def __init__(self, canvas, document):
        self.canvas, self.document, self.inside, self.told = canvas, document, False, []

    def enter(self, use):
        self.told.append(f"enter {use}")

    def leave(self):
        self.told.append("leave")

    def say(self, sentence):
        self.told.append(sentence)

    def kept(self):
        self.told.append("kept")


@pytest.fixture
def window(qtbot, document):
    canvas = Canvas(document, Looks(DARK))
    qtbot.addWidget(canvas)
    return Window(canvas, document)


@pytest.fixture
def does(window):
    return {one.id: one for one in commands(window)}


def test_commands_make_enter_and_unpack(window, does, document):
    assert not does["scope.make"].enabled()
    window.canvas.select({"one", "use"})
    does["scope.make"].run()
    assert window.canvas.selected == {"subgraph"}
    does["scope.enter"].run()
    assert window.told == ["enter subgraph"]
    does["scope.unpack"].run()
    assert window.canvas.selected == {"one", "use"}
    assert does["scope.clean"].enabled()
    does["scope.clean"].run()
    assert "subgraph" not in document.graph.subgraphs


def test_commands_keep_and_make_unique(window, does, document, tmp_path, monkeypatch):
    monkeypatch.setenv("NODEGRAPH_EDITOR_DATA", str(tmp_path))
    window.canvas.select({"use"})
    does["scope.keep"].run()
    assert window.told == ["kept", "inner is in the library now"]
    assert (tmp_path / "subgraphs" / "inner.json").is_file()
    does["scope.unique"].run()
    assert document.graph["use"].type == "subgraph/inner_2"


def test_a_command_that_cannot_be_says_why(window, does):
    window.canvas.select({"one"})
    does["scope.unpack"].run()
    assert window.told == ["no subgraph is selected; select the one that is meant"]
    assert Scope(window.document, "inner").title == "inner"


def test_what_a_new_subgraph_takes_out_of_the_form_is_said(window, does, document):
    document.apply(AddNode(Node("sum", "toy.add")))
    document.apply(Connect(Link("one", "int", "sum", "plus")))
    document.apply(SetForm((Field("amount", "one", "value"), Field("driven", "sum", "plus"))))
    window.canvas.select({"one", "use", "sum"})
    does["scope.make"].run()

    assert [field.name for field, _ in shown(document.graph)] == ["amount"]
    assert window.told == ["Not in the form while their nodes are in the subgraph: driven."]

    document.undo()
    assert [field.name for field, _ in shown(document.graph)] == ["amount", "driven"]
