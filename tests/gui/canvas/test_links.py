import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.courses import curved
from gui.canvas.options import Options
from gui.document.placing import bend, bends, place
from nodegraph.edits import AddNode, Batch, Connect, Disconnect, RenameNode, SetView
from nodegraph.graph import Link, Node
from tests.gui.canvas.hand import CTRL, SHIFT, Hand

RIGHT = Qt.MouseButton.RightButton
WIRE = Link("two", "int", "sum", "b")


@pytest.fixture
def hand(canvas):
    canvas.look(Camera(40, 40, 0))
    return Hand(canvas)


@pytest.fixture
def middle(canvas):
    return canvas.scene.wires[WIRE].middle()


def led(canvas):
    return bends(canvas.document.graph, WIRE)


def double(canvas, hand, at):
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=hand._at(*at))
    hand.release(*at)


def test_a_click_on_a_link_looks_at_its_value(qtbot, canvas, hand, middle):
    with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
        hand.click(*middle)

    assert looked.args == ["two", "int"]
    assert not canvas.document.dirty


def test_a_click_on_a_socket_looks_at_its_value_an_inputs_is_that_of_its_link(qtbot, canvas, hand):
    for at in (hand.socket("two", "int", output=True), hand.socket("sum", "b")):
        with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
            hand.click(*at)
        assert looked.args == ["two", "int"]


def test_dragging_a_link_bends_it_in_one_step(canvas, hand, middle):
    hand.drag(middle, (240, 400))

    assert led(canvas) == [(240, 400)]
    assert canvas.scene.wires[WIRE].distance(240, 400) < 2
    canvas.document.undo()
    assert led(canvas) == []
    assert canvas.scene.wires[WIRE].bends == ()


def test_a_bent_link_swings_no_further_than_its_bends(qapp):
    path = curved([(0, 0), (100, 40), (200, 40), (300, -100)])
    level = [path.pointAtPercent(step / 100) for step in range(101)]

    assert max(point.y() for point in level) == pytest.approx(40)
    assert all(point.y() == pytest.approx(40) for point in level if 100 <= point.x() <= 200)


def test_a_bent_link_runs_down_without_a_loop(qapp):
    path = curved([(0, 0), (100, 0), (140, 400)])
    places = [path.pointAtPercent(step / 100).x() for step in range(101)]

    assert places == sorted(places)


def test_ctrl_click_and_double_click_make_bends(canvas, hand, middle):
    hand.click(*middle, CTRL)
    assert len(led(canvas)) == 1

    canvas.document.undo()
    double(canvas, hand, middle)
    assert len(led(canvas)) == 1


def test_a_double_click_takes_a_bend_away(canvas, hand):
    graph = canvas.document.graph
    canvas.document.apply(bend(graph, WIRE, [(240, 400), (280, 440)]))

    double(canvas, hand, (240, 400))

    assert led(canvas) == [(280, 440)]


def test_a_stroke_of_the_right_button_cuts_the_links_it_crosses_in_one_step(canvas, hand, middle):
    count = len(canvas.scene.wires)

    hand.drag((middle[0] - 4, middle[1] - 60), (middle[0] + 4, middle[1] + 60), button=RIGHT)

    assert WIRE not in canvas.scene.wires
    canvas.document.undo()
    assert len(canvas.scene.wires) == count


def test_the_right_button_asks_for_a_menu_about_what_is_under_it(qtbot, canvas, hand):
    with qtbot.waitSignal(canvas.menu_wanted, timeout=1000) as wanted:
        hand.press(*hand.header("one"), button=RIGHT)
        hand.release(*hand.header("one"), button=RIGHT)

    assert wanted.args[0].id == "one"
    assert canvas.selected == {"one"}


@pytest.mark.parametrize("course", ["straight", "orthogonal"])
def test_links_are_drawn_as_chosen(canvas, course):
    before = canvas.grab().toImage()

    canvas.set_options(Options(course=course))

    assert canvas.grab().toImage() != before
    wire = canvas.scene.wires[WIRE]
    assert wire.distance(*wire.middle()) < 1


