"""What was open when the editor was killed comes back; what was open at the end, too."""

import pytest

from gui.desk import session
from gui.desk.bars import Bars
from gui.desk.desk import Desk
from gui.desk.leftovers import KEY, Leftovers
from nodegraph.edits import SetParam
from nodegraph.workflow import dumps, save
from tests.nodegraph import toys


@pytest.fixture
def killed(qapp, tmp_path):
    """Returns a desk that lets go of everything as the system does for a killed program."""
    before = Desk(lambda: toys.catalogue, tmp_path / "journals")

    def kill():
        before._timer.stop()
        for one in before._open:
            one.journal._lock.release()
            one.journal._close_file()

    before.kill = kill
    return before


@pytest.fixture
def leftovers(desk, tmp_path):
    return Leftovers(desk, tmp_path / "journals")


def test_everything_comes_back_complete_to_the_last_edit(killed, leftovers, desk, file, graph):
    saved, untitled = killed.open(file), killed.new(graph)
    saved.apply(SetParam("one", "value", 7))
    untitled.apply(SetParam("one", "value", 8))
    texts = [dumps(document.graph) for document in killed.documents]
    killed.kill()
    leftovers.find()
    assert leftovers.sentence == (
        "2 workflows were open when the editor ended unexpectedly, 2 with unsaved changes."
    )
    leftovers.restore()
    assert sorted(dumps(document.graph) for document in desk.documents) == sorted(texts)
    assert {document.path for document in desk.documents} == {file, None}
    assert all(document.dirty for document in desk.documents)
    assert len(list(desk._folder.glob("*.journal"))) == 2


def test_what_was_open_when_the_editor_was_asked_to_end_comes_back_by_itself(
    killed, leftovers, desk, file, graph, settings
):
    untitled, saved = killed.new(graph), killed.open(file)
    saved.apply(SetParam("one", "value", 7))
    untitled.apply(SetParam("one", "value", 8))
    killed.show(untitled)
    session.remember(killed, settings)
    killed.suspend()
    leftovers.find()
    leftovers.resume()
    session.reopen(desk, settings)

    assert len(leftovers) == 0
    values = {one.path: one.graph["one"].params["value"] for one in desk.documents}
    assert values == {file: 7, None: 8}
    assert all(document.dirty for document in desk.documents)
    assert desk.current.path is None


def test_what_was_saved_is_read_from_its_file_after_an_end_in_order(
    killed, leftovers, desk, file, settings
):
    killed.open(file)
    session.remember(killed, settings)
    killed.suspend()
    leftovers.find()
    leftovers.resume()
    assert (len(leftovers), desk.documents) == (0, [])

    session.reopen(desk, settings)
    assert (desk.current.path, desk.current.dirty) == (file, False)


def test_what_was_open_and_saved_comes_back_clean(killed, leftovers, desk, file):
    killed.open(file)
    killed.kill()
    leftovers.find()
    assert leftovers.sentence == "1 workflow was open when the editor ended unexpectedly."
    leftovers.restore()
    assert (desk.current.path, desk.current.dirty) == (file, False)


def test_what_was_never_edited_comes_back_clean_without_a_file(killed, leftovers, desk, graph):
    killed.new(graph)
    killed.kill()
    leftovers.find()
    leftovers.restore()
    assert (desk.current.path, desk.current.dirty, len(desk.current.graph)) == (None, False, 2)


def test_a_file_that_was_opened_meanwhile_does_not_lose_its_place(killed, leftovers, desk, file):
    killed.open(file).apply(SetParam("one", "value", 7))
    killed.kill()
    opened = desk.open(file)
    leftovers.find()
    leftovers.restore()
    assert (opened.path, desk.current.path, desk.current.dirty) == (file, None, True)


def test_a_file_that_changed_since_is_told(killed, leftovers, desk, file, graph):
    notes = []
    desk.noted.connect(lambda document, note: notes.append(note))
    killed.open(file).apply(SetParam("one", "value", 7))
    killed.kill()
    file.write_text("{}")
    leftovers.find()
    leftovers.restore()
    assert "was changed or removed since" in notes[0]


def test_a_journal_that_cannot_be_read_is_told_and_kept(leftovers, desk, said, tmp_path):
    (tmp_path / "journals").mkdir(exist_ok=True)
    (tmp_path / "journals" / "a.journal").write_bytes(b"rubbish\n")
    leftovers.find()
    leftovers.restore()
    assert "cannot be restored" in said[0]
    leftovers.find()
    assert len(leftovers) == 1


def test_the_bar_restores_discards_or_waits(qtbot, killed, leftovers, desk, graph):
    killed.new(graph)
    killed.kill()
    bars = Bars()
    qtbot.addWidget(bars)
    leftovers.find()
    leftovers.offer(bars)
    bars[KEY].button("Later").click()
    assert (len(leftovers), KEY in bars) == (0, False)
    leftovers.find()
    leftovers.offer(bars)
    bars[KEY].button("Discard").click()
    leftovers.find()
    leftovers.offer(bars)
    assert (len(leftovers), KEY in bars, desk.documents) == (0, False, [])


def test_a_normal_end_is_followed_by_the_same_tabs(desk, settings, file, tmp_path, graph):
    other = tmp_path / "other.json"
    save(graph, other)
    for path in (file, other):
        desk.open(path)
    desk.new()
    desk.show(desk.documents[0])
    session.remember(desk, settings)
    for document in desk.documents:
        desk.close(document)
    session.reopen(desk, settings)
    assert [document.path for document in desk.documents] == [file, other]
    assert desk.current.path == file


def test_files_that_are_gone_or_not_wanted_are_not_opened(desk, settings, file, said):
    desk.open(file)
    session.remember(desk, settings)
    desk.close(desk.current)
    kept = file.read_bytes()
    file.unlink()
    session.reopen(desk, settings)
    assert (desk.documents, said) == ([], [])
    file.write_bytes(kept)
    settings.set(session.OPEN, [str(file), 5])
    settings.set(session.WANTED, False)
    session.reopen(desk, settings)
    assert desk.documents == []
