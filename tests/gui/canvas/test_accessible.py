import gc

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from gui.canvas import accessible
from gui.canvas.accessible import install
from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.hits import Hit
from gui.canvas.spots import bend_spot
from gui.canvas.states import NodeState
from gui.document.document import Document
from gui.document.placing import bend
from nodegraph.edits import AddNode, RemoveNode, SetMode, SetParam, SetTitle, SetView
from nodegraph.graph import Node

Role, Text = QAccessible.Role, QAccessible.Text


@pytest.fixture
def tree(canvas):
    install()
    canvas.look(Camera(40, 40, 0))
    canvas.setFocus()
    return QAccessible.queryAccessibleInterface(canvas)


@pytest.fixture
def told(monkeypatch):
    """Every event that assistive technology would be sent."""
    events = []
    monkeypatch.setattr(
        accessible.QAccessible,
        "updateAccessibility",
        lambda event: events.append((event.type(), event.accessibleInterface())),
    )
    return events


def node(tree, title):
    children = [tree.child(index) for index in range(tree.childCount())]
    return next(one for one in children if one.text(Text.Name) == title)


def part(parent, name):
    children = [parent.child(index) for index in range(parent.childCount())]
    return next(one for one in children if one.text(Text.Name) == name)


def test_the_canvas_says_how_much_is_on_it_and_has_its_nodes_from_the_left(canvas, tree):
    assert tree.text(Text.Name) == "Graph"
    assert tree.text(Text.Description) == "8 nodes, 9 links"
    names = [tree.child(index).text(Text.Name) for index in range(8)]
    assert names[:2] == ["Number", "Number"]
    assert tree.indexOfChild(tree.child(3)) == 3
    assert tree.child(3).parent() is tree


def test_a_node_says_its_name_type_mode_and_error(canvas, tree):
    canvas.document.apply(SetTitle("sum", "Sum"))
    canvas.document.apply(SetMode("sum", "mute"))
    canvas.set_state("sum", NodeState("error", message="it is broken; mend it"))

    found = node(tree, "Sum")

    assert found.role() == Role.Grouping
    assert found.text(Text.Description) == ("toy.add, id sum, muted, failed, it is broken; mend it")


def test_a_node_says_whether_it_is_selected_folded_and_running(canvas, tree):
    found = node(tree, "Add")
    assert not found.state().selected

    canvas.select({"sum"})
    canvas.set_state("sum", NodeState("running"))

    assert found.state().selected
    assert found.state().busy
    assert found.state().expandable
    assert not found.state().collapsed


def test_a_node_has_its_sockets_and_parameters(canvas, tree):
    found = node(tree, "Add")

    assert [found.child(index).text(Text.Name) for index in range(found.childCount())] == [
        "a, input",
        "b, input",
        "plus",
        "int, output",
    ]
    assert [found.child(index).role() for index in range(4)] == [
        Role.Button,
        Role.Button,
        Role.SpinBox,
        Role.Button,
    ]
    assert found.indexOfChild(found.child(2)) == 2
    assert found.child(2).parent() is found


def test_a_socket_says_its_type_and_where_its_links_lead(canvas, tree):
    found = node(tree, "Add")

    assert part(found, "a, input").text(Text.Description) == "int, linked from int of Number"
    assert part(found, "int, output").text(Text.Description).startswith("int, linked to value of")
    assert part(found, "a, input").state().linked


def test_a_parameter_says_its_value_and_can_be_set(canvas, tree):
    found = part(node(tree, "Add"), "plus")
    assert found.text(Text.Value) == "5"
    assert found.state().editable

    found.setText(Text.Value, "3*4")

    assert canvas.document.graph["sum"].params["plus"] == 12
    assert found.text(Text.Value) == "12"


def test_a_value_that_does_not_fit_is_refused_in_words(qtbot, canvas, tree):
    found = part(node(tree, "Add"), "plus")

    with qtbot.waitSignal(canvas.said, timeout=1000):
        found.setText(Text.Value, "many")

    assert canvas.document.graph["sum"].params["plus"] == 5


def test_a_number_has_a_range_and_is_set_as_a_number(canvas, tree):
    canvas.document.apply(AddNode(Node("real", "toy.real")))

    value = part(node(tree, "Real"), "value").valueInterface()

    assert (value.minimumValue(), value.maximumValue()) == (-1000.0, 1000.0)
    value.setCurrentValue(2.5)
    assert value.currentValue() == 2.5
    assert canvas.document.graph["real"].params["value"] == 2.5


def test_a_switch_a_choice_and_a_text_are_what_they_are(canvas, tree):
    canvas.document.apply(AddNode(Node("switch", "toy.switch")))
    canvas.document.apply(AddNode(Node("text", "toy.text")))

    switch = part(node(tree, "Switch"), "condition")
    text = part(node(tree, "Text"), "value")
    choice = part(node(tree, "Text"), "color")

    assert switch.role() == Role.CheckBox
    assert switch.state().checked
    assert text.role() == Role.EditableText
    assert text.state().multiLine
    assert choice.role() == Role.ComboBox
    assert choice.text(Text.Value) == "red"


