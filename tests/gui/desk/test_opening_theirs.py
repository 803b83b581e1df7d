"""ComfyUI's files open as workflows that no file has yet, and say what is not the same."""

import io
import itertools
import json

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gui.bridge.known import core
from gui.desk.desk import Desk
from gui.desk.opening import read, what_is
from gui.editor import Editor
from gui.joints.documents import WAITS
from gui.running.carried import carried
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
