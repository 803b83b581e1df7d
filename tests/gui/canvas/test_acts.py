import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication

from gui.canvas.camera import Camera
from gui.canvas.commands import commands
from gui.canvas.minimap import Minimap
from gui.document.placing import bends, place
from nodegraph.edits import AddNode, SetView
from nodegraph.graph import Link, Node


@pytest.fixture
def can(canvas):
    canvas.look(Camera(40, 40, 0))
    return {command.id: command for command in commands(lambda: canvas)}


@pytest.fixture
def clipboard(qapp):
    yield QGuiApplication.clipboard()
    QGuiApplication.clipboard().clear()


def pos(canvas, node_id):
    return place(canvas.document.graph, node_id).pos


def test_without_a_canvas_nothing_can_be_done():
    for command in commands(lambda: None):
        assert not command.enabled()
        assert command.text
        command.run()


def test_every_command_says_what_it_does_and_no_key_stands_for_two(can):
    keys = [key for command in can.values() for key in command.keys]

    assert sorted(keys) == sorted(set(keys))
    assert [one.id for one in can.values() if not one.help.endswith(".")] == []


def test_deleting_removes_what_is_selected_in_one_step(canvas, can):
    canvas.select({"odd", "gather"})

    can["edit.delete"].run()

    assert {"odd", "gather"}.isdisjoint(canvas.scene.cards)
    assert canvas.document.undo_title == "Delete 2 nodes"
    canvas.document.undo()
    assert {"odd", "gather"} <= canvas.scene.cards.keys()


def test_a_duplicate_has_the_same_sources_and_is_selected(canvas, can):
    canvas.select({"sum"})

    can["edit.duplicate"].run()

    assert canvas.selected == {"sum_2"}
    assert Link("one", "int", "sum_2", "a") in canvas.scene.wires
    assert canvas.document.undo_title == "Duplicate 1 node"


def test_what_is_copied_is_readable_and_pasted_at_the_pointer(canvas, can, clipboard):
    canvas.select({"one", "sum"})

    can["edit.copy"].run()
    assert '"plus": 5' in clipboard.text()
    can["edit.paste"].run()

    assert canvas.selected == {"one_2", "sum_2"}
    assert Link("one_2", "int", "sum_2", "a") in canvas.scene.wires
    assert pos(canvas, "one_2") == (460, 300), "the middle of the view, on the grid"


def test_pasting_twice_in_one_place_hides_nothing(canvas, can, clipboard):
    canvas.select({"two"})
    can["edit.copy"].run()

    can["edit.paste"].run()
    can["edit.paste"].run()

    assert pos(canvas, "two_2") != pos(canvas, "two_3")


def test_cutting_leaves_it_on_the_clipboard(canvas, can, clipboard):
    canvas.select({"two"})

    can["edit.cut"].run()

    assert "two" not in canvas.scene.cards
    assert canvas.document.undo_title == "Cut Number"
    assert "toy.number" in clipboard.text()


@pytest.mark.parametrize("text", ["rubbish", "{}", "[1, 2]", "   ", '{"nodes": 3}'])
def test_a_paste_of_rubbish_is_refused_in_words(qtbot, canvas, can, clipboard, text):
    clipboard.setText(text)

    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        can["edit.paste"].run()

    assert "paste" in said.args[0]
    assert not canvas.document.dirty


def test_files_on_the_clipboard_are_as_if_they_were_dropped(qtbot, canvas, can, clipboard):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a.png")])
    clipboard.setMimeData(data)

    with qtbot.waitSignal(canvas.dropped, timeout=1000) as dropped:
        can["edit.paste"].run()

    assert dropped.args[0].hasUrls()


def test_frames_and_notes_are_copied_and_deleted_with_the_rest(canvas, can, clipboard):
    canvas.document.apply(SetView("notes", "n", {"pos": [0, 500], "text": "hello"}))
    canvas.select({"one"}, [("notes", "n")])

    can["edit.duplicate"].run()
    assert ("notes", "n_2") in canvas.marks.areas
    can["edit.delete"].run()

    assert set(canvas.scene.notes) == {"n"}
    assert canvas.document.undo_title == "Delete 2 things"


