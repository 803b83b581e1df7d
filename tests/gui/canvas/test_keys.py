import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.camera import Camera
from gui.canvas.hits import Hit
from gui.canvas.spots import box_of
from gui.document.placing import bends, place
from nodegraph.edits import AddNode, Disconnect, RemoveNode, SetView
from nodegraph.graph import Link, Node
from tests.gui.canvas.hand import CTRL, PLAIN, SHIFT, Hand

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def keys(canvas, qtbot):
    canvas.look(Camera(40, 40, 0))
    canvas.setFocus()

    def press(*pressed, mods=PLAIN):
        for key in pressed:
            QTest.keyClick(canvas, key, mods)

    return press


def at(canvas):
    focus = canvas.keys.focus
    return None if focus is None else (focus.part, focus.id, focus.name)


def pos(canvas, node_id):
    return place(canvas.document.graph, node_id).pos


def test_an_arrow_focuses_the_selected_node_first(canvas, keys):
    canvas.select({"sum"})

    keys(K.Key_Right)

    assert at(canvas) == ("header", "sum", "")


def test_without_a_selection_the_node_nearest_to_the_middle_is_first(canvas, keys):
    keys(K.Key_Down)

    assert at(canvas)[1] in ("sum", "odd")
    assert canvas.selected == {at(canvas)[1]}


def test_arrows_follow_links_and_else_go_to_what_is_beside(canvas, keys):
    canvas.select({"one"})

    keys(K.Key_Right, K.Key_Right)
    assert at(canvas)[1] == "sum"
    keys(K.Key_Left)
    assert at(canvas)[1] == "one"
    keys(K.Key_Down)
    assert at(canvas)[1] == "two"
    keys(K.Key_Up)
    assert at(canvas)[1] == "one"


def test_shift_selects_besides(canvas, keys):
    canvas.select({"one"})

    keys(K.Key_Down)
    keys(K.Key_Down, mods=SHIFT)

    assert canvas.selected == {"one", "two"}


def test_tab_goes_through_a_node_and_around_again(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down)

    seen = []
    for _ in range(5):
        keys(K.Key_Tab)
        seen.append(at(canvas)[2])

    assert seen == ["a", "b", "plus", "int", ""]
    keys(K.Key_Backtab, mods=SHIFT)
    assert at(canvas)[2] == "int"


def test_tab_asks_for_a_node_while_nothing_is_focused(qtbot, canvas, keys):
    with qtbot.waitSignal(canvas.wanted, timeout=1000):
        keys(K.Key_Tab)


def test_a_link_lies_between_two_sockets(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Tab)

    keys(K.Key_Left)
    assert canvas.keys.focus == Hit("wire", link=Link("one", "int", "sum", "a"))
    keys(K.Key_Left)
    assert at(canvas) == ("socket", "one", "int")
    keys(K.Key_Right)
    assert canvas.keys.focus.link is not None
    first = canvas.keys.focus.link
    keys(K.Key_Down)
    assert canvas.keys.focus.link.source == "one"
    assert canvas.keys.focus.link != first


def test_what_is_focused_comes_into_view(canvas, keys):
    canvas.select({"begin"})

    keys(K.Key_Right, K.Key_Right, K.Key_Right)

    assert at(canvas)[1] == "end"
    left, top, right, bottom = box_of(canvas.scene, canvas.keys.focus)
    assert canvas.camera.to_view(left, top) >= (0, 0)
    assert canvas.camera.to_view(right, bottom)[0] <= canvas.width()


def test_a_parameter_too_small_to_read_is_gone_nearer_to(canvas, keys):
    canvas.look(Camera(300, 300, -12))
    canvas.select({"sum"})

    keys(K.Key_Down, K.Key_Tab)

    assert canvas.camera.scale >= 0.45


def test_control_and_arrows_move_the_selected_nodes_in_one_step(canvas, keys):
    canvas.select({"one", "two"})

    keys(K.Key_Right, K.Key_Right, K.Key_Down, mods=CTRL)

    assert pos(canvas, "one") == (40, 20)
    assert canvas.document.undo_title == "Move 2 nodes"
    canvas.document.undo()
    assert pos(canvas, "one") == (0, 0)


