"""Painting in the whole editor: begun from a node, kept as one step, recovered after a crash."""

import numpy as np
import pytest
from PySide6.QtGui import QImage

from gui.document import recovery
from gui.form.exposing import toggle
from gui.form.files import Mask
from gui.painting.files import read_mask
from gui.painting.studio import Studio
from gui.viewers.look import Look
from nodegraph.edits import AddNode, Connect
from nodegraph.graph import Link, Node
from tests.gui.bridge.conftest import WAIT
from tests.gui.painting.conftest import Hand
from tests.nodegraph.engine.workers import node, written

NODES = {
    "made": node("toy.picture", seed=200),
    "mask": node("mask.paint", IMAGE="made.image"),
    "look": node("toy.look", IMAGE="made.image"),
}


@pytest.fixture
def seat(editor, qtbot, tmp_path):
    path = tmp_path / "toys.json"
    path.write_text(written(NODES))
    editor.begin([path])
    qtbot.waitUntil(
        lambda: editor.seat is not None and editor.engine.state.phase == "ready", timeout=WAIT
    )
    return editor.seat


@pytest.fixture
def studio(editor, seat, qtbot):
    """The view, opened by the command on a node whose picture has to be made first."""
    seat.canvas.select({"mask"})
    assert editor.window.commands.run("mask.paint")
    qtbot.waitUntil(lambda: editor.window.findChild(Studio) is not None, timeout=WAIT)
    return editor.window.findChild(Studio)


def test_what_is_painted_and_kept_is_one_step_and_a_file(editor, seat, studio, qtbot):
    assert studio.painted.size == (4, 4)
    assert studio.easel.image.pixelColor(1, 1).red() == 200
    studio.pen.set_brush(size=1)
    Hand(studio.easel).stroke((1.5, 2.5), (3.5, 2.5))
    with qtbot.waitSignal(studio.accepted, timeout=WAIT):
        studio.commands.run("painting.keep")

    path = seat.document.graph["mask"].params["path"]
    expected = np.zeros((4, 4), np.uint8)
    expected[2, 1:] = 255
    assert np.array_equal(np.array(read_mask(path)), expected)
    assert QImage(path).size().toTuple() == (4, 4)
    assert seat.document.undo_title == "Paint mask"
    editor.window.commands.run("edit.undo")
    assert seat.document.graph["mask"].params["path"] == ""
    assert not seat.document.can_undo


def test_cancel_and_keeping_what_was_not_touched_change_nothing(editor, seat, studio, tmp_path):
    studio.reject()
    assert not studio.isVisible()
    editor.window.commands.run("mask.paint")
    again = editor.window.findChildren(Studio)[-1]
    again.keep()
    assert not again.isVisible()
    assert not seat.document.can_undo
    assert not list((tmp_path / "editor").glob("pasted/*"))


def test_a_kept_mask_is_recovered_after_a_crash(editor, seat, studio, tmp_path):
    studio.commands.run("painting.fill")
    studio.keep()
    (journal,) = (tmp_path / "editor" / "journals").glob("*.journal")
    copy = tmp_path / "left.journal"
    copy.write_bytes(journal.read_bytes())
    left = recovery.take(copy)
    found = left.rebuild(editor.engine.catalogue).graph
    left.release()
    assert found["mask"].params == seat.document.graph["mask"].params
    assert read_mask(found["mask"].params["path"]).min() == 255


def test_a_mask_that_cannot_be_written_stays_in_view_and_says_why(seat, studio, tmp_path):
    (tmp_path / "editor" / "pasted").write_text("in the way")
    studio.commands.run("painting.fill")
    studio.keep()
    assert studio.isVisible()
    assert "annot save" in studio.said
    assert not seat.document.can_undo


def test_it_is_offered_where_there_is_a_picture_and_in_the_form(editor, seat, qtbot):
    seat.canvas.select({"look"})
    assert not editor.window.commands["mask.paint"].enabled()
    seat.canvas.select({"made"})
    assert editor.window.commands["mask.paint"].enabled()
    toggle(seat.document, "mask", "path")
    editor.window.findChild(Mask).paint.click()
    qtbot.waitUntil(lambda: editor.window.findChild(Studio) is not None, timeout=WAIT)

    studio = editor.window.findChild(Studio)
    studio.commands.rebind("painting.brush", ["Ctrl+B"])
    assert editor.settings.get("shortcuts", {})["painting.brush"] == ["Ctrl+B"]


def test_a_run_that_is_refused_leaves_nobody_waiting_for_a_later_one(editor, seat, qtbot):
    seat.document.apply(AddNode(Node("more", "toy.next")))
    seat.document.apply(Connect(Link("more", "int", "made", "seed")))
    seat.canvas.select({"mask"})
    with qtbot.waitSignal(editor.runner.refused, timeout=WAIT):
        editor.window.commands.run("mask.paint")
    seat.document.undo()
    seat.document.undo()
    with qtbot.waitSignal(editor.runner.ended, timeout=WAIT):
        editor.runner.run(seat.status, targets=["made"])

    place, seen = seat.looking.place(Look("made", "image")), []
    seat.looking.describe(place, seen.append, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1, timeout=WAIT)
    seat.looking.picture(place, 16, seen.append, seen.append, decoded=False)
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=WAIT)
    assert editor.window.findChild(Studio) is None
