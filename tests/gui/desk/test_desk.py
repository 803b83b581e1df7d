"""Documents come and go, and each has its journal."""

import os

import pytest
from PIL import Image

from gui.desk import opening
from gui.desk.desk import Desk
from gui.desk.opening import drop_edit, what_is
from gui.document.placing import place
from nodegraph.edits import SetParam
from nodegraph.record import encode_picture
from nodegraph.workflow import dumps, save, write
from tests.nodegraph import toys


@pytest.fixture
def picture(tmp_path, graph):
    path = tmp_path / "made.png"
    path.write_bytes(
        encode_picture(Image.new("RGB", (8, 8)), "png", 90, {"workflow": write(graph)})
    )
    return path


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (8, 8)).save(path)
    return path


def test_a_new_document_is_in_front_and_clean(desk):
    document = desk.new()
    assert (desk.current, desk.documents) == (document, [document])
    assert (document.dirty, document.path, len(document.graph)) == (False, None, 0)


def test_an_opened_file_is_told_then_shown(desk, file):
    heard = []
    desk.opened.connect(lambda document: heard.append(("opened", document)))
    desk.current_changed.connect(lambda: heard.append(("current", desk.current)))
    document = desk.open(file)
    assert heard == [("opened", document), ("current", document)]
    assert (document.path, document.dirty) == (file, False)


def test_a_file_that_is_open_is_shown_and_not_opened_twice(desk, file, tmp_path):
    document = desk.open(file)
    desk.new()
    link = tmp_path / "link.json"
    link.symlink_to(file)
    assert desk.open(link) is document
    assert (desk.current, len(desk.documents)) == (document, 2)


def test_nodes_without_a_place_are_laid_out_and_the_document_is_clean(desk, file):
    document = desk.open(file)
    one, total = (place(document.graph, name).pos for name in ("one", "sum"))
    assert one[0] < total[0]
    assert (document.dirty, document.can_undo) == (False, False)


def test_what_stands_somewhere_stays_when_another_node_is_laid_out(desk, tmp_path, graph):
    graph.view = {"nodes": {"one": {"pos": [40, 60]}}}
    save(graph, tmp_path / "half.json")
    document = desk.open(tmp_path / "half.json")
    assert place(document.graph, "one").pos == (40, 60)
    assert place(document.graph, "sum").pos[1] > 60


def test_a_picture_is_opened_as_the_workflow_that_made_it_without_a_file(desk, picture, graph):
    document = desk.open(picture)
    assert document.path is None
    assert [node.id for node in document.graph] == [node.id for node in graph]


def test_a_journal_that_lies_about_is_opened_as_a_document_without_a_file(desk, file):
    document = desk.open(file)
    document.apply(SetParam("one", "value", 9))
    copy = file.with_name("found.journal")
    copy.write_bytes(next(desk._folder.glob("*.journal")).read_bytes())
    found = desk.open(copy)
    assert (found.path, found.dirty, found.graph["one"].params) == (None, True, {"value": 9})
    assert copy.exists()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is not JSON"),
        (b"{", "it is not JSON"),
        (b"\xff\xfe\x00", "it is not text in UTF-8"),
        (b"[1]", "this is something else"),
        (b'{"nodes": [{"id": 1}], "links": []}', "the node 1 has no class"),
        (b'{"nodegraph": 99, "nodes": {}}', "newer than"),
        (b'{"nodegraph": 1, "nodes": {"a": {}}}', "$.nodes.a"),
        (b"\x89PNG\r\n\x1a\n rubbish", "the picture is cut off"),
    ],
)
def test_what_is_no_workflow_gets_a_sentence_and_changes_nothing(
    desk, said, tmp_path, content, reason
):
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    assert desk.open(path) is None
    assert reason in said[0]
    assert "\n" not in said[0]
    assert str(path) in said[0]
    assert desk.documents == []


def test_a_picture_without_a_workflow_says_so(desk, said, photo):
    assert desk.open(photo) is None
    assert "carries no Nodegraph workflow" in said[0]


