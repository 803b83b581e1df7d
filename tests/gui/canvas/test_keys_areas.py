import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.hits import Hit
from gui.canvas.options import Options
from gui.document.placing import place
from nodegraph.edits import SetView
from tests.gui.canvas.hand import CTRL, PLAIN, SHIFT, Hand

K = Qt.Key


@pytest.fixture
def keys(canvas, qtbot):
    graph = canvas.document.graph
    graph.apply(SetView("frames", "low", {"pos": [260, 250], "size": [640, 400], "title": "Low"}))
    graph.apply(SetView("notes", "why", {"pos": [0, 420], "size": [200, 120], "text": "because"}))
    canvas.scene.follow(SetView("notes", "why", None))
    canvas.look(Camera(40, 40, 0))
    canvas.setFocus()

    def press(*pressed, mods=PLAIN):
        for key in pressed:
            QTest.keyClick(canvas.editor.widget if canvas.editor else canvas, key, mods)

    return press


LOW, WHY = Hit("frame", "low"), Hit("note", "why")


def test_arrows_reach_frames_and_notes_and_lead_on_to_nodes(canvas, keys):
    canvas.select({"odd"})

    keys(K.Key_Up, K.Key_Up)
    assert canvas.keys.focus == LOW
    assert (canvas.selected, canvas.marks.areas) == (set(), {("frames", "low")})
    keys(K.Key_Down)
    assert canvas.keys.focus.id in ("odd", "gather")

    canvas.select({"two"})
    keys(K.Key_Down, K.Key_Down)
    assert canvas.keys.focus == WHY
    keys(K.Key_Up)
    assert canvas.keys.focus == Hit("header", "two")


def test_shift_selects_notes_besides_and_control_space_takes_one_out_again(canvas, keys, does):
    canvas.select({"two"})

    keys(K.Key_Down)
    keys(K.Key_Down, mods=SHIFT)
    assert (canvas.selected, canvas.marks.areas) == ({"two"}, {("notes", "why")})

    assert does.run("select.toggle")
    assert (canvas.selected, canvas.marks.areas) == ({"two"}, set())
    assert canvas.keys.focus == WHY
    assert does.run("select.toggle")
    assert canvas.marks.areas == {("notes", "why")}


def test_a_selected_note_has_the_focus_first_and_tab_goes_on_to_the_next(canvas, keys):
    canvas.select((), [("notes", "why")])

    keys(K.Key_Right)
    assert canvas.keys.focus == WHY
    keys(K.Key_Tab)
    assert canvas.keys.focus == LOW
    keys(K.Key_Tab)
    assert canvas.keys.focus == WHY


def test_a_command_goes_to_the_next_frame_or_note_from_anywhere(canvas, keys, does):
    assert does.run("select.area")
    assert canvas.keys.focus == LOW
    assert does.run("select.area")
    assert canvas.keys.focus == WHY


def test_enter_writes_on_what_has_the_focus(canvas, keys):
    canvas.keys.focused.put(LOW)

    keys(K.Key_Return)
    canvas.editor.widget.selectAll()
    QTest.keyClicks(canvas.editor.widget, "Deep")
    keys(K.Key_Return)

    assert place(canvas.document.graph, "low", "frames").text == "Deep"
    assert canvas.keys.focus == LOW


def test_it_is_renamed_colored_and_removed_by_the_commands_of_nodes(canvas, keys, does):
    canvas.keys.focused.put(WHY)

    assert does.run("node.rename")
    assert canvas.editor.widget.toPlainText() == "because"
    canvas.close_editor()
    assert does.run("color.red")
    assert canvas.scene.notes["why"].color
    assert does.run("edit.delete")

    assert not canvas.scene.notes
    assert canvas.keys.focus is None


def test_a_frame_moves_with_what_stands_in_it_and_leaves_what_it_comes_over(canvas, keys):
    canvas.keys.focused.put(LOW)
    before = {name: canvas.scene.boxes[name][:2] for name in ("odd", "sum")}

    for _ in range(16):
        keys(K.Key_Up, mods=CTRL)

    assert canvas.scene.frames["low"].box[1] == 250 - 320
    assert canvas.scene.boxes["odd"][:2] == (before["odd"][0], before["odd"][1] - 320)
    assert canvas.scene.boxes["sum"][:2] == before["sum"]
    canvas.document.undo()
    assert canvas.scene.frames["low"].box[1] == 250
    assert canvas.scene.boxes["odd"][:2] == before["odd"]


def test_a_frame_gets_no_smaller_by_keys_than_by_the_mouse(canvas, keys):
    canvas.keys.focused.put(WHY)

    for _ in range(20):
        keys(K.Key_Left, K.Key_Up, mods=CTRL | SHIFT)

    left, top, right, bottom = canvas.scene.notes["why"].box
    assert (right - left, bottom - top) == (60, 60)


def test_without_snapping_keys_move_by_a_pixel(canvas, keys):
    canvas.set_options(Options(snap=False))
    canvas.keys.focused.put(WHY)

    keys(K.Key_Right, K.Key_Right, mods=CTRL)

    assert canvas.scene.notes["why"].box[0] == 2


def test_the_menu_of_a_focused_note_leaves_it_the_focus(qtbot, canvas, keys):
    canvas.keys.focused.put(WHY)

    with qtbot.waitSignal(canvas.menu_wanted, timeout=1000) as wanted:
        keys(K.Key_Menu)

    assert wanted.args[0] == WHY


def test_a_click_elsewhere_takes_the_focus_away(canvas, keys):
    canvas.keys.focused.put(WHY)

    Hand(canvas).click(*Hand(canvas).header("sum"))

    assert canvas.keys.focus is None


def test_escape_leaves_a_note_and_then_the_selection(canvas, keys):
    canvas.keys.focused.put(WHY)

    keys(K.Key_Escape)
    assert canvas.keys.focus is None
    assert canvas.marks.areas
    keys(K.Key_Escape)
    assert not canvas.marks.areas


def test_a_zone_is_selected_whole_from_any_of_its_nodes(canvas, keys, does):
    canvas.select({"within"})

    assert does.run("select.zone")

    assert canvas.selected == {"begin", "within", "end"}
    assert not does.run("select.zone")


def test_on_a_canvas_of_notes_alone_an_arrow_focuses_one(canvas, keys, does):
    does.run("select.all")
    does.run("edit.delete")

    keys(K.Key_Right)

    assert canvas.keys.focus in (LOW, WHY)


def test_the_keys_of_these_commands_work_on_the_canvas(qtbot, canvas, keys, does):
    does.host(canvas)
    canvas.activateWindow()
    qtbot.waitUntil(canvas.hasFocus)

    keys(K.Key_N, mods=SHIFT)
    assert canvas.keys.focus == LOW
    keys(K.Key_Space, mods=CTRL)
    assert not canvas.marks.areas
    canvas.select({"within"})
    keys(K.Key_Z, mods=SHIFT)
    assert canvas.selected == {"begin", "within", "end"}
