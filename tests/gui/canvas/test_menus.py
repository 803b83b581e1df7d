import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.hits import Hit
from gui.canvas.menus import menu_for, menu_on
from nodegraph.edits import AddNode, SetView
from nodegraph.graph import Link, Node

LINK = Link("one", "int", "sum", "a")


@pytest.fixture
def known(canvas, does):
    canvas.look(Camera(40, 40, 0))
    return does


def titles(menu):
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_the_menu_of_a_node_holds_what_can_be_done_with_it(canvas, known):
    canvas.select({"sum"})

    menu = menu_for(Hit("header", "sum"), known)

    assert {"Mute", "Rename…", "Color", "Duplicate", "Delete", "Swap links"} <= set(titles(menu))
    align = next(one for one in menu.actions() if one.text() == "Align")
    assert titles(align.menu()) == ["Snap to grid"], "a single node is aligned with nothing"


def test_several_nodes_can_be_aligned(canvas, known):
    canvas.select({"sum", "one"})

    menu = menu_for(Hit("body", "sum"), known)

    align = next(one for one in menu.actions() if one.text() == "Align")
    assert "Left edges" in titles(align.menu())
    assert "Rename…" not in titles(menu)


def test_the_menu_of_the_ground_adds_and_shows(canvas, known):
    found = titles(menu_for(Hit(), known))

    assert found[:3] == ["Add node…", "Add note", "Paste"]
    assert "Delete" not in found


def test_a_menu_neither_begins_nor_ends_with_a_gap(canvas, known):
    canvas.select({"sum"})

    menu = menu_for(Hit("header", "sum"), known)
    shown = [one.isSeparator() for one in menu.actions()]

    assert menu.separatorsCollapsible()
    assert False in shown


def test_what_other_rooms_add_comes_first(canvas, known):
    done = []

    menu = menu_for(
        Hit("field", "sum", "plus"), known, [("Show in the form", lambda: done.append(1))]
    )
    menu.actions()[0].trigger()

    assert titles(menu)[0] == "Show in the form"
    assert done == [1]


def test_the_commands_of_an_open_menu_are_about_what_was_hit(qtbot, canvas, known):
    menu = menu_on(canvas, Hit("wire", link=LINK), known)
    assert "Cut links here" in titles(menu)
    known.run("link.cut")

    assert LINK not in canvas.scene.wires
    menu.aboutToHide.emit()
    qtbot.waitUntil(lambda: canvas.keys.focus is None)


def test_the_menu_of_a_seed_draws_and_locks_it(qtbot, canvas, known):
    canvas.document.apply(AddNode(Node("seeded", "toy.seeded")))

    menu = menu_on(canvas, Hit("field", "seeded", "seed"), known)
    assert {"Draw seed anew", "Lock seed"} <= set(titles(menu))
    known.run("param.draw")
    known.run("param.lock")

    assert canvas.document.graph["seeded"].params["seed"] != 0
    assert known["param.lock"].checked()
    known.run("param.reset")
    assert canvas.document.graph["seeded"].params["seed"] == 0


def test_a_menu_opened_by_key_leaves_the_focus_where_it_was(qtbot, canvas, known):
    spot = Hit("socket", "sum", "int", output=True)
    canvas.keys.focused.put(spot)

    menu = menu_on(canvas, spot, known)
    with qtbot.waitSignal(menu.destroyed, timeout=1000):
        menu.aboutToHide.emit()

    assert canvas.keys.focus == spot


def test_the_right_button_asks_for_the_menu_of_what_is_under_it(qtbot, canvas, known):
    x, y = canvas.camera.to_view(360, 14)

    with qtbot.waitSignal(canvas.menu_wanted, timeout=1000) as wanted:
        QTest.mouseClick(canvas, Qt.MouseButton.RightButton, pos=QPoint(round(x), round(y)))

    assert (wanted.args[0].part, wanted.args[0].id) == ("header", "sum")
    assert canvas.selected == {"sum"}
    assert "Mute" in titles(menu_on(canvas, wanted.args[0], known))


def test_keys_of_the_canvas_ask_anew_what_can_be_done(qtbot, canvas, known):
    canvas.window().activateWindow()
    known.host(canvas)
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    canvas.keys.focused.put(Hit("socket", "sum", "int", output=True))

    QTest.keyClick(canvas, Qt.Key.Key_L)

    assert canvas.pointing.tool is not None


def test_digits_typed_on_a_parameter_are_no_shortcuts(qtbot, canvas, known):
    known.host(canvas)
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    canvas.document.apply(AddNode(Node("text", "toy.text")))
    canvas.keys.focused.put(Hit("field", "text", "value", param=True))

    QTest.keyClick(canvas, Qt.Key.Key_M)

    assert canvas.document.graph["text"].mode == "run"
    assert canvas.editor.text == "m"
    canvas.close_editor()


def test_the_menu_of_a_zone_is_about_all_it_holds(canvas, known):
    menu = menu_on(canvas, Hit("region", "z"), known)

    assert canvas.selected == {"begin", "within", "end"}
    assert "Duplicate" in titles(menu)


def test_the_menu_of_a_note_is_about_the_note(canvas, known):
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500], "text": "hello"}))

    menu = menu_on(canvas, Hit("note", "n"), known)

    assert canvas.marks.areas == {("notes", "n")}
    assert {"Rename…", "Color", "Delete"} <= set(titles(menu))