def test_hidden_links_leave_a_dot_at_their_sockets(canvas, hand):
    canvas.set_options(Options(hidden=frozenset({"int"})))
    canvas.grab()

    assert canvas.painted["stubs"] > 0
    assert canvas.painted["curves"] < len(canvas.scene.wires) / 2


def test_a_hidden_link_is_not_there_to_be_clicked(canvas, hand, middle):
    looked = []
    canvas.looked.connect(lambda *args: looked.append(args))
    canvas.set_options(Options(hidden=frozenset({"int"})))

    hand.click(*middle)

    assert not looked


def test_a_hidden_link_is_neither_cut_nor_led_through_a_node(canvas, hand, middle):
    canvas.document.apply(
        Batch((AddNode(Node("new", "toy.identity")), SetView("nodes", "new", {"pos": [100, 500]})))
    )
    canvas.set_options(Options(hidden=frozenset({"int"})))
    x, y = middle

    hand.drag((x, y - 40), (x, y + 40), button=RIGHT)
    hand.drag((160, 514), (x - 50, y - 20))

    assert WIRE in canvas.scene.wires
    assert not canvas.scene.wires_of("new")


def test_a_new_link_does_not_take_over_the_bends_of_the_one_before(canvas):
    document = canvas.document
    document.apply(bend(document.graph, WIRE, [(200.0, 300.0)]))
    new = Link("one", "int", "sum", "b")

    document.apply(Batch((Disconnect(WIRE), Connect(new))))
    assert canvas.scene.wires[new].bends == ()

    document.undo()
    assert canvas.scene.wires[WIRE].bends == ((200.0, 300.0),)


def test_a_node_that_gets_another_id_keeps_the_bends_of_its_links(canvas):
    document = canvas.document
    document.apply(bend(document.graph, WIRE, [(200.0, 300.0)]))

    document.apply(RenameNode("sum", "total"))
    document.apply(RenameNode("two", "second"))
    renamed = Link("second", "int", "total", "b")
    assert canvas.scene.wires[renamed].bends == ((200.0, 300.0),)

    document.undo()
    document.undo()
    assert bends(document.graph, WIRE) == [(200.0, 300.0)]


def test_a_node_dropped_on_a_link_is_put_into_it_in_one_step(canvas, hand, middle):
    add = (AddNode(Node("new", "toy.identity")), SetView("nodes", "new", {"pos": [100, 500]}))
    canvas.document.apply(Batch(add))
    box = canvas.scene.boxes["new"]
    x, y = middle[0] - (box[2] - box[0]) / 2, middle[1] - (box[3] - box[1]) / 2

    hand.drag((160, 514), (x + 60, y + 14))

    assert WIRE not in canvas.scene.wires
    assert Link("two", "int", "new", "value") in canvas.scene.wires
    assert Link("new", "value", "sum", "b") in canvas.scene.wires
    canvas.document.undo()
    assert WIRE in canvas.scene.wires
    assert place(canvas.document.graph, "new").pos == (100, 500)


def test_a_node_that_fits_nowhere_is_only_moved(canvas, hand, middle):
    add = (AddNode(Node("new", "toy.text")), SetView("nodes", "new", {"pos": [100, 500]}))
    canvas.document.apply(Batch(add))

    hand.drag((160, 514), (middle[0], middle[1] - 60))

    assert WIRE in canvas.scene.wires


def test_with_shift_two_links_change_places(canvas, hand):
    hand.drag(hand.socket("sum", "a"), hand.socket("sum", "b"), SHIFT)

    assert Link("one", "int", "sum", "b") in canvas.scene.wires
    assert Link("two", "int", "sum", "a") in canvas.scene.wires
    canvas.document.undo()
    assert WIRE in canvas.scene.wires
