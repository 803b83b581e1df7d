"""Going about on the canvas by keyboard."""

from PySide6.QtCore import Qt

from gui.canvas.hits import Hit
from gui.canvas.spots import box_of
from gui.document.placing import place
from nodegraph.edits import RemoveNode, SetView
from tests.gui.canvas.hand import CTRL, PLAIN, SHIFT, Hand, at

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


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


def test_what_is_focused_comes_into_view(canvas, keys):
    canvas.select({"begin"})

    keys(K.Key_Right, K.Key_Right, K.Key_Right)

    assert at(canvas)[1] == "end"
    left, top, right, bottom = box_of(canvas.scene, canvas.keys.focus)
    assert canvas.camera.to_view(left, top) >= (0, 0)
    assert canvas.camera.to_view(right, bottom)[0] <= canvas.width()


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


def test_enter_on_an_output_looks_at_its_value(qtbot, canvas, keys):
    canvas.keys.focused.put(Hit("socket", "sum", "int", output=True))
    with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
        keys(K.Key_Return)
    assert looked.args == ["sum", "int"]

    canvas.keys.focused.put(Hit("socket", "sum", "a"))
    with qtbot.waitSignal(canvas.looked, timeout=1000) as looked:
        keys(K.Key_Return)
    assert looked.args == ["one", "int"]


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


def test_frames_and_notes_that_are_selected_move_too(canvas, keys):
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500]}))
    canvas.select((), [("notes", "n")])

    keys(K.Key_Right, mods=CTRL)

    assert canvas.scene.notes["n"].box[0] == 20
    before = canvas.scene.notes["n"].box
    keys(K.Key_Down, mods=CTRL | SHIFT)
    assert canvas.scene.notes["n"].box[3] == before[3] + 20
