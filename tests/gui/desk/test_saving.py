"""Saving never blocks, and what fails is a sentence."""

import os

import pytest

from gui.desk.asking import FOLDER
from gui.document.reading import load
from nodegraph import storage
from nodegraph.edits import SetParam
from nodegraph.workflow import dumps
from tests.nodegraph import toys


def test_a_file_of_ones_own_is_saved_without_asking(desk, saving, file):
    document, done = desk.open(file), []
    document.apply(SetParam("one", "value", 5))
    saving.save(document, lambda: done.append(1))
    assert (document.dirty, done) == (False, [1])
    assert load(file, toys.catalogue)["one"].params == {"value": 5}


def test_an_untitled_document_asks_where_to_and_the_folder_is_remembered(
    desk, saving, answer, settings, tmp_path, graph
):
    document, done = desk.new(graph), []
    saving.save(document, lambda: done.append(1))
    assert (document.path, done) == (None, [])
    answer(tmp_path / "new.json")
    assert (document.path, done) == (tmp_path / "new.json", [1])
    assert settings.get(FOLDER) == str(tmp_path)


def test_thinking_better_of_it_saves_nothing(desk, saving, answer, graph):
    document, done = desk.new(graph), []
    saving.save(document, lambda: done.append("then"), lambda: done.append("refused"))
    answer(None)
    assert (document.path, done) == (None, ["refused"])


def test_saving_as_moves_the_document_to_the_other_file(desk, saving, answer, file, tmp_path):
    document = desk.open(file)
    before = file.read_bytes()
    document.apply(SetParam("one", "value", 5))
    saving.save_as(document)
    answer(tmp_path / "other.json")
    assert (document.path, file.read_bytes()) == (tmp_path / "other.json", before)


def test_a_copy_leaves_the_document_with_its_file_and_dirty(desk, saving, answer, file, tmp_path):
    document = desk.open(file)
    document.apply(SetParam("one", "value", 5))
    saving.save_copy(document)
    answer(tmp_path / "copy.json")
    assert (document.path, document.dirty) == (file, True)
    assert dumps(load(tmp_path / "copy.json", toys.catalogue)) == dumps(document.graph)


def test_a_file_that_is_open_in_another_tab_is_not_written_over(
    desk, saving, answer, said, file, graph
):
    desk.open(file)
    before = file.read_bytes()
    other = desk.new(graph)
    saving.save(other)
    answer(file)
    saving.save_copy(other)
    answer(file)
    assert [("open in another tab" in one) for one in said] == [True, True]
    assert (file.read_bytes(), other.path) == (before, None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_gets_a_sentence(desk, saving, said, file):
    document = desk.open(file)
    file.parent.chmod(0o500)
    saving.save(document)
    file.parent.chmod(0o700)
    assert "access is denied" in said[0]


def test_a_full_disk_gets_a_sentence_and_the_document_stays_dirty(
    desk, saving, said, file, monkeypatch
):
    document, done = desk.open(file), []
    document.apply(SetParam("one", "value", 5))
    before = file.read_bytes()

    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "sync", full)
    saving.save(document, lambda: done.append("then"), lambda: done.append("refused"))
    assert "the disk is full" in said[0]
    assert (document.dirty, file.read_bytes(), done) == (True, before, ["refused"])


def test_a_selection_is_exported_as_a_workflow_of_its_own(desk, saving, answer, file, tmp_path):
    document = desk.open(file)
    saving.export_selection(document.graph, {"sum"})
    answer(tmp_path / "part.json")
    part = load(tmp_path / "part.json", toys.catalogue)
    assert ([node.id for node in part], part.extra) == (["sum"], {})


def test_several_files_are_asked_for_at_once(asking, answer, window, file):
    found = []
    asking.open(found.extend)
    answer(file)
    assert found == [file]
