"""The form sets what the graph has, follows it, and is ordered by hand and by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from gui.document.document import Document
from gui.document.seeds import locked
from gui.form.exposing import is_shown, toggle
from nodegraph.edits import AddNode, RemoveNode, SetParam
from nodegraph.errors import GraphError
from nodegraph.form import with_field
from nodegraph.form_field import Field
from nodegraph.graph import Graph, Node
from nodegraph.workflow import catalogue, dumps
from tests.nodegraph import toys
from tests.nodegraph.toys import n


def names(document):
    return [field.name for field in document.graph.form]


def test_every_field_has_a_widget_that_says_its_name(panel):
    kinds = {name: type(row.editor).__name__ for name, row in panel.rows.items()}
    assert kinds == {
        "prompt": "Text",
        "negative_prompt": "Text",
        "seed": "Seed",
        "steps": "Slid",
        "cfg": "Slid",
        "width": "Slid",
        "height": "Slid",
    }
    said = [row.editor.control.accessibleName() for row in panel.rows.values()]
    assert said[:3] == ["Prompt", "Negative prompt", "Seed"]
    assert panel.rows["prompt"].note.text() == "What the picture shows."


def test_what_is_typed_at_one_go_is_one_step(panel, document):
    text = panel.rows["prompt"].editor.text
    text.selectAll()
    QTest.keyClicks(text, "a fox")
    assert document.graph["prompt"].params["text"] == "a fox"
    assert document.undo_title == "Set Prompt"
    document.undo()
    assert (text.toPlainText(), document.can_undo) == (
        "a happy red fox on a gray background",
        False,
    )


def test_a_slider_and_its_number_say_the_same(panel, document):
    steps = panel.rows["steps"].editor
    steps.slider.setValue(29)
    assert (document.graph["schedule"].params["steps"], steps.line.text()) == (30, "30")
    steps.line.selectAll()
    QTest.keyClicks(steps.line, "10*8")
    assert (document.graph["schedule"].params["steps"], steps.slider.value()) == (80, 49)


def test_what_does_not_fit_is_said_and_set_nowhere(panel, document):
    row = panel.rows["steps"]
    row.editor.line.selectAll()
    QTest.keyClicks(row.editor.line, "0")
    assert "0 is below 1" in row.note.text()
    assert document.graph["schedule"].params["steps"] == 20
    row.editor.line.selectAll()
    QTest.keyClicks(row.editor.line, "5")
    assert row.note.text() == "More take longer and settle finer details."


def test_it_follows_edits_made_elsewhere(panel, document):
    document.apply(SetParam("guidance", "cfg", 5.5))
    assert panel.rows["cfg"].editor.line.text() == "5.5"
    document.apply(RemoveNode("guidance"))
    assert "cfg" not in panel.rows
    document.undo()
    assert "cfg" in panel.rows


def test_a_seed_is_rolled_and_locked(panel, document):
    seed = panel.rows["seed"].editor
    seed.die.click()
    assert document.graph["noise"].params["seed"] == int(seed.line.text())
    seed.lock.click()
    assert locked(document.graph, "noise") == {"seed"}
    assert seed.lock.isChecked()


def test_fields_are_moved_by_keys(panel, document):
    QTest.keyClick(panel.rows["negative_prompt"].handle, Qt.Key.Key_Down)
    assert names(document)[:3] == ["prompt", "seed", "negative_prompt"]
    QTest.keyClick(panel.rows["prompt"].handle, Qt.Key.Key_Up)
    assert names(document)[0] == "prompt"
    document.undo()
    assert list(panel.rows)[1] == "negative_prompt"


def test_run_is_wanted_and_its_result_shown(qtbot, panel):
    with qtbot.waitSignal(panel.run_wanted):
        QTest.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    image = QImage(64, 32, QImage.Format.Format_RGB32)
    image.fill(0)
    panel.show_result(image)
    assert not panel.result.isHidden()
    panel.show_result(None)
    assert panel.result.isHidden()


def test_alone_in_a_window_the_result_stands_beside_the_fields(panel):
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(0)
    panel.show_result(image)
    panel.resize(1000, 700)
    panel.stand_alone(True)
    panel.layout().activate()
    assert panel.result.x() >= 420
    panel.stand_alone(False)
    assert panel.result.parentWidget() is not panel
    assert not panel.result.isHidden()


def test_an_empty_form_says_what_to_do(panel):
    panel.show_document(Document(toys.graph({"one": n("number")})))
    assert panel.empty.isVisible()
    panel.show_document(None)
    assert not panel.run.isEnabled()


@pytest.fixture
def toy(panel):
    graph = toys.graph(
        {
            "one": n("number"),
            "say": n("text"),
            "pick": n("switch", if_true="one.int", if_false="one.int"),
            "file": n("read"),
        }
    )
    for name, place in {"color": ("say", "color"), "on": ("pick", "condition")}.items():
        graph.apply(with_field(graph, Field(name, *place)))
    graph.apply(with_field(graph, Field("path", "file", "path")))
    graph.apply(with_field(graph, Field("value", "one", "value")))
    made = Document(graph)
    panel.show_document(made)
    return made


def test_choices_switches_and_files_are_set(panel, toy):
    panel.rows["color"].editor.box.textActivated.emit("green")
    panel.rows["on"].editor.box.click()
    panel.rows["path"].editor.chosen("/a/b.txt")
    assert toy.graph["say"].params["color"] == "green"
    assert toy.graph["pick"].params["condition"] is False
    assert toy.graph["file"].params["path"] == "/a/b.txt"


@pytest.mark.qt_log_ignore("This plugin does not support (raise|grabbing)", extend=True)
def test_models_that_a_field_may_name_are_offered_and_one_is_chosen(panel):
    graph = Graph(catalogue())
    graph.apply(AddNode(Node("teach", "text.embedding")))
    graph.apply(with_field(graph, Field("word", "teach", "path")))
    known = {"embeddings": ["people/fox.safetensors"]}
    panel.model_names = lambda kind: known[kind]
    document = Document(graph)
    panel.show_document(document)
    line = panel.rows["word"].editor.line
    known["embeddings"].append("owl.safetensors")
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    offered = line.completer().completionModel()
    assert [offered.index(row, 0).data() for row in range(offered.rowCount())] == known[
        "embeddings"
    ]
    popup = line.completer().popup()
    assert popup.isVisible()
    QTest.keyClicks(popup, "OW")
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert line.text() == graph["teach"].params["path"] == "owl.safetensors"
    assert document.undo_title == "Set Path"


def test_what_a_link_drives_is_only_shown(panel, toy):
    graph = toys.graph({"one": n("number"), "two": n("number", value="one.int")})
    graph.apply(with_field(graph, Field("second", "two", "value")))
    panel.show_document(Document(graph))
    row = panel.rows["second"]
    assert not row.editor.isEnabled()
    assert row.note.text() == "The graph sets it: a link from one drives it."


def test_a_parameter_is_shown_in_the_form_and_taken_out(toy, panel):
    toggle(toy, "say", "value")
    assert is_shown(toy.graph, "say", "value")
    assert toy.undo_title == "Show value in the form"
    assert list(panel.rows)[-1] == "value_2"
    toggle(toy, "say", "value")
    assert not is_shown(toy.graph, "say", "value")
    before = dumps(toy.graph)
    with pytest.raises(GraphError, match="has no parameter 'nothing'"):
        toggle(toy, "say", "nothing")
    assert dumps(toy.graph) == before