@pytest.mark.parametrize(
    ("id", "chosen", "found"),
    [
        ("all", (), 8),
        ("none", ("one",), 0),
        ("invert", ("one", "two"), 6),
        ("upstream", ("sum",), {"one", "two", "sum"}),
        ("downstream", ("within",), {"within", "end"}),
        ("linked", ("odd",), 8),
    ],
)
def test_selecting_by_what_hangs_together(canvas, can, id, chosen, found):
    canvas.select(chosen)

    can[f"select.{id}"].run()

    assert (canvas.selected if isinstance(found, set) else len(canvas.selected)) == found


def test_muting_is_one_step_and_goes_back(canvas, can):
    canvas.select({"one", "two"})

    can["node.mute"].run()
    assert {canvas.document.graph[name].mode for name in ("one", "two")} == {"mute"}
    assert can["node.mute"].checked()
    assert canvas.document.undo_title == "Mute 2 nodes"

    can["node.mute"].run()
    assert canvas.document.graph["one"].mode == "run"


def test_bypassing_replaces_muting(canvas, can):
    canvas.select({"within"})
    can["node.mute"].run()

    can["node.bypass"].run()

    assert canvas.document.graph["within"].mode == "bypass"


def test_nodes_are_collapsed_and_expanded(canvas, can):
    canvas.select({"one", "sum"})

    can["node.collapse"].run()
    assert canvas.scene.cards["sum"].layout.collapsed
    can["node.collapse"].run()

    assert not canvas.scene.cards["sum"].layout.collapsed


def test_a_node_is_renamed_in_place(canvas, can):
    canvas.select({"one"})

    can["node.rename"].run()
    canvas.editor.widget.setText("Width")
    canvas.editor.commit()

    assert canvas.scene.cards["one"].title == "Width"


def test_another_id_is_typed_and_a_taken_one_refused_in_words(qtbot, canvas, can):
    canvas.select({"one"})

    can["node.rename_id"].run()
    canvas.editor.widget.setText("two")
    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        canvas.editor.commit()
    assert "already" in said.args[0]

    can["node.rename_id"].run()
    canvas.editor.widget.setText("width")
    canvas.editor.commit()
    assert canvas.selected == {"width"}
    assert Link("width", "int", "sum", "a") in canvas.scene.wires


def test_a_color_is_given_and_taken_away(canvas, can):
    canvas.select({"one", "two"})

    can["color.red"].run()
    assert canvas.scene.cards["one"].color
    assert can["color.red"].checked()
    assert not can["color.none"].checked()
    can["color.none"].run()

    assert not canvas.scene.cards["one"].color


def test_edges_are_aligned_and_gaps_made_equal(canvas, can):
    canvas.select({"one", "sum", "odd"})

    can["align.left"].run()
    assert {pos(canvas, name)[0] for name in ("one", "sum", "odd")} == {0}
    assert canvas.document.undo_title == "Align 3 nodes"
    canvas.document.undo()

    can["align.top"].run()
    assert {pos(canvas, name)[1] for name in ("one", "sum", "odd")} == {0}
    can["align.across"].run()
    assert canvas.document.undo_title.startswith(("Distribute", "Align"))


def test_laying_out_lets_links_run_to_the_right(canvas, can):
    can["layout.all"].run()

    for wire in canvas.scene.wires.values():
        assert wire.x1 < wire.x2
    assert canvas.document.undo_title == "Lay out 8 nodes"


def test_laying_out_a_selection_leaves_the_rest(canvas, can):
    canvas.select({"one", "two", "sum"})
    before = pos(canvas, "gather")

    can["layout.selection"].run()

    assert pos(canvas, "gather") == before


def test_a_frame_is_put_around_the_selection(canvas, can):
    canvas.select({"one", "two"})

    can["frame.add"].run()

    (frame,) = canvas.scene.frames.values()
    left, top, right, bottom = frame.box
    assert left < 0
    assert top < 0
    assert right > canvas.scene.boxes["two"][2]
    assert bottom > canvas.scene.boxes["two"][3]


