import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.adding import Offer, added, offers
from gui.canvas.camera import Camera
from gui.canvas.fuzzy import score
from gui.canvas.linkable import End
from gui.canvas.palette import Palette
from gui.document.placing import place
from nodegraph.graph import Link
from tests.gui.canvas.hand import Hand


@pytest.fixture
def palette(canvas):
    made = Palette(canvas)
    canvas.look(Camera(40, 40, 0))
    return made


def types(found):
    return [offer.spec.id for offer in found]


def test_pieces_of_a_name_fit_and_beginnings_of_words_fit_best():
    assert score("kn", "Kernel noise") > score("kn", "Unknown")
    assert score("noise", "Noise") > score("noise", "Denoise begin")
    assert score("dn", "noise") is None
    assert score("step sched", "Scheduler step") is not None
    assert score("vaedec", "VAE decode") is not None


def test_letters_scattered_over_a_name_do_not_fit_it():
    assert score("mute", "Remove unused subgraphs") is None
    assert score("grid", "Align: Right edges made") is None
    assert score("n", "Undo") is None
    assert score("u", "Undo") is not None


def test_a_search_lists_the_best_first(graph):
    assert types(offers(graph, "add"))[0] == "toy.add"


def test_of_a_zone_the_begin_alone_is_offered(graph):
    found = types(offers(graph, "repeat"))

    assert "toy.repeat.begin" in found
    assert "toy.repeat.end" not in found


def test_from_a_dragged_output_only_what_takes_it_is_offered(graph):
    found = {offer.spec.id: offer.socket for offer in offers(graph, "", End("one", "int", True))}

    assert found["toy.add"] == "a"
    assert found["toy.scale"] == "x"
    assert "toy.length" not in found


def test_from_a_dragged_input_only_what_gives_it_is_offered(graph):
    found = types(offers(graph, "", End("sum", "a", False)))

    assert "toy.number" in found
    assert "toy.text" not in found


def test_a_zone_is_added_with_both_its_nodes(graph):
    edit, _ = added(graph, Offer(graph.catalogue["toy.repeat.begin"]), (100, 200), None)

    graph.apply(edit)

    zones = {node.id: node.zone for node in graph if node.zone not in ("", "z")}
    assert len(zones) == 2
    assert len(set(zones.values())) == 1


def test_a_double_click_on_nothing_opens_the_search_and_enter_adds(canvas, palette):
    at = Hand(canvas)._at(260, 500)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert palette.isVisible()

    QTest.keyClicks(palette.line, "add")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)

    assert not palette.isVisible()
    assert canvas.selected == {"add"}
    assert place(canvas.document.graph, "add").pos == (260, 486)
    canvas.document.undo()
    assert "add" not in canvas.scene.cards


def test_a_link_dropped_on_nothing_is_linked_to_what_is_chosen(canvas, palette):
    hand = Hand(canvas)
    hand.drag(hand.socket("sum", "int", output=True), (400, 500))

    QTest.keyClicks(palette.line, "scale")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)

    assert Link("sum", "int", "scale", "x") in canvas.scene.wires
    canvas.document.undo()
    assert "scale" not in canvas.scene.cards
    assert not canvas.document.can_undo


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Tab])
def test_a_key_opens_the_search_at_the_pointer_and_escape_closes_it(canvas, palette, key):
    QTest.keyClick(canvas, key)
    assert palette.isVisible()

    QTest.keyClick(palette.line, Qt.Key.Key_Escape)

    assert not palette.isVisible()
    assert not canvas.document.dirty


def test_the_arrows_move_in_the_list(canvas, palette):
    QTest.keyClick(canvas, Qt.Key.Key_Space)

    QTest.keyClick(palette.line, Qt.Key.Key_Down)

    assert palette.list.currentRow() == 1


def test_the_list_is_painted(canvas, palette):
    QTest.keyClick(canvas, Qt.Key.Key_Space)

    assert not palette.grab().isNull()
