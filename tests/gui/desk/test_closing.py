"""Closing asks once, and never twice."""

import pytest
from PySide6.QtWidgets import QLabel, QListWidget

from gui.desk.closing import Closing
from nodegraph.edits import SetParam


@pytest.fixture
def closing(desk, saving, window):
    return Closing(desk, saving, window)


@pytest.fixture
def dirty(desk, file, graph):
    """Two documents with edits, one of them without a file, and one without edits."""
    documents = [desk.open(file), desk.new(graph)]
    for document in documents:
        document.apply(SetParam("one", "value", 5))
    desk.new()
    return documents


def test_what_is_saved_is_closed_without_a_question(desk, closing, file):
    closing.close(desk.open(file))
    assert (desk.documents, closing.sheet) == ([], None)


def test_one_sheet_lists_all_that_is_unsaved(closing, dirty):
    closing.leave(lambda: None)
    names = closing.sheet.findChild(QListWidget)
    assert [names.item(row).text() for row in range(names.count())] == ["work.json", "Untitled"]
    assert closing.sheet.accessibleName() == "Save the changes to 2 workflows?"
    closing.sheet.reject()


def test_asking_again_shows_the_same_sheet(closing, dirty):
    closing.leave(lambda: None)
    sheet = closing.sheet
    closing.leave(lambda: None)
    assert closing.sheet is sheet
    sheet.reject()


def test_cancel_changes_nothing(desk, closing, dirty):
    left = []
    closing.leave(lambda: left.append(1))
    closing.sheet.cancel.click()
    assert (left, len(desk.documents), closing.sheet) == ([], 3, None)


def test_discard_goes_on_without_saving(desk, closing, dirty, file):
    left, before = [], file.read_bytes()
    closing.leave(lambda: left.append(1))
    closing.sheet.discard.click()
    assert (left, file.read_bytes()) == ([1], before)


def test_save_all_asks_where_to_only_for_what_has_no_file(closing, dirty, answer, tmp_path, file):
    left = []
    closing.leave(lambda: left.append(1))
    closing.sheet.save.click()
    assert (dirty[0].dirty, left) == (False, [])
    answer(tmp_path / "new.json")
    assert (left, dirty[1].path) == ([1], tmp_path / "new.json")


def test_thinking_better_of_a_name_keeps_everything_open(desk, closing, dirty, answer):
    left = []
    closing.leave(lambda: left.append(1))
    closing.sheet.save.click()
    answer(None)
    assert (left, len(desk.documents), dirty[1].dirty) == ([], 3, True)
    closing.leave(lambda: left.append(1))
    assert closing.sheet is not None
    closing.sheet.reject()


def test_closing_one_asks_for_that_one_by_name(desk, closing, dirty):
    closing.close(dirty[0])
    assert any("work.json" in label.text() for label in closing.sheet.findChildren(QLabel))
    closing.sheet.discard.click()
    assert dirty[0] not in desk.documents


def test_closing_the_others_leaves_one(desk, closing, dirty):
    closing.close_others(dirty[0])
    closing.sheet.discard.click()
    assert desk.documents == [dirty[0]]