def test_with_shift_besides_they_make_it_wider(canvas, keys):
    canvas.select({"one"})
    before = canvas.scene.cards["one"].layout.width

    keys(K.Key_Right, K.Key_Right, mods=CTRL | SHIFT)

    assert canvas.scene.cards["one"].layout.width == before + 40


def test_a_focused_link_is_bent_and_cut(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Tab, K.Key_Left)
    link = canvas.keys.focus.link

    keys(K.Key_Down, K.Key_Down, mods=CTRL)
    assert len(bends(canvas.document.graph, link)) == 1
    canvas.document.apply(Disconnect(link))

    assert at(canvas) == ("socket", "one", "int"), "the socket it came from has the focus then"


def test_enter_edits_the_focused_parameter(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Return)
    assert at(canvas) == ("field", "sum", "plus")

    keys(K.Key_Return)
    QTest.keyClicks(canvas.editor.widget, "12")
    QTest.keyClick(canvas.editor.widget, K.Key_Return)

    assert canvas.document.graph["sum"].params["plus"] == 12
    assert canvas.editor is None


def test_typing_a_number_begins_the_edit(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Return)

    keys(K.Key_7)

    assert canvas.editor.text == "7"


def test_letters_are_no_numbers(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Return)

    keys(K.Key_M)

    assert canvas.editor is None


def test_text_is_typed_over(canvas, keys):
    canvas.document.apply(AddNode(Node("text", "toy.text", params={"value": "old"})))
    canvas.select({"text"})
    keys(K.Key_Down, K.Key_Return)

    keys(K.Key_M)

    assert canvas.editor.text == "m"


def test_alt_and_arrows_turn_a_number_and_a_choice(canvas, keys):
    canvas.document.apply(AddNode(Node("text", "toy.text")))
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Return)

    keys(K.Key_Up, K.Key_Up, mods=ALT)
    keys(K.Key_Down, mods=ALT | SHIFT)
    assert canvas.document.graph["sum"].params["plus"] == -3
    assert canvas.document.undo_title == "Set plus"
    canvas.document.undo()
    assert canvas.document.graph["sum"].params["plus"] == 5

    canvas.keys.focused.put(Hit("field", "text", "color", param=True))
    keys(K.Key_Down, mods=ALT)
    assert canvas.document.graph["text"].params["color"] == "green"


def test_backspace_brings_the_default_back(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Return, K.Key_Backspace)

    assert canvas.document.graph["sum"].params["plus"] == 0


def test_space_switches_a_focused_switch(canvas, keys):
    canvas.document.apply(AddNode(Node("switch", "toy.switch")))
    canvas.keys.focused.put(Hit("field", "switch", "condition", param=True))

    keys(K.Key_Space)

    assert canvas.document.graph["switch"].params["condition"] is False


def test_enter_on_an_output_looks_at_its_value(qtbot, canvas, keys):
    canvas.keys.focused.put(Hit("socket", "sum", "int", output=True))
    with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
        keys(K.Key_Return)
    assert looked.args == ["sum", "int"]

    canvas.keys.focused.put(Hit("socket", "sum", "a"))
    with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
        keys(K.Key_Return)
    assert looked.args == ["one", "int"]


def test_a_link_is_made_without_the_mouse(canvas, keys):
    canvas.document.apply(RemoveNode("sum"))
    canvas.select({"two"})
    keys(K.Key_Down)

    canvas.keys.linking.start()
    assert canvas.marks.lit is not None
    seen = {at(canvas)}
    for _ in range(8):
        keys(K.Key_Tab)
        seen.add(at(canvas))
    while at(canvas) != ("socket", "begin", "value"):
        keys(K.Key_Right)
    keys(K.Key_Return)

    assert Link("two", "int", "begin", "value") in canvas.scene.wires
    assert canvas.marks.lit is None
    assert ("field", "one", "value") in seen, "a parameter may be driven"
    assert ("socket", "one", "int") not in seen, "an output is no target"
    canvas.document.undo()
    assert Link("two", "int", "begin", "value") not in canvas.scene.wires


def test_only_what_closes_no_loop_is_walked_through(canvas, keys):
    canvas.keys.focused.put(Hit("socket", "within", "value", output=True))

    canvas.keys.linking.start()
    seen = set()
    for _ in range(12):
        seen.add(at(canvas)[1])
        keys(K.Key_Tab)

    assert {"one", "two", "sum", "begin"}.isdisjoint(seen)


