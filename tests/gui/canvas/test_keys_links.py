"""Links made, bent and cut by keyboard."""

from PySide6.QtCore import Qt

from gui.canvas.hits import Hit
from gui.document.placing import bends
from nodegraph.edits import Disconnect, RemoveNode
from nodegraph.graph import Link
from tests.gui.canvas.hand import CTRL, at

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier


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


def test_a_focused_link_is_bent_and_cut(canvas, keys):
    canvas.select({"sum"})
    keys(K.Key_Down, K.Key_Tab, K.Key_Left)
    link = canvas.keys.focus.link

    keys(K.Key_Down, K.Key_Down, mods=CTRL)
    assert len(bends(canvas.document.graph, link)) == 1
    canvas.document.apply(Disconnect(link))

    assert at(canvas) == ("socket", "one", "int"), "the socket it came from has the focus then"


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
