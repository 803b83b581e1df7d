import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.states import NodeState, ZoneState
from gui.document.placing import place
from nodegraph.edits import RemoveNode, SetParam, SetView
from nodegraph.graph import Link
from tests.gui.canvas.hand import CTRL, MIDDLE, SHIFT, Hand


@pytest.fixture
def hand(canvas):
    canvas.look(Camera(40, 40, 0))
    return Hand(canvas)


def pos(canvas, node_id):
    return place(canvas.document.graph, node_id).pos


def test_a_click_selects_a_node_and_one_on_nothing_none(canvas, hand):
    hand.click(*hand.header("one"))
    assert canvas.selected == {"one"}

    hand.click(260, 400)
    assert canvas.selected == set()


def test_shift_adds_a_node_to_the_selection_and_takes_it_out(canvas, hand):
    hand.click(*hand.header("one"))
    hand.click(*hand.header("two"), SHIFT)
    assert canvas.selected == {"one", "two"}

    hand.click(*hand.header("one"), SHIFT)
    assert canvas.selected == {"two"}


def test_a_rectangle_selects_what_it_touches(canvas, hand):
    hand.drag((-30, -30), (100, 200))
    assert canvas.selected == {"one", "two"}

    hand.drag((-30, -30), (100, 60), CTRL)
    assert canvas.selected == {"two"}


def test_dragging_a_node_moves_the_selected_ones_in_one_step(canvas, hand):
    canvas.select({"one", "two"})
    x, y = hand.header("one")

    hand.drag((x, y), (x + 47, y + 33))

    assert (pos(canvas, "one"), pos(canvas, "two")) == ((40, 40), (40, 200))
    assert canvas.document.undo_title == "Move 2 nodes"
    canvas.document.undo()
    assert (pos(canvas, "one"), pos(canvas, "two")) == ((0, 0), (0, 160))
    assert not canvas.document.can_undo


def test_escape_puts_a_dragged_node_back(canvas, hand):
    x, y = hand.header("one")
    hand.press(x, y)
    hand.move(x + 100, y)
    assert pos(canvas, "one") == (100, 0)

    QTest.keyClick(canvas, Qt.Key.Key_Escape)

    assert pos(canvas, "one") == (0, 0)
    assert not canvas.document.can_undo


def test_a_press_that_hardly_moves_is_a_click(canvas, hand):
    x, y = hand.header("one")

    hand.drag((x, y), (x + 2, y))

    assert not canvas.document.dirty
    assert canvas.selected == {"one"}


def test_the_corner_of_a_node_makes_it_wider(canvas, hand):
    _, _, right, bottom = canvas.scene.boxes["two"]

    hand.drag((right - 3, bottom - 3), (right + 57, bottom - 3))

    assert place(canvas.document.graph, "two").size[0] == 280
    canvas.document.undo()
    assert canvas.scene.boxes["two"][2] == right


def test_dragging_the_name_of_a_zone_moves_all_it_holds(canvas, hand):
    canvas.look(Camera(-400, 100, 0))
    left, top, _, _ = canvas.scene.regions["z"].box

    hand.drag((left + 30, top + 12), (left + 30, top + 112))

    assert [pos(canvas, name)[1] for name in ("begin", "within", "end", "sum")] == [
        100,
        100,
        100,
        0,
    ]


def test_a_frame_takes_along_what_stands_in_it(canvas, hand):
    canvas.document.apply(SetView("frames", "f", {"pos": [-40, -60], "size": [280, 340]}))

    hand.drag((0, -46), (0, 34))

    assert place(canvas.document.graph, "f", "frames").pos == (-40, 20)
    assert [pos(canvas, name) for name in ("one", "two", "sum")] == [(0, 80), (0, 240), (300, 0)]
    canvas.document.undo()
    assert pos(canvas, "one") == (0, 0)


def test_dragging_from_an_output_to_an_input_links_them(canvas, hand):
    canvas.document.apply(RemoveNode("sum"))
    hand.drag(hand.socket("two", "int", output=True), hand.socket("begin", "value"))

    assert Link("two", "int", "begin", "value") in canvas.scene.wires


def test_dragging_back_from_an_input_links_too(canvas, hand):
    canvas.document.apply(RemoveNode("sum"))
    hand.drag(hand.socket("begin", "value"), hand.socket("two", "int", output=True))

    assert Link("two", "int", "begin", "value") in canvas.scene.wires


def test_a_link_dropped_on_a_node_finds_the_free_socket(canvas, hand):
    canvas.document.apply(RemoveNode("sum"))
    x, y = hand.header("begin")

    hand.drag(hand.socket("one", "int", output=True), (x, y))

    assert Link("one", "int", "begin", "value") in canvas.scene.wires