def test_escape_breaks_a_link_off_and_goes_back(canvas, keys):
    canvas.keys.focused.put(Hit("socket", "sum", "int", output=True))
    canvas.keys.linking.start()

    keys(K.Key_Escape)

    assert at(canvas) == ("socket", "sum", "int")
    assert canvas.pointing.tool is None
    assert canvas.marks.lit is None
    assert not canvas.document.dirty


def test_space_searches_for_a_node_that_takes_the_link(qtbot, canvas, keys):
    canvas.keys.focused.put(Hit("socket", "sum", "int", output=True))
    canvas.keys.linking.start()

    with qtbot.waitSignal(canvas.wanted, timeout=1000) as wanted:
        keys(K.Key_Space)

    assert wanted.args[1].name == "int"


def test_where_nothing_fits_a_sentence_says_so(qtbot, canvas, keys):
    for name in ("sum", "begin", "within", "end", "odd", "gather", "two"):
        canvas.document.apply(RemoveNode(name))
    canvas.keys.focused.put(Hit("socket", "one", "int", output=True))

    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        canvas.keys.linking.start()

    assert "int of Number" in said.args[0]


def test_the_menu_key_asks_for_the_menu_of_what_is_focused(qtbot, canvas, keys):
    spot = Hit("socket", "sum", "int", output=True)
    canvas.keys.focused.put(spot)

    for key, mods in ((K.Key_Menu, PLAIN), (K.Key_F10, SHIFT)):
        with qtbot.waitSignal(canvas.menu_wanted, timeout=1000) as wanted:
            keys(key, mods=mods)
        assert wanted.args[0] == spot
        assert abs(wanted.args[1].x - canvas.scene.cards["sum"].output_at("int")[0]) < 20


def test_escape_leaves_row_node_and_selection_in_turn(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Tab)

    keys(K.Key_Escape)
    assert at(canvas) == ("header", "sum", "")
    keys(K.Key_Escape)
    assert canvas.keys.focus is None
    assert canvas.selected == {"sum"}
    keys(K.Key_Escape)
    assert canvas.selected == set()


def test_a_press_with_the_mouse_takes_the_ring_away(canvas, keys):
    canvas.keys.focused.put(Hit("header", "sum"))

    Hand(canvas).click(*Hand(canvas).header("one"))

    assert canvas.keys.focus is None


def test_a_removed_node_has_no_focus(canvas, keys):
    canvas.keys.focused.put(Hit("field", "sum", "plus", param=True))

    canvas.document.apply(RemoveNode("sum"))

    assert canvas.keys.focus is None
    keys(K.Key_Down)
    assert at(canvas) is not None


def test_pages_move_the_view(canvas, keys):
    keys(K.Key_PageDown)
    assert canvas.camera.y < 40
    keys(K.Key_PageUp, mods=SHIFT)
    assert canvas.camera.x > 40


def test_an_empty_canvas_has_nothing_to_focus(canvas, keys):
    for name in list(canvas.scene.cards):
        canvas.document.apply(RemoveNode(name))

    keys(K.Key_Down, K.Key_Return, K.Key_Escape)

    assert canvas.keys.focus is None


def test_a_driven_parameter_is_not_typed_over(qtbot, canvas, keys):
    canvas.keys.focused.put(Hit("field", "begin", "times", param=True))

    keys(K.Key_5)
    assert canvas.editor is None
    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        keys(K.Key_Up, mods=ALT)

    assert "link drives" in said.args[0]


def test_frames_and_notes_that_are_selected_move_too(canvas, keys):
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500]}))
    canvas.select((), [("notes", "n")])

    keys(K.Key_Right, mods=CTRL)

    assert canvas.scene.notes["n"].box[0] == 20
    before = canvas.scene.notes["n"].box
    keys(K.Key_Down, mods=CTRL | SHIFT)
    assert canvas.scene.notes["n"].box[3] == before[3] + 20


def test_letters_in_an_open_list_of_choices_are_no_shortcuts(canvas, keys):
    canvas.document.apply(AddNode(Node("text", "toy.text")))
    canvas.edit("text", "color")
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, K.Key_M, PLAIN, "m")
    event.ignore()

    QApplication.sendEvent(canvas.editor.widget, event)

    assert event.isAccepted()
    canvas.close_editor()
