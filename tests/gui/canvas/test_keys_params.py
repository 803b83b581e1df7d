"""Values edited by keyboard, where they stand."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.camera import Camera
from gui.canvas.hits import Hit
from nodegraph.edits import AddNode
from nodegraph.graph import Node
from tests.gui.canvas.hand import PLAIN, SHIFT, at

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


def test_a_parameter_too_small_to_read_is_gone_nearer_to(canvas, keys):
    canvas.look(Camera(300, 300, -12))
    canvas.select({"sum"})

    keys(K.Key_Down, K.Key_Tab)

    assert canvas.camera.scale >= 0.45


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


def test_a_driven_parameter_is_not_typed_over(qtbot, canvas, keys):
    canvas.keys.focused.put(Hit("field", "begin", "times", param=True))

    keys(K.Key_5)
    assert canvas.editor is None
    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        keys(K.Key_Up, mods=ALT)

    assert "link drives" in said.args[0]


def test_letters_in_an_open_list_of_choices_are_no_shortcuts(canvas, keys):
    canvas.document.apply(AddNode(Node("text", "toy.text")))
    canvas.edit("text", "color")
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, K.Key_M, PLAIN, "m")
    event.ignore()

    QApplication.sendEvent(canvas.editor.widget, event)

    assert event.isAccepted()
    canvas.close_editor()
