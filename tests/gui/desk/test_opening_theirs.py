"""ComfyUI's files open as workflows that no file has yet, and say what is not the same."""

import io
import itertools
import json

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QEvent, QObject, QPointF, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip

from gui.bridge.known import core
from gui.bridge.state import EngineState
from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.desk.desk import Desk
from gui.desk.opening import read, what_is
from gui.docks.help_text import help_html
from gui.document.accepting import accepted
from gui.editor import Editor
from gui.joints.documents import WAITS
from gui.running.carried import carried
from gui.running.checking import Checker
from gui.running.status import Status
from gui.theme import DARK
from gui.window import Window
from nodegraph.catalogue import to_json
from nodegraph.edits import SetParam
from nodegraph.workflow import catalogue, save
from tests.nodegraph.comfy.workflows import node, workflow

DATA = workflow([node(1, "KSampler", values=[7, "fixed", 20, 8, "euler", "normal", 1])])
DATA["nodes"].append(node(2, "Unheard", values=[3]))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(DATA))
    return path


@pytest.fixture
def picture(tmp_path):
    info = PngInfo()
    info.add_text("workflow", json.dumps(DATA))
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG", pnginfo=info)
    path = tmp_path / "theirs.png"
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture(scope="module")
def known():
    return catalogue()


def test_saving_does_not_replace_a_file_of_theirs(qapp, file, known):
    found = read(file, known)
    assert found.path is None
    assert "of 2 nodes" in found.notes[0]


def test_what_was_saved_here_is_a_file_like_any_other(qapp, file, known, tmp_path):
    save(read(file, known).graph, tmp_path / "ours.json")
    found = read(tmp_path / "ours.json", known)
    assert (found.path, found.notes) == (tmp_path / "ours.json", ())


def test_a_picture_of_theirs_opens_as_its_workflow(qapp, picture, known):
    assert what_is(picture) == "picture"
    assert len(read(picture, known).graph) > 1


def test_each_node_that_is_not_the_same_warns_until_it_is_changed(qapp, file, known):
    graph = read(file, known).graph
    warned = {problem.node: problem for problem in carried(graph)}
    assert {problem.level for problem in warned.values()} == {"warning"}
    assert "the class Unheard is not known here" in {one.remedy for one in warned.values()}
    (sampler,) = (one for one in warned if graph[one].type == "sampling.sample")
    graph.apply(SetParam(sampler, "cfg", 3.0))
    assert sampler not in {problem.node for problem in carried(graph)}


def test_nodes_that_are_taller_here_make_room_for_each_other(qapp, tmp_path, known):
    from gui.desk.unstacking import unstack

    stacked = [
        node(number, "EmptyImage", values=[64, 64, 1, 0], pos=[0, 40 * number], size=[200, 30])
        for number in range(1, 5)
    ]
    path = tmp_path / "stacked.json"
    path.write_text(json.dumps(workflow(stacked)))
    graph = read(path, known).graph
    tops = sorted(place["pos"][1] for place in graph.view["nodes"].values())
    assert all(low - high > 40 for high, low in itertools.pairwise(tops))
    before = json.dumps(graph.view)
    unstack(graph)
    assert json.dumps(graph.view) == before


def test_before_the_node_types_are_known_a_file_of_theirs_waits(qapp, file, known, tmp_path):
    found, heard = core(), []
    desk = Desk(lambda: found, tmp_path / "journals")
    desk.waits.connect(lambda path, sentence: heard.append((path, sentence)))
    desk.failed.connect(lambda *_: pytest.fail("it only waits"))
    assert desk.open(file) is None
    assert desk.open(file) is None
    (sentence,) = {sentence for _, sentence in heard}
    assert sentence == (
        "theirs.json is ComfyUI's: it opens as soon as the engine tells what nodes there are."
    )
    desk.open_waiting()
    assert desk.documents == []
    found = known
    desk.open_waiting()
    desk.open_waiting()
    (document,) = desk.documents
    assert len(document.graph) > 1
    desk.close(document)


def test_the_very_first_start_opens_a_file_of_theirs_once_the_engine_has_told(
    qtbot, settings, appearance, known, file
):
    window = Window(settings, appearance)
    qtbot.addWidget(window)
    editor = window.editor = Editor(window, settings, appearance)
    editor.desk.open(file)
    assert WAITS in editor.bars
    editor.engine._take_catalogue(json.loads(json.dumps(to_json(known.values()))))
    assert WAITS not in editor.bars
    assert [len(one.graph) > 1 for one in editor.desk.documents] == [True]
    editor.end()
    window.quit()


def marks(status):
    return {path: state.mark for path, state in status.nodes.items() if state.mark}


@pytest.fixture
def checked(qtbot, file, known, tmp_path):
    """A desk with the file open, and its checker with an engine that never answers."""

    class Asleep(QObject):
        catalogue_changed, state_changed = Signal(), Signal()
        catalogue, state = known, EngineState()

    desk = Desk(lambda: known, tmp_path / "journals")
    document = desk.open(file)
    status = Status(document)
    engine = Asleep(status)
    checker = Checker(engine, status)
    checker.check()
    yield document, status, checker
    desk.close(document)


def test_nodes_wear_what_they_are_not_until_somebody_accepts_it(checked, tmp_path, known):
    document, status, checker = checked
    found = marks(status)
    assert sorted(found.values()) == ["approximate", "unsupported"]
    (sampler,) = (path for path, mark in found.items() if mark == "approximate")
    assert "draw their noise on the CPU" in status.nodes[sampler].why
    document.apply(accepted(document.graph, [sampler]))
    checker.check()
    assert sampler not in marks(status)
    assert sampler not in {one.node for one in carried(document.graph)}
    save(document.graph, tmp_path / "kept.json")
    assert sampler not in {one.node for one in carried(read(tmp_path / "kept.json", known).graph)}
    document.undo()
    checker.check()
    assert marks(status)[sampler] == "approximate"


def test_a_node_that_is_changed_is_marked_no_more(checked):
    document, status, checker = checked
    (sampler,) = (path for path, mark in marks(status).items() if mark == "approximate")
    (schedule,) = (one.id for one in document.graph if one.type == "sampling.schedule")
    document.apply(SetParam(schedule, "steps", 3))
    checker.check()
    assert sampler not in marks(status)


def test_a_mark_says_why_where_the_pointer_rests(qtbot, checked, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, __: said.append(text))
    document, status, _ = checked
    canvas = Canvas(document, Looks(DARK))
    qtbot.addWidget(canvas)
    for path, state in status.nodes.items():
        canvas.set_state(path, state)
    (path,) = (path for path, mark in marks(status).items() if mark == "approximate")
    canvas.resize(600, 400)
    canvas.fit({path})
    card = canvas.scene.cards[path]
    at = QPointF(*canvas.camera.to_view(card.x + 16, card.y + 12)).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, at, canvas.mapToGlobal(at))
    QApplication.sendEvent(canvas, event)
    assert [text for text in said if "draw their noise on the CPU" in text]
    assert status.nodes[path].why in help_html(
        document.graph.spec(path), {}, canvas.looks.theme, status.nodes[path].why
    )
