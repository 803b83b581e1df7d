import pytest
from PySide6.QtCore import QItemSelectionModel, Qt

from gui.docks.gallery import Gallery
from gui.docks.output_list import PAGE
from gui.docks.thumbnails import AT_ONCE, KEPT, WAITING
from tests.gui.docks.desk import Desk


@pytest.fixture
def desk(qapp):
    return Desk()


@pytest.fixture
def gallery(qtbot, desk, looks, tmp_path):
    def make(count=0):
        desk.save(count)
        widget = Gallery(desk, looks, tmp_path / "fetched")
        qtbot.addWidget(widget)
        widget.resize(440, 600)
        widget.show()
        return widget

    return make


def names(shown, *rows):
    return [output.name if output else None for output in map(shown.outputs.output, rows)]


def select(shown, *rows):
    shown.view.clearSelection()
    for row in rows:
        flag = QItemSelectionModel.SelectionFlag.Select
        shown.view.selectionModel().select(shown.outputs.index(row, 0), flag)
    shown.view.selectionModel().setCurrentIndex(
        shown.outputs.index(rows[0], 0), QItemSelectionModel.SelectionFlag.NoUpdate
    )


def test_an_empty_gallery_says_what_would_be_there(gallery):
    shown = gallery()
    assert shown._page.is_empty
    assert shown._page.title.text() == "No pictures yet"


def test_the_newest_stands_first(gallery):
    shown = gallery(3)
    assert names(shown, 0, 2) == ["frogs_00003.png", "frogs_00001.png"]


def test_of_thousands_only_what_is_looked_at_is_asked_for(qtbot, desk, gallery):
    shown = gallery(5000)
    qtbot.waitUntil(lambda: desk.count("thumbnail") > 0)
    shown.view.scrollTo(shown.outputs.index(3000, 0))
    qtbot.waitUntil(lambda: names(shown, 3000) == ["frogs_02000.png"])
    assert shown.outputs.rowCount() == 5000
    assert desk.count("outputs") <= 4
    assert desk.count("thumbnail") < 100


def test_few_thumbnails_are_under_way_at_once_and_those_scrolled_past_are_forgotten(desk, gallery):
    shown = gallery(PAGE)
    desk.hold()
    before = desk.count("thumbnail")
    shown._thumbnails._kept.clear()
    for row in range(PAGE):
        shown._thumbnails.get(shown.outputs.output(row))
    assert desk.count("thumbnail") - before == AT_ONCE
    assert len(shown._thumbnails._wanted) <= min(PAGE, WAITING)


def test_thumbnails_are_kept_within_a_budget(desk, gallery):
    shown = gallery(1)
    for output in desk.save(KEPT + 5):
        shown._thumbnails.get(output)
    assert len(shown._thumbnails._kept) == KEPT


def test_a_thumbnail_that_cannot_be_had_is_asked_for_once(desk, gallery):
    shown = gallery(1)
    (lost,) = desk.save(1)
    lost = lost.__class__(9, "", "", "lost.png", 1, 8, 8, 0.0)
    before = desk.count("thumbnail")
    shown._thumbnails.get(lost)
    assert shown._thumbnails.get(lost).isNull()
    assert desk.count("thumbnail") == before + 1


def test_new_outputs_come_in_front_and_the_selection_stays(qtbot, desk, gallery):
    shown = gallery(4)
    select(shown, 1)
    desk.save(2)
    desk.outputs_changed.emit()
    qtbot.waitUntil(lambda: shown.outputs.rowCount() == 6)
    assert names(shown, 0) == ["frogs_00006.png"]
    assert [output.name for output in shown.selected] == ["frogs_00003.png"]


def test_what_a_job_saved_comes_when_it_has_ended(qtbot, desk, gallery):
    shown = gallery(1)
    desk.save(1)
    desk.job_changed.emit(*desk.add("done", finished=1.0))
    qtbot.waitUntil(lambda: names(shown, 0) == ["frogs_00002.png"])


def test_outputs_that_another_program_deleted_go(qtbot, desk, gallery):
    shown = gallery(4)
    del desk.saved[1]
    desk.outputs_changed.emit()
    qtbot.waitUntil(lambda: shown.outputs.rowCount() == 3)
    assert names(shown, 0, 1, 2) == ["frogs_00004.png", "frogs_00003.png", "frogs_00001.png"]


