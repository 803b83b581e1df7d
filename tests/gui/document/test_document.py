"""A document announces what it does, and knows whether its file has it."""

from pathlib import Path

import pytest

from gui.document.document import Document
from nodegraph.edits import Batch, RemoveNode, SetParam
from nodegraph.storage import StorageError
from nodegraph.workflow import dumps


def test_each_edit_is_announced_before_and_after_it_is_made(document):
    values = []
    for signal in (document.changing, document.changed):
        signal.connect(lambda edit: values.append((edit, document.graph["one"].params["value"])))
    edit = SetParam("one", "value", 5)
    document.apply(edit)
    assert values == [(edit, 1), (edit, 5)]


def test_listeners_of_a_change_find_its_step_in_the_history(document):
    titles = []
    document.changed.connect(lambda _: titles.append(document.undo_title))
    document.apply(SetParam("one", "value", 5))
    document.undo()
    assert titles == ["Set value", ""]


def test_listeners_of_the_graph_hear_of_edits_too(document):
    heard = []
    document.graph.listen(heard.append)
    document.apply(Batch((RemoveNode("one"), RemoveNode("two"))))
    assert len(heard) == 1


def test_undoing_back_to_the_saved_state_is_clean_again(document, tmp_path):
    document.apply(SetParam("one", "value", 5))
    document.save(tmp_path / "a.json")
    assert not document.dirty
    document.apply(SetParam("one", "value", 6))
    assert document.dirty
    document.undo()
    assert not document.dirty
    document.undo()
    assert document.dirty


def test_another_way_to_the_same_number_of_steps_is_not_the_saved_state(document, tmp_path):
    document.apply(SetParam("one", "value", 5))
    document.save(tmp_path / "a.json")
    document.undo()
    document.apply(SetParam("one", "value", 6))
    assert document.dirty


def test_saving_in_the_middle_of_a_gesture_is_not_clean_afterwards(document, tmp_path):
    with document.gesture("Two"):
        document.apply(SetParam("one", "value", 5))
        document.save(tmp_path / "a.json")
        document.apply(SetParam("one", "value", 6))
    assert document.dirty
    document.undo()
    assert document.dirty


def test_saving_writes_the_file_and_takes_its_name(document, tmp_path):
    path = tmp_path / "a.json"
    document.save(path)
    document.apply(SetParam("one", "value", 5))
    document.save()
    assert (path.read_text(), document.path) == (dumps(document.graph), path)


def test_a_document_that_cannot_be_saved_stays_dirty_and_keeps_its_path(document, tmp_path):
    document.apply(SetParam("one", "value", 5))
    with pytest.raises(StorageError, match="no file yet; say where"):
        document.save()
    with pytest.raises(StorageError, match="no such file or folder"):
        document.save(tmp_path / "nowhere" / "a.json")
    assert (document.path, document.dirty) == (None, True)


def test_menus_hear_of_steps_saves_and_ends_of_gestures(document, tmp_path):
    heard = []
    document.stepped.connect(lambda: heard.append((document.undo_title, document.dirty)))
    document.apply(SetParam("one", "value", 5))
    document.save(tmp_path / "a.json")
    with document.gesture("Both"):
        document.apply(SetParam("one", "value", 6))
    assert heard == [("Set value", True), ("Set value", False), ("", False), ("Both", True)]


def test_a_recovered_document_is_dirty_until_it_is_saved(toy, tmp_path):
    document = Document(toy, Path(tmp_path / "a.json"))
    document.recovered = True
    assert document.dirty
    document.save()
    assert not document.dirty