def test_a_parameter_that_a_link_drives_cannot_be_set(canvas, tree):
    found = part(node(tree, "Repeat begin"), "times")

    assert found.state().readOnly
    assert "linked from int of Number" in found.text(Text.Description)
    found.setText(Text.Value, "9")
    assert canvas.document.graph["begin"].params["times"] != 9


def test_parts_are_where_they_are_painted(canvas, tree):
    found = node(tree, "Add")
    middle = found.rect().center()

    assert tree.childAt(middle.x(), middle.y()) is found
    field = part(found, "plus")
    at = field.rect().center()
    assert found.childAt(at.x(), at.y()) is field
    assert found.rect().contains(field.rect())


def test_what_has_the_focus_is_told(canvas, tree, told):
    canvas.select({"sum"})

    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Tab)

    assert [kind for kind, _ in told] == [QAccessible.Event.Focus] * 2
    assert told[-1][1].text(Text.Name) == "a, input"
    assert tree.focusChild() is told[-1][1]
    assert told[-1][1].state().focused


def test_a_focused_link_says_from_where_to_where_it_leads(canvas, tree, told):
    link = next(iter(canvas.document.graph.links()))

    canvas.keys.focused.put(Hit("wire", link=link))

    assert told[-1][1].text(Text.Name).startswith("link from ")


def test_values_that_change_are_told(canvas, tree, told):
    found = part(node(tree, "Add"), "plus")

    canvas.document.apply(SetParam("sum", "plus", 8))

    assert told == [(QAccessible.Event.ValueChanged, found)]


def test_pressing_a_parameter_edits_it_and_asking_for_its_menu_asks(qtbot, canvas, tree):
    actions = part(node(tree, "Add"), "plus").actionInterface()

    actions.doAction(actions.pressAction())
    assert canvas.editor is not None
    canvas.close_editor()

    with qtbot.waitSignal(canvas.menu_wanted, timeout=1000):
        actions.doAction(actions.showMenuAction())


def test_a_removed_node_is_invalid_and_undo_brings_the_same_one_back(canvas, tree):
    found = node(tree, "Add")
    field = part(found, "plus")

    canvas.document.apply(RemoveNode("sum"))
    assert not found.isValid()
    assert not field.isValid()
    assert (found.text(Text.Name), found.childCount(), found.rect().isNull()) == ("", 0, True)
    assert field.role() == Role.NoRole
    canvas.document.undo()

    assert found.isValid()
    assert node(tree, "Add") is found


def test_widgets_on_the_canvas_are_parts_of_it_too(canvas, tree):
    canvas.edit("sum", "plus")

    last = tree.child(tree.childCount() - 1)

    assert "plus" in " ".join(
        tree.child(index).text(Text.Name) for index in range(8, tree.childCount())
    )
    assert tree.indexOfChild(last) == tree.childCount() - 1
    canvas.close_editor()


def test_a_canvas_that_is_gone_is_invalid(qtbot, graph, looks):
    install()
    canvas = Canvas(Document(graph), looks)
    tree = QAccessible.queryAccessibleInterface(canvas)
    found = tree.child(0)
    gc.collect()

    canvas.close()
    canvas.deleteLater()
    qtbot.waitUntil(lambda: not found.isValid())

    assert found.text(Text.Name) == ""


def test_nothing_is_made_for_a_canvas_nobody_asks_about(canvas):
    kept = len(accessible._kept)

    canvas.select({"sum"})
    canvas.document.apply(SetParam("sum", "plus", 8))

    assert len(accessible._kept) == kept


def test_frames_notes_and_bends_say_what_they_are(canvas, tree):
    graph, document = canvas.document.graph, canvas.document
    document.apply(SetView("frames", "f", {"pos": [0, 500], "size": [200, 90], "title": "Low"}))
    document.apply(SetView("notes", "n", {"pos": [300, 600], "text": "because"}))
    link = next(iter(graph.links()))
    document.apply(bend(graph, link, [(100, 100), (120, 140)]))

    frame, note = tree.child(8), tree.child(9)
    assert (frame.text(Text.Name), frame.role()) == ("frame Low", Role.Grouping)
    assert (note.text(Text.Name), note.role()) == ("note because", Role.Note)
    assert tree.indexOfChild(note) == 9
    canvas.keys.focused.put(note.spot)
    assert tree.focusChild() is note
    assert note.state().selected

    canvas.keys.focused.put(bend_spot(link, 1))
    assert tree.focusChild().text(Text.Name).startswith("bend 2 of the link from ")
