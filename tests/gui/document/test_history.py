"""One undo step a gesture, across everything that can be edited."""

import pytest

from gui.document.placing import move
from nodegraph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    RemoveNode,
    RenameNode,
    SetMode,
    SetParam,
    SetTitle,
    SetView,
)
from nodegraph.errors import GraphError
from nodegraph.graph import Graph, Link, Node
from nodegraph.subgraph_edits import EditSubgraph, SetSubgraph
from nodegraph.workflow import dumps

EDITS = [
    SetParam("one", "value", 9),
    SetTitle("one", "First"),
    SetMode("sum", "mute"),
    RenameNode("one", "first"),
    Disconnect(Link("one", "int", "sum", "a")),
    Connect(Link("one", "int", "free", "a")),
    RemoveNode("sum"),
    SetView("nodes", "one", {"pos": [7, 8]}),
    EditSubgraph("inner", SetParam("sum", "plus", 3)),
    Batch((AddNode(Node("new", "toy.text")), SetView("nodes", "new", {"pos": [0, 0]})), "Paste"),
]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: type(edit).__name__)
def test_an_edit_is_one_step_back_and_one_forth(document, edit):
    before = dumps(document.graph)
    document.apply(edit)
    after = dumps(document.graph)
    document.undo()
    assert (dumps(document.graph), document.can_undo) == (before, False)
    document.redo()
    assert (dumps(document.graph), document.can_redo) == (after, False)


def test_a_definition_comes_and_goes_with_undo(document, toy):
    document.apply(SetSubgraph("empty", Graph(toy.catalogue, toy.subgraphs)))
    document.undo()
    assert "empty" not in toy.subgraphs
    document.redo()
    assert "empty" in toy.subgraphs


def test_a_refused_edit_leaves_everything_as_it_was(document):
    heard, before = [], dumps(document.graph)
    document.changed.connect(heard.append)
    with pytest.raises(GraphError, match="there is no node 'oen'"):
        document.apply(RemoveNode("oen"))
    assert (dumps(document.graph), heard) == (before, [])
    assert (document.dirty, document.can_undo) == (False, False)


def test_the_edits_of_a_gesture_are_one_step_with_its_title(document):
    before = dumps(document.graph)
    with document.gesture("Move 2 nodes"):
        document.apply(SetView("nodes", "one", {"pos": [9, 9]}))
        document.apply(SetView("nodes", "two", {"pos": [9, 9]}))
    assert document.undo_title == "Move 2 nodes"
    document.undo()
    assert (dumps(document.graph), document.redo_title) == (before, "Move 2 nodes")


def remove(document, *names):
    with document.gesture("Remove them"):
        for name in names:
            document.apply(RemoveNode(name))


def test_a_gesture_that_raises_is_taken_back_whole(document):
    before, heard = dumps(document.graph), []
    document.changed.connect(heard.append)
    with pytest.raises(GraphError, match="no node 'nothing'"):
        remove(document, "one", "nothing")
    assert dumps(document.graph) == before
    assert len(heard) == 2
    assert (document.dirty, document.can_undo) == (False, False)


def test_a_cancelled_drag_leaves_what_could_be_redone(document):
    document.apply(SetParam("one", "value", 5))
    document.undo()
    drag = document.gesture("Move one").begin()
    document.apply(SetView("nodes", "one", {"pos": [9, 9]}))
    assert document.dirty
    drag.cancel()
    document.redo()
    assert document.graph["one"].params == {"value": 5}


def test_an_inner_gesture_is_part_of_the_outer_one_and_cancelled_alone(document):
    with document.gesture("Both"):
        document.apply(SetParam("one", "value", 5))
        inner = document.gesture("Inner").begin()
        document.apply(SetParam("one", "value", 6))
        inner.cancel()
        with document.gesture("Kept"):
            document.apply(SetParam("two", "value", 7))
    assert (document.graph["one"].params, document.undo_title) == ({"value": 5}, "Both")
    document.undo()
    assert [document.graph[name].params["value"] for name in ("one", "two")] == [1, 2]


def test_nothing_is_undone_in_the_middle_of_a_gesture(document):
    document.apply(SetParam("one", "value", 5))
    with document.gesture("Hold"):
        document.undo()
        assert not document.can_undo
    assert document.graph["one"].params == {"value": 5}


def test_a_gesture_without_edits_is_no_step(document):
    with document.gesture("Nothing"):
        pass
    assert (document.dirty, document.can_undo) == (False, False)


def scrub(document, *values, merge="scrub one.value"):
    for value in values:
        with document.gesture("Scrub value", merge=merge):
            document.apply(SetParam("one", "value", value))


def test_a_scrub_is_one_step_of_one_edit(document):
    heard = []
    scrub(document, *range(2, 200))
    document.changed.connect(heard.append)
    document.undo()
    assert heard == [SetParam("one", "value", 1)]
    document.redo()
    assert document.graph["one"].params == {"value": 199}


def test_a_long_drag_is_undone_in_one_edit_of_each_thing_it_moved(document):
    heard = []
    with document.gesture("Move 2 nodes"):
        for x in range(200):
            document.apply(move(document.graph, {"one": (x, 0), "two": (x, 9)}))
    document.changed.connect(heard.append)
    document.undo()
    assert len(heard[0].edits) == 2
    assert document.graph.view["nodes"]["one"] == {"pos": [1, 2]}


def test_another_key_an_undo_and_a_save_end_a_merge(document, tmp_path):
    scrub(document, 2, 3)
    scrub(document, 4, merge="typing")
    document.undo()
    assert document.graph["one"].params == {"value": 3}
    scrub(document, 5)
    document.undo()
    assert document.graph["one"].params == {"value": 3}
    document.save(tmp_path / "a.json")
    scrub(document, 6)
    document.undo()
    assert (document.graph["one"].params, document.dirty) == ({"value": 3}, False)


def test_values_of_a_gesture_that_depend_on_each_other_come_back(document):
    """The type of a subgraph's input decides which values fit its use."""

    def define(name, value):
        document.apply(EditSubgraph("inner", SetParam("in", name, value)))

    document.apply(Disconnect(Link("one", "int", "use", "x")))
    define("default", 1)
    document.apply(SetParam("use", "x", 1))
    before = dumps(document.graph)
    with document.gesture("Change the kind"):
        define("type", "any")
        define("default", "text")
        document.apply(SetParam("use", "x", 2))
        define("type", "str")
    document.undo()
    assert dumps(document.graph) == before


def test_a_new_edit_ends_what_could_be_redone(document):
    document.apply(SetParam("one", "value", 5))
    document.undo()
    document.apply(SetParam("one", "value", 6))
    document.redo()
    assert (document.graph["one"].params, document.can_redo) == ({"value": 6}, False)
