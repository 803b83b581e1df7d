"""The view, read with doubt and written neatly."""

import pytest

from gui.document import placing
from gui.document.placing import Place, place
from nodegraph.edits import SetView
from nodegraph.graph import Link


def test_a_place_is_read_as_it_was_written(toy):
    written = {"pos": [1, 2.5], "size": [30, 40], "color": "#fff", "collapsed": True}
    toy.apply(SetView("nodes", "one", written))
    toy.apply(SetView("frames", "f", {"pos": [0, 0], "size": [5, 5], "title": "Frame"}))
    toy.apply(SetView("notes", "n", {"text": "*Note*"}))
    assert place(toy, "one") == Place((1.0, 2.5), (30.0, 40.0), "#fff", True)
    assert place(toy, "f", "frames") == Place((0.0, 0.0), (5.0, 5.0), text="Frame")
    assert place(toy, "n", "notes") == Place(text="*Note*")


RUBBISH = [7, [], {"pos": "left"}, {"pos": [1]}, {"pos": [1, "2"], "size": {}}, {"color": 3}]


@pytest.mark.parametrize("value", [*RUBBISH, {"pos": [float("inf"), 0]}], ids=str)
def test_a_place_nobody_can_read_is_none(toy, value):
    toy.view["nodes"] = {"one": value}
    assert place(toy, "one") == Place()
    toy.view["nodes"] = value
    assert place(toy, "one") == Place()


def test_nodes_nobody_has_put_anywhere_are_found(toy):
    assert set(placing.unplaced(toy)) == {node.id for node in toy} - {"one"}


def test_a_move_is_one_edit_on_whole_pixels_that_keeps_the_rest(toy):
    toy.apply(SetView("nodes", "one", {"pos": [1, 2], "color": "#fff", "of": "others"}))
    edit = placing.move(toy, {"one": (10.4, 19.6), "two": (0, 0)})
    undo = toy.apply(edit)
    assert edit.label == "Move 2 nodes"
    assert toy.view["nodes"]["one"] == {"pos": [10, 20], "color": "#fff", "of": "others"}
    toy.apply(undo)
    assert toy.view["nodes"]["one"]["pos"] == [1, 2]


def test_sizes_colors_and_texts_are_set_and_taken_away(toy):
    toy.apply(placing.resize(toy, "two", (100.2, 50)))
    toy.apply(placing.paint(toy, "two", "#abc"))
    toy.apply(placing.collapse(toy, "two", True))
    toy.apply(placing.write(toy, "frames", "f", "Frame"))
    assert place(toy, "two") == Place(None, (100.0, 50.0), "#abc", True)
    assert place(toy, "f", "frames").text == "Frame"
    toy.apply(placing.paint(toy, "two", ""))
    toy.apply(placing.collapse(toy, "two", False))
    toy.apply(placing.write(toy, "frames", "f", ""))
    assert toy.view["nodes"]["two"] == {"size": [100, 50]}
    assert "frames" not in toy.view


def test_a_link_is_led_through_points_and_straight_again(toy):
    link = Link("one", "int", "all", "items", 0)
    toy.apply(placing.bend(toy, link, [(1.2, 2), (3, 4)]))
    assert placing.bends(toy, link) == [(1.0, 2.0), (3.0, 4.0)]
    toy.apply(placing.bend(toy, link, []))
    assert (placing.bends(toy, link), "links" in toy.view) == ([], False)


def test_a_free_key_is_nobodys(toy):
    toy.apply(placing.write(toy, "notes", "note_1", "a"))
    assert placing.free_key(toy, "notes", "note") == "note_2"