def test_a_note_is_put_into_the_view(canvas, can):
    can["note.add"].run()

    assert len(canvas.scene.notes) == 1


def test_the_view_fits_zooms_and_goes_back(canvas, can):
    start = canvas.camera

    can["view.fit"].run()
    fitted = canvas.camera
    assert fitted != start
    assert can["view.back"].enabled()
    can["view.back"].run()
    assert canvas.camera == start
    can["view.forward"].run()
    assert canvas.camera == fitted

    can["view.actual_size"].run()
    assert canvas.camera.step == 0
    can["view.zoom_in"].run()
    assert canvas.camera.step == 2
    can["view.zoom_out"].run()
    assert canvas.camera.step == 0


def test_the_selection_fills_the_view(canvas, can):
    canvas.select({"one"})

    can["view.fit_selection"].run()

    assert canvas.camera.step == 0


def test_links_are_drawn_as_one_likes(canvas, can):
    can["links.straight"].run()
    assert canvas.scene.wires[Link("one", "int", "sum", "a")].course == "straight"
    assert can["links.straight"].checked()

    can["links.over"].run()
    assert canvas.options.over
    can["view.snap"].run()
    assert not canvas.options.snap


def test_links_of_a_type_are_hidden_and_shown(canvas, can):
    assert not can["links.hide_type"].enabled()
    canvas.marks.wire = Link("one", "int", "sum", "a")

    can["links.hide_type"].run()
    assert canvas.options.hidden == {"int"}
    can["links.show_types"].run()

    assert not canvas.options.hidden


def test_the_map_is_hidden_and_shown(canvas, can):
    minimap = Minimap(canvas)
    canvas.look(Camera(-4000, 0))
    assert minimap.isVisible()

    can["view.minimap"].run()
    assert minimap.isHidden()
    assert not can["view.minimap"].checked()
    can["view.minimap"].run()

    assert minimap.isVisible()


def test_undo_says_what_it_takes_back(canvas, can):
    assert can["edit.undo"].text == "Undo"
    assert not can["edit.undo"].enabled()
    canvas.select({"one", "two", "sum"})
    can["node.mute"].run()

    assert can["edit.undo"].text == "Undo Mute 3 nodes"
    can["edit.undo"].run()

    assert can["edit.redo"].text == "Redo Mute 3 nodes"
    can["edit.redo"].run()
    assert canvas.document.graph["one"].mode == "mute"


def test_two_links_into_a_node_change_places(canvas, can):
    canvas.select({"sum"})

    can["link.swap"].run()

    assert Link("two", "int", "sum", "a") in canvas.scene.wires
    assert Link("one", "int", "sum", "b") in canvas.scene.wires


def test_a_node_is_led_into_the_link_beneath_it(canvas, can):
    canvas.document.apply(AddNode(Node("new", "toy.identity")))
    canvas.document.apply(SetView("nodes", "new", {"pos": [440, 0]}))
    canvas.select({"new"})

    can["link.insert"].run()

    assert Link("sum", "int", "new", "value") in canvas.scene.wires


def test_where_no_link_is_beneath_a_sentence_says_so(qtbot, canvas, can):
    canvas.select({"gather"})

    with qtbot.waitSignal(canvas.said, timeout=1000) as said:
        can["link.insert"].run()

    assert "no link" in said.args[0]


def test_all_links_of_a_node_are_cut_in_one_step(canvas, can):
    canvas.select({"sum"})

    can["link.isolate"].run()

    assert not canvas.scene.wires_of("sum")
    assert canvas.document.undo_title == "Cut 3 links"


def test_a_bent_link_is_straightened(canvas, can):
    link = Link("one", "int", "sum", "a")
    canvas.document.apply(SetView("links", "sum.a.0", {"points": [[200, 100]]}))
    canvas.marks.wire = link

    can["link.straighten"].run()

    assert bends(canvas.document.graph, link) == []