def test_a_link_dropped_on_a_parameter_drives_it(canvas, hand):
    field = canvas.scene.cards["sum"].layout.fields["plus"]
    x, y, _, _ = canvas.scene.boxes["sum"]

    hand.drag(hand.socket("two", "int", output=True), (x + field.x + 30, y + field.y + 10))

    assert Link("two", "int", "sum", "plus") in canvas.scene.wires


def test_an_input_that_has_a_link_takes_the_new_one_instead(canvas, hand):
    hand.drag(hand.socket("two", "int", output=True), hand.socket("sum", "a"))

    assert Link("two", "int", "sum", "a") in canvas.scene.wires
    assert Link("one", "int", "sum", "a") not in canvas.scene.wires
    canvas.document.undo()
    assert Link("one", "int", "sum", "a") in canvas.scene.wires


def test_an_input_that_takes_many_gets_another_one(canvas, hand):
    hand.drag(hand.socket("sum", "int", output=True), hand.socket("gather", "items"))

    assert Link("sum", "int", "gather", "items", 2) in canvas.scene.wires


def test_a_link_dragged_off_an_input_into_nothing_goes(canvas, hand):
    hand.drag(hand.socket("sum", "a"), (260, 400))

    assert Link("one", "int", "sum", "a") not in canvas.scene.wires
    canvas.document.undo()
    assert Link("one", "int", "sum", "a") in canvas.scene.wires


def test_a_link_put_back_where_it_was_is_no_edit(canvas, hand):
    at = hand.socket("sum", "a")
    hand.press(*at)
    hand.move(200, 300)
    hand.move(*at)
    hand.release(*at)

    assert not canvas.document.dirty


def test_a_link_dropped_on_nothing_asks_for_a_node_that_fits(qtbot, canvas, hand):
    with qtbot.waitSignal(canvas.wanted, timeout=1000) as wanted:
        hand.drag(hand.socket("sum", "int", output=True), (400, 500))

    pointer, end = wanted.args
    assert (round(pointer.x), round(pointer.y)) == (400, 500)
    assert (end.id, end.name, end.output) == ("sum", "int", True)


def test_while_a_link_is_dragged_only_what_may_be_linked_lights_up(canvas, hand):
    hand.press(*hand.socket("sum", "int", output=True))
    hand.move(400, 500)

    lit = canvas.marks.lit

    assert lit("within", "value", False)
    assert not lit("one", "value", False), "it would close a loop"
    assert not lit("one", "int", True), "both are outputs"
    hand.release(400, 500)
    assert canvas.marks.lit is None


def test_a_link_that_would_close_a_loop_is_refused_in_words(canvas, hand):
    hand.press(*hand.socket("within", "value", output=True))
    hand.move(*hand.socket("sum", "a"))

    assert "loop" in canvas.pointing.tool.reason
    hand.release(*hand.socket("sum", "a"))
    assert not canvas.document.dirty


def test_the_wheel_zooms_around_the_pointer(canvas, hand):
    hand.wheel(300, 200, 2)

    assert canvas.camera.step == 2
    x, y = canvas.camera.to_view(300, 200)
    assert abs(x - 340) <= 1
    assert abs(y - 240) <= 1


def test_the_middle_button_moves_the_view(canvas, hand):
    hand.press(100, 100, button=MIDDLE)
    hand.move(160, 80, button=MIDDLE)
    hand.release(100, 100, button=MIDDLE)

    assert canvas.camera == Camera(100, 20, 0)


def test_everything_fits_in_view(canvas):
    canvas.fit()

    left, top, right, bottom = canvas.scene.bounds()
    assert canvas.camera.to_view(left, top) >= (0, 0)
    assert canvas.camera.to_view(right, bottom) <= (1000, 700)


def test_a_node_that_is_removed_is_selected_no_more(canvas):
    canvas.select({"one", "two"})

    canvas.document.apply(RemoveNode("one"))

    assert canvas.selected == {"two"}


def test_only_what_an_edit_changed_is_painted_anew(qtbot, canvas, hand):
    qtbot.waitUntil(lambda: canvas.painted is not None)
    canvas.painted = None

    canvas.document.apply(SetParam("two", "value", 7))

    qtbot.waitUntil(lambda: canvas.painted is not None)
    assert canvas.painted["full"] < len(canvas.scene.cards) / 2


def test_what_a_run_says_is_painted_on_the_node(qtbot, canvas, hand):
    for state in (NodeState("running", 0.4), NodeState("error", message="it is broken")):
        qtbot.waitUntil(lambda: canvas.painted is not None)
        canvas.painted = None
        canvas.set_state("one", state)
        canvas.set_zone_state("z", ZoneState(2, 5))
        qtbot.waitUntil(lambda: canvas.painted is not None)


def test_a_node_put_elsewhere_by_the_document_is_found_there(canvas, hand):
    canvas.document.apply(SetView("nodes", "two", {"pos": [40, 400]}))

    hand.click(100, 414)

    assert canvas.selected == {"two"}
