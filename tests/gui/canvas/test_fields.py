import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit

from gui.canvas.buttons import room
from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.tools.press import press
from gui.document.document import Document
from gui.document.seeds import draw
from nodegraph.edits import AddNode, RemoveNode, SetView
from nodegraph.graph import Graph, Node
from nodegraph.workflow import catalogue
from tests.gui.canvas.hand import Hand
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def canvas(qtbot, looks):
    graph = toys.graph(
        {
            "real": n("real", {"value": 2.0}),
            "text": n("text", {"value": "hello", "color": "red"}),
            "switch": n("switch", {"condition": True}),
            "seed": n("seeded", {"seed": 5}),
            "sum": n("add", {"plus": 3}, plus="source.int"),
            "source": n("number"),
        }
    )
    for index, name in enumerate(("real", "text", "switch", "seed", "sum", "source")):
        graph.apply(SetView("nodes", name, {"pos": [index % 3 * 280, index // 3 * 240]}))
    widget = Canvas(Document(graph), looks)
    qtbot.addWidget(widget)
    widget.resize(1000, 700)
    widget.show()
    widget.look(Camera(40, 40, 0))
    return widget


@pytest.fixture
def hand(canvas):
    return Hand(canvas)


def middle(canvas, node_id, name):
    field = canvas.scene.cards[node_id].layout.fields[name]
    left, top, _, _ = canvas.scene.boxes[node_id]
    return left + field.x + field.width / 2, top + field.y + field.height / 2


def value(canvas, node_id, name):
    return canvas.document.graph[node_id].params[name]


def test_dragging_over_a_number_changes_it_in_one_step(canvas, hand):
    x, y = middle(canvas, "real", "value")

    hand.drag((x, y), (x + 40, y))

    assert value(canvas, "real", "value") == 7.0
    canvas.document.undo()
    assert value(canvas, "real", "value") == 2.0
    assert not canvas.document.can_undo


def test_a_click_on_a_number_opens_it_and_enter_keeps_the_sum(canvas, hand):
    hand.click(*middle(canvas, "real", "value"))
    assert isinstance(canvas.editor.widget, QLineEdit)

    QTest.keyClicks(canvas.editor.widget, "512*1.5")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert value(canvas, "real", "value") == 768.0
    assert canvas.editor is None


def test_escape_keeps_nothing(canvas, hand):
    hand.click(*middle(canvas, "real", "value"))
    QTest.keyClicks(canvas.editor.widget, "9")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Escape)

    assert value(canvas, "real", "value") == 2.0
    assert canvas.editor is None


def test_what_does_not_fit_stays_open_and_says_why(canvas, hand):
    hand.click(*middle(canvas, "real", "value"))
    QTest.keyClicks(canvas.editor.widget, "5000")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert "above 1000" in canvas.editor.note.text()
    assert not canvas.document.dirty


def test_a_text_of_several_lines_is_kept_when_it_is_left(canvas, hand):
    hand.click(*middle(canvas, "text", "value"))
    assert isinstance(canvas.editor.widget, QPlainTextEdit)
    QTest.keyClicks(canvas.editor.widget, "two")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)
    QTest.keyClicks(canvas.editor.widget, "lines")

    hand.click(700, 500)

    assert value(canvas, "text", "value") == "two\nlines"


def test_a_choice_is_made_from_a_list(canvas, hand):
    hand.click(*middle(canvas, "text", "color"))
    assert isinstance(canvas.editor.widget, QListWidget)

    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Down)
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert value(canvas, "text", "color") == "green"


def test_a_click_switches_a_switch(canvas, hand):
    hand.click(*middle(canvas, "switch", "condition"))

    assert value(canvas, "switch", "condition") is False


def test_tab_goes_on_to_the_next_parameter(canvas, hand):
    hand.click(*middle(canvas, "text", "value"))

    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Tab)

    assert isinstance(canvas.editor.widget, QListWidget)


def test_a_seed_is_a_text_and_may_be_random(canvas, hand):
    x, y = middle(canvas, "seed", "seed")
    hand.click(x - 40, y)
    QTest.keyClicks(canvas.editor.widget, "random")
    QTest.keyClick(canvas.editor.widget, Qt.Key.Key_Return)

    assert value(canvas, "seed", "seed") == "random"


def test_a_parameter_that_a_link_drives_is_not_edited(canvas, hand):
    hand.click(*middle(canvas, "sum", "plus"))

    assert canvas.editor is None
    assert canvas.selected == {"sum"}


@pytest.mark.parametrize("leave", ["zoom", "remove"])
def test_the_editor_goes_with_what_it_stands_on(canvas, hand, leave):
    hand.click(*middle(canvas, "real", "value"))

    if leave == "zoom":
        canvas.zoom(1)
    else:
        canvas.document.apply(RemoveNode("real"))

    assert canvas.editor is None


def button(canvas, node_id, name, index):
    field = canvas.scene.cards[node_id].layout.fields[name]
    left, top, _, _ = canvas.scene.boxes[node_id]
    return left + field.x + field.width - 4 - room(field) + 20 * index + 10, top + field.y + 12


def test_the_dice_draws_another_seed_and_undo_brings_it_back(canvas, hand):
    hand.click(*button(canvas, "seed", "seed", 0))

    assert value(canvas, "seed", "seed") != 5
    canvas.document.undo()
    assert value(canvas, "seed", "seed") == 5


def test_a_locked_seed_is_not_drawn_anew(canvas, hand):
    before = canvas.grab().toImage()
    hand.click(*button(canvas, "seed", "seed", 1))
    hand.click(*button(canvas, "seed", "seed", 0))

    assert value(canvas, "seed", "seed") == 5
    assert draw(canvas.document.graph) is None
    assert canvas.grab().toImage() != before
    hand.click(*button(canvas, "seed", "seed", 1))
    assert draw(canvas.document.graph) is not None


@pytest.fixture
def teaching(qtbot, looks):
    """A node that names an embedding, on a machine with some."""
    graph = Graph(catalogue())
    graph.apply(AddNode(Node("teach", "text.embedding")))
    graph.apply(SetView("nodes", "teach", {"pos": [40, 40]}))
    widget = Canvas(Document(graph), looks)
    qtbot.addWidget(widget)
    widget.resize(600, 400)
    widget.model_names = {"embeddings": ["people/fox.safetensors", "owl.safetensors"]}.get
    widget.show()
    return widget


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_models_that_a_parameter_may_name_are_offered_and_one_is_chosen(teaching):
    teaching.editing.open("teach", "path")
    completer = teaching.editing.editor.widget.completer()
    offered = completer.completionModel()
    names = [offered.index(row, 0).data() for row in range(offered.rowCount())]
    assert names == ["people/fox.safetensors", "owl.safetensors"]
    completer.setCompletionPrefix("FOX")
    assert completer.currentCompletion() == "people/fox.safetensors"
    completer.activated[str].emit("people/fox.safetensors")
    assert value(teaching, "teach", "path") == "people/fox.safetensors"
    assert teaching.editing.editor is None


def test_a_file_may_be_browsed_for_where_a_model_is_named(teaching, qtbot):
    from gui.desk.relinking import named

    assert named(teaching.document.graph, "teach").what == "file"
    with qtbot.waitSignal(teaching.browse, timeout=1000) as asked:
        press(teaching, "teach", "path", "browse")
    assert asked.args == ["teach", "path"]
