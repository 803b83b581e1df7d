"""ComfyUI's files open as workflows that no file has yet, and say what is not the same."""

import io
import itertools
import json

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gui.bridge.known import core
from gui.desk.opening import read, what_is
from gui.running.carried import carried
from nodegraph.edits import SetParam
from nodegraph.errors import WorkflowError
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


def test_before_the_node_types_are_known_a_file_of_theirs_waits(qapp, file):
    with pytest.raises(WorkflowError, match="once the node types are known"):
        read(file, core())