def test_a_folder_and_a_missing_file_get_a_sentence(desk, said, tmp_path):
    desk.open(tmp_path)
    desk.open(tmp_path / "gone.json")
    assert "it is a folder" in said[0]
    assert "there is no such file" in said[1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_gets_a_sentence(desk, said, file):
    file.chmod(0)
    desk.open(file)
    assert "access is denied" in said[0]


def test_a_huge_file_is_not_even_read(desk, said, file, monkeypatch):
    monkeypatch.setattr(opening, "MAX_BYTES", 10)
    desk.open(file)
    assert "it is hardly a workflow" in said[0]


def test_what_a_file_is_can_be_asked_without_opening_it(picture, photo, file, tmp_path):
    assert [what_is(path) for path in (picture, photo, file)] == ["picture", "image", "workflow"]
    assert (what_is(tmp_path), what_is(tmp_path / "gone")) == ("", "")


def test_a_dropped_picture_becomes_a_node_that_loads_it(desk, photo):
    document = desk.new()
    document.apply(drop_edit(document.graph, photo, (40.4, 60.0)))
    node = document.graph["load"]
    assert (node.type, node.params) == ("image.load", {"path": str(photo)})
    assert place(document.graph, "load").pos == (40, 60)
    document.undo()
    assert len(document.graph) == 0


@pytest.mark.parametrize(
    ("name", "head", "loader"),
    [
        ("film.mp4", b"\0\0\0\x1cftypisom", "video.load"),
        ("film.webm", b"\x1aE\xdf\xa3", "video.load"),
        ("tone.wav", b"RIFF\0\0\0\0WAVE", "audio.load"),
    ],
)
def test_a_dropped_film_or_sound_becomes_a_node_that_loads_it(desk, tmp_path, name, head, loader):
    (tmp_path / name).write_bytes(head)
    assert what_is(tmp_path / name) == "image"
    document = desk.new()
    document.apply(drop_edit(document.graph, tmp_path / name, (0.0, 0.0)))
    assert document.graph["load"].type == loader


def test_closing_shows_the_neighbor_and_removes_the_journal(desk, file):
    one, two, three = desk.new(), desk.open(file), desk.new()
    desk.show(two)
    desk.close(two)
    assert desk.current is three
    desk.close(three)
    assert desk.current is one
    desk.close(one)
    assert (desk.current, list(desk._folder.glob("*.journal"))) == (None, [])


def test_the_file_that_was_closed_last_is_opened_again(desk, file, tmp_path, graph):
    other = tmp_path / "other.json"
    save(graph, other)
    for path in (file, other):
        desk.open(path)
    for document in desk.documents:
        desk.close(document)
    desk.reopen()
    desk.reopen()
    desk.reopen()
    assert [document.path for document in desk.documents] == [other, file]


def test_tabs_follow_each_other_round_the_end(desk):
    one, two, three = desk.new(), desk.new(), desk.new()
    desk.step(1)
    assert desk.current is one
    desk.step(-1)
    assert desk.current is three
    desk.order([three, one, two])
    desk.step(1)
    assert desk.current is one


def test_every_edit_is_on_the_disk_and_trouble_with_that_is_told(qtbot, desk, file):
    document = desk.open(file)
    with qtbot.waitSignal(desk._timer.timeout, timeout=5000):
        document.apply(SetParam("one", "value", 5))
    assert b'"value":5' in next(desk._folder.glob("*.journal")).read_bytes()
    journal = desk._open[0].journal
    journal._fail(OSError(28, "No space left on device"))
    journal._path = file / "in the way"
    with qtbot.waitSignal(desk.kept_safe):
        desk.sync()
    assert "edits are not kept safe from a crash" in desk.problem


def test_opening_saving_and_opening_again_gives_the_same_graph(desk, file):
    document = desk.open(file)
    document.save()
    desk.close(document)
    assert dumps(desk.open(file).graph) == dumps(document.graph)


def test_the_catalogue_is_asked_for_when_it_is_needed(qapp, tmp_path, file):
    known = {}
    desk = Desk(lambda: known, tmp_path / "others")
    known.update({name: toys.catalogue[name] for name in toys.catalogue})
    document = desk.open(file)
    assert document.graph.spec("one").known
    desk.close(document)


def test_what_was_opened_before_the_types_were_known_takes_them_over(qapp, tmp_path, file):
    known = {}
    desk = Desk(lambda: known, tmp_path / "others")
    document, told = desk.open(file), []
    text = dumps(document.graph)
    document.changed.connect(told.append)
    assert not document.graph.spec("sum").known
    known = dict(toys.catalogue)
    desk.renew()
    assert document.graph.spec("sum").known
    assert (dumps(document.graph), document.dirty, len(told)) == (text, False, 1)
    desk.close(document)
