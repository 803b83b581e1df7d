import pytest
from PySide6.QtCore import Qt

from gui.canvas.hits import Hit
from gui.canvas.spots import bend_spot
from gui.document.placing import bend, bends
from nodegraph.graph import Link
from tests.gui.canvas.hand import CTRL, SHIFT

K = Qt.Key
LINK = Link("sum", "int", "begin", "value")
WIRE = Hit("wire", link=LINK)


@pytest.fixture
def keys(canvas, keys):
    canvas.document.apply(bend(canvas.document.graph, LINK, [(540, 100), (560, 200), (580, 120)]))
    canvas.keys.focused.put(WIRE)
    return keys


def points(canvas):
    return bends(canvas.document.graph, LINK)


def test_tab_goes_from_bend_to_bend_and_back_to_the_link(canvas, keys):
    seen = []
    for _ in range(4):
        keys(K.Key_Tab)
        seen.append(canvas.keys.focus)

    assert seen == [bend_spot(LINK, 0), bend_spot(LINK, 1), bend_spot(LINK, 2), WIRE]
    keys(K.Key_Backtab, mods=SHIFT)
    assert canvas.keys.focus == bend_spot(LINK, 2)


def test_arrows_go_along_the_bends_to_the_ends_of_the_link(canvas, keys):
    keys(K.Key_Tab, K.Key_Right)
    assert canvas.keys.focus == bend_spot(LINK, 1)
    keys(K.Key_Left, K.Key_Left)
    assert canvas.keys.focus == Hit("socket", "sum", "int", output=True)

    canvas.keys.focused.put(bend_spot(LINK, 2))
    keys(K.Key_Right)
    assert canvas.keys.focus == Hit("socket", "begin", "value")


def test_the_focused_bend_alone_is_moved_in_one_step(canvas, keys):
    canvas.keys.focused.put(bend_spot(LINK, 2))

    keys(K.Key_Right, K.Key_Down, mods=CTRL)

    assert points(canvas) == [(540, 100), (560, 200), (600, 140)]
    canvas.document.undo()
    assert points(canvas) == [(540, 100), (560, 200), (580, 120)]


def test_a_focused_bend_is_removed_and_the_link_has_the_focus(canvas, keys, does):
    canvas.keys.focused.put(bend_spot(LINK, 1))

    assert does.run("edit.delete")
    assert points(canvas) == [(540, 100), (580, 120)]
    assert canvas.keys.focus == bend_spot(LINK, 1)
    assert does.run("link.unbend")
    assert points(canvas) == [(540, 100)]
    assert canvas.keys.focus == WIRE
    assert LINK in canvas.scene.wires


def test_a_bend_is_added_after_the_focused_one_and_has_the_focus(canvas, keys, does):
    canvas.keys.focused.put(bend_spot(LINK, 0))

    assert does.run("link.bend")

    assert canvas.keys.focus == bend_spot(LINK, 1)
    assert len(points(canvas)) == 4
    assert (points(canvas)[0], points(canvas)[2]) == ((540, 100), (560, 200))


def test_a_link_without_bends_gets_one_in_its_middle(canvas, keys, does):
    assert does.run("link.straighten")
    assert not does.run("link.unbend")

    assert does.run("link.bend")

    assert len(points(canvas)) == 1
    assert canvas.keys.focus == bend_spot(LINK, 0)
    canvas.document.undo()
    assert canvas.keys.focus == WIRE


def test_escape_leaves_a_bend_for_its_link(canvas, keys):
    keys(K.Key_Tab, K.Key_Escape)

    assert canvas.keys.focus == WIRE


def test_of_a_focused_link_it_is_known_which_one_changes_places(canvas, keys, does):
    first, second = Link("one", "int", "sum", "a"), Link("two", "int", "sum", "b")
    canvas.keys.focused.put(Hit("wire", link=second))
    canvas.select(())

    assert does.run("link.swap")

    assert Link("two", "int", "sum", "a") in canvas.scene.wires
    assert Link("one", "int", "sum", "b") in canvas.scene.wires
    assert first not in canvas.scene.wires
