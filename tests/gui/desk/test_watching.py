"""What other programs do to open files is noticed; own saves are not."""

import os

import pytest

from gui.desk.comparing import difference
from gui.desk.watching import Watcher, fate_sentence, reload
from nodegraph.edits import SetParam
from nodegraph.workflow import dumps, loads, save
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def watcher(desk):
    return Watcher(desk)


@pytest.fixture
def other():
    return toys.graph({"one": n("number", {"value": 9}), "more": n("identity", value="one.int")})


def test_a_file_written_in_place_is_noticed(qtbot, desk, watcher, file, other):
    document = desk.open(file)
    with qtbot.waitSignal(watcher.changed, timeout=5000) as heard:
        file.write_text(dumps(other))
    assert heard.args == [document, "changed"]
    assert fate_sentence(document, "changed") == "work.json was changed by another program."


def test_a_file_replaced_whole_is_noticed_again_and_again(qtbot, desk, watcher, file, other):
    document = desk.open(file)
    for value in (1, 2):
        other.apply(SetParam("one", "value", value))
        with qtbot.waitSignal(watcher.changed, timeout=5000) as heard:
            save(other, file)
        assert heard.args == [document, "changed"]


def test_a_deleted_file_is_noticed_and_comes_back_by_saving(qtbot, desk, watcher, file):
    document = desk.open(file)
    with qtbot.waitSignal(watcher.changed, timeout=5000) as heard:
        file.unlink()
    assert heard.args == [document, "deleted"]
    assert "save to have it again" in fate_sentence(document, "deleted")
    assert document.dirty
    document.save()
    assert not document.dirty
    watcher.look()
    assert file.exists()


def test_own_saves_do_not_count(qtbot, desk, watcher, file, tmp_path):
    document, heard = desk.open(file), []
    watcher.changed.connect(lambda *_: heard.append(1))
    with qtbot.waitSignal(watcher._timer.timeout, timeout=5000):
        document.apply(SetParam("one", "value", 5))
        document.save()
    document.save(tmp_path / "elsewhere.json")
    os.utime(tmp_path / "elsewhere.json")
    watcher.look()
    assert heard == []


def test_a_closed_document_is_not_watched(desk, watcher, file):
    desk.close(desk.open(file))
    assert watcher._files.files() == watcher._files.directories() == []


def test_a_file_changed_on_both_sides_says_so(desk, file):
    document = desk.open(file)
    document.apply(SetParam("one", "value", 5))
    assert "you have changed it too" in fate_sentence(document, "changed")


def test_reloading_is_a_step_that_can_be_undone(desk, watcher, file, other):
    document = desk.open(file)
    document.apply(SetParam("one", "value", 5))
    before = dumps(document.graph)
    save(other, file)
    assert reload(desk, document)
    assert {node.id for node in document.graph} == {"one", "more"}
    assert (document.dirty, document.graph["one"].params) == (False, {"value": 9})
    assert document.undo_title == "Reload from disk"
    document.undo()
    assert (dumps(document.graph), document.dirty) == (before, True)


def test_what_cannot_be_read_is_not_taken_over(desk, file, said):
    document = desk.open(file)
    before = dumps(document.graph)
    file.write_text("{")
    assert not reload(desk, document)
    assert "it is not JSON" in said[0]
    assert (dumps(document.graph), document.can_undo) == (before, False)


def test_any_graph_becomes_any_other_and_back(other):
    everything = toys.everything(end=n("toy.repeat.end", zone="z", value="begin.value"))
    for one, two in ((everything, other), (other, everything)):
        text = dumps(one)
        graph, target = (loads(dumps(made), toys.registry) for made in (one, two))
        undo = graph.apply(difference(graph, target, "Reload"))
        assert loads(dumps(graph), toys.registry).view == target.view
        assert {*graph.links()} == {*target.links()}
        assert {node.id: node for node in graph} == {node.id: node for node in target}
        assert graph.subgraphs.keys() == target.subgraphs.keys()
        graph.apply(undo)
        assert dumps(graph) == text