def test_a_search_lists_only_what_is_called_that(qtbot, gallery):
    shown = gallery(12)
    qtbot.keyClicks(shown.line, "0001")
    assert names(shown, *range(shown.outputs.rowCount())) == [
        "frogs_00012.png",
        "frogs_00011.png",
        "frogs_00010.png",
        "frogs_00001.png",
    ]
    qtbot.keyClicks(shown.line, "zz")
    assert shown._page.title.text() == "Nothing is called that"


def test_the_order_can_be_turned_round(qtbot, desk, gallery):
    shown = gallery(PAGE + 5)
    qtbot.mouseClick(shown.order, Qt.MouseButton.LeftButton)
    assert shown.order.text() == "Oldest first"
    qtbot.waitUntil(lambda: names(shown, 0) == ["frogs_00001.png"])
    desk.save(1)
    shown.refresh()
    assert names(shown, PAGE + 5) == [f"frogs_{PAGE + 6:05}.png"]


def test_enter_opens_the_workflow_that_made_a_picture(qtbot, gallery):
    shown = gallery(2)
    select(shown, 1)
    with qtbot.waitSignal(shown.opened, timeout=1000) as opened:
        qtbot.keyClick(shown.view, Qt.Key.Key_Return)
    assert opened.args == [{"nodegraph": 1, "nodes": {}}, "frogs_00001.png"]


def test_two_pictures_can_be_compared(qtbot, desk, gallery):
    shown = gallery(3)
    select(shown, 0, 2)
    with qtbot.waitSignal(shown.compared, timeout=1000) as compared:
        shown.compare()
    assert compared.args == [desk.saved[2], desk.saved[0]]


def test_the_menu_offers_what_can_be_done_to_as_many(gallery):
    shown = gallery(3)
    select(shown, 0, 1)
    enabled = {act.text(): act.isEnabled() for act in shown.menu().actions()}
    assert enabled == {
        "Open the workflow": False,
        "Compare": True,
        "Save as…": True,
        "Delete": True,
    }


def test_what_is_deleted_can_be_taken_back(qtbot, desk, gallery):
    shown = gallery(3)
    select(shown, 0, 1)
    qtbot.keyClick(shown.view, Qt.Key.Key_Delete)
    assert shown.bars["deleted"].text == "2 pictures are deleted."
    qtbot.mouseClick(shown.bars["deleted"].button("Undo"), Qt.MouseButton.LeftButton)
    shown.settle()
    assert len(desk.saved) == 3
    assert "deleted" not in shown.bars


def test_what_nobody_takes_back_is_gone_when_its_time_is_over(qtbot, desk, gallery):
    shown = gallery(3)
    select(shown, 1)
    shown.delete()
    shown.leaving.grace.setInterval(0)
    qtbot.waitUntil(lambda: len(desk.saved) == 2)
    assert names(shown, 0, 1) == ["frogs_00003.png", "frogs_00001.png"]


def test_a_bar_put_away_deletes_at_once(qtbot, desk, gallery):
    shown = gallery(1)
    select(shown, 0)
    shown.delete()
    shown.bars["deleted"].closed.emit()
    assert desk.saved == []
    assert shown._page.is_empty


def test_a_picture_is_dragged_as_a_file_that_stays(gallery, tmp_path):
    shown = gallery(2)
    select(shown, 0)
    assert shown.mime() is None
    shown.fetch()
    (url,) = shown.mime().urls()
    assert url.toLocalFile() == str(tmp_path / "fetched" / "2-2000" / "frogs_00002.png")


def test_a_picture_is_saved_under_another_name(desk, gallery, tmp_path):
    shown = gallery(1)
    shown._fetching.save(desk.saved[0], tmp_path / "mine.png")
    assert (tmp_path / "mine.png").read_bytes() == b"the picture"


def test_a_folder_that_cannot_be_written_is_said(qtbot, desk, gallery, tmp_path):
    shown = gallery(1)
    (tmp_path / "file").write_text("no folder")
    with qtbot.waitSignal(shown.said, timeout=1000) as said:
        shown._fetching.save(desk.saved[0], tmp_path / "file" / "mine.png")
    assert "mine.png" in said.args[0]
