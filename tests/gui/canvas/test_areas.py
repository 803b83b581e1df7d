import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.areas import add_note, frame_selection, removed, rename, set_color
from gui.canvas.camera import Camera
from gui.canvas.notes import laid_out
from gui.document.placing import place
from nodegraph.edits import Batch, SetView
from tests.gui.canvas.hand import Hand


@pytest.fixture
def hand(canvas):
    canvas.look(Camera(140, 140, 0))
    return Hand(canvas)


def frame(canvas, key, pos, size):
    canvas.document.apply(SetView("frames", key, {"pos": pos, "size": size}))


def box(canvas, kind, key):
    return canvas.scene.area_box((kind, key))


def double(canvas, hand, x, y):
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=hand._at(x, y))


def test_a_frame_is_made_around_what_is_selected(canvas):
    canvas.select({"one", "two"})

    key = frame_selection(canvas)

    left, top, right, bottom = canvas.scene.bounds({"one", "two"})
    assert box(canvas, "frames", key) == (left - 20, top - 48, right + 20, bottom + 20)
    assert canvas.marks.areas == {("frames", key)}


def test_around_nothing_no_frame_is_made(canvas):
    assert frame_selection(canvas) == ""
    assert not canvas.document.dirty


@pytest.mark.parametrize(
    ("at", "to", "expected"),
    [
        ((280, -40), (320, -40), (-40, -60, 320, 240)),
        ((-40, 100), (-80, 100), (-80, -60, 280, 240)),
        ((100, -60), (100, -100), (-40, -100, 280, 240)),
        ((280, 240), (320, 300), (-40, -60, 320, 300)),
    ],
)
def test_every_edge_of_a_frame_makes_it_larger(canvas, hand, at, to, expected):
    frame(canvas, "f", [-40, -60], [320, 300])

    hand.drag(at, to)

    assert box(canvas, "frames", "f") == expected
    canvas.document.undo()
    assert box(canvas, "frames", "f") == (-40, -60, 280, 240)


def test_a_frame_takes_along_the_frames_and_notes_in_it(canvas, hand):
    frame(canvas, "outer", [-80, -100], [400, 400])
    frame(canvas, "inner", [-40, -40], [300, 120])
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 260], "size": [100, 30]}))

    hand.drag((200, -90), (220, -70))

    assert box(canvas, "frames", "inner")[:2] == (-20, -20)
    assert box(canvas, "notes", "n")[:2] == (20, 280)
    assert place(canvas.document.graph, "one").pos == (20, 20)
    canvas.document.undo()
    assert canvas.document.graph.view["frames"]["inner"]["pos"] != [-20, -20]


def test_dragging_a_node_takes_selected_frames_and_notes_along(canvas, hand):
    frame(canvas, "f", [280, 280], [300, 200])
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500], "size": [100, 80]}))
    canvas.select({"one"}, [("frames", "f"), ("notes", "n")])

    hand.drag((60, 14), (100, 54))

    graph = canvas.document.graph
    assert place(graph, "one").pos == (40, 40)
    assert place(graph, "odd").pos == (340, 340), "it stands in the frame"
    assert box(canvas, "frames", "f")[:2] == (320, 320)
    assert box(canvas, "notes", "n")[:2] == (40, 540)
    assert canvas.document.undo_title == "Move 3 things"
    canvas.document.undo()
    assert place(graph, "one").pos == (0, 0)


def test_dragging_a_selected_note_takes_selected_nodes_along(canvas, hand):
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500], "size": [100, 80]}))
    canvas.select({"one"}, [("notes", "n")])

    hand.drag((50, 540), (90, 540))

    assert place(canvas.document.graph, "one").pos == (40, 0)
    assert box(canvas, "notes", "n")[:2] == (40, 500)


def test_headings_of_a_note_are_little_larger_than_its_text(qapp):
    text = laid_out("# Title\n\n## Part\n\ntext", 240.0, "#5b8fe0")
    sizes = []
    block = text.begin()
    while block.isValid():
        sizes.append(block.begin().fragment().charFormat().font().pixelSize())
        block = block.next()

    title, part, plain = sizes
    assert plain * 1.6 > title > part > plain


def test_a_title_of_a_frame_is_edited_in_place(canvas, hand):
    frame(canvas, "f", [-40, -60], [340, 340])

    double(canvas, hand, 100, -46)
    QTest.keyClicks(canvas.editor.widget, "Inputs")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert canvas.scene.frames["f"].title == "Inputs"
    assert canvas.editor is None


def test_a_note_is_added_and_written_at_once(canvas):
    key = add_note(canvas, (103, 398))
    QTest.keyClicks(canvas.editor.widget, "# Read me")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert canvas.scene.notes[key].text == "# Read me"
    assert box(canvas, "notes", key)[:2] == (100, 400)
    canvas.grab()


def test_escape_leaves_a_note_as_it_was(canvas):
    key = add_note(canvas, (100, 400))
    QTest.keyClicks(canvas.editor.widget, "nonsense")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Escape)

    assert canvas.scene.notes[key].text == ""


def test_a_note_fetches_nothing_and_shows_no_html():
    text = laid_out("![a](https://example.org/a.png) <b>bold</b> **strong**", 200.0, "#5b8fe0")

    assert text.resource(2, "https://example.org/a.png") is None
    assert "<b>bold</b>" in text.toPlainText()


def test_the_name_of_a_node_is_edited_in_place(canvas):
    rename(canvas, "one")
    QTest.keyClicks(canvas.editor.widget, "First")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert canvas.scene.cards["one"].title == "First"


def test_what_is_selected_is_colored_in_one_step(canvas):
    frame(canvas, "f", [-40, -60], [340, 340])
    canvas.select({"one", "two"}, [("frames", "f")])

    set_color(canvas, "#cc8844")

    assert canvas.scene.cards["two"].color == canvas.scene.frames["f"].color == "#cc8844"
    canvas.document.undo()
    assert canvas.scene.frames["f"].color == ""


def test_a_frame_that_is_removed_is_selected_no_more_and_its_nodes_stay(canvas):
    frame(canvas, "f", [-40, -60], [340, 340])
    canvas.select((), [("frames", "f")])

    canvas.document.apply(Batch(tuple(removed(canvas.marks.areas))))

    assert canvas.marks.areas == set()
    assert "one" in canvas.scene.cards


def test_a_rectangle_selects_the_frames_and_notes_wholly_in_it(canvas, hand):
    frame(canvas, "f", [-40, 400], [200, 100])
    canvas.document.apply(SetView("notes", "n", {"pos": [200, 420], "size": [400, 60]}))

    hand.drag((-60, 380), (300, 520))

    assert canvas.marks.areas == {("frames", "f")}
