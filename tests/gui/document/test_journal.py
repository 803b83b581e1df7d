"""Nothing is lost: what was open comes back, complete to the last edit."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gui.document import folders, journal
from gui.document.document import Document
from gui.document.journal import Journal
from gui.document.recovery import left_over
from nodegraph.edits import Disconnect, RemoveNode, SetParam, SetView
from nodegraph.graph import Link
from nodegraph.subgraph_edits import EditSubgraph
from nodegraph.workflow import dumps
from tests.nodegraph.toys import catalogue


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journals"


@pytest.fixture
def kept(document, folder):
    """A document that is open with its journal."""
    kept = Journal(document, folder)
    yield kept
    kept.close()


def killed(kept):
    """Let go of a journal as the system does for a program that was killed."""
    kept._lock.release()


def rebuilt(folder):
    (left,) = left_over(folder)
    found = left.rebuild(catalogue)
    left.release()
    return found


def test_a_killed_program_loses_no_edit(folder):
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.gui.document.killed", str(folder)]
    assert subprocess.run(command, cwd=root).returncode == -9
    (left,) = left_over(folder)
    found = left.rebuild(catalogue)
    left.discard()
    assert left.edits == 103
    assert {node.id: node.params["value"] for node in found.graph} == {"one": 99, "two": 0}
    assert (found.path, found.dirty, found.notes) == (None, True, ())
    assert list(folder.iterdir()) == []


def test_a_recovered_document_is_the_one_that_was_open(document, kept, folder):
    with document.gesture("Several"):
        document.apply(RemoveNode("one"))
        document.apply(EditSubgraph("inner", SetParam("sum", "plus", 4)))
    document.undo()
    document.redo()
    killed(kept)
    assert dumps(rebuilt(folder).graph) == dumps(document.graph)


def test_nobody_takes_the_journal_of_an_editor_that_lives(kept, folder):
    assert left_over(folder) == []


def test_one_of_two_editors_gets_what_was_left(kept, folder):
    killed(kept)
    (left,) = left_over(folder)
    assert left_over(folder) == []
    left.release()
    assert len(left_over(folder)) == 1


def test_each_of_two_editors_of_one_file_has_a_journal(document, toy, kept, folder):
    other = Journal(Document(toy.copy()), folder)
    assert len(list(folder.glob("*.journal"))) == 2
    other.close()
    assert len(list(folder.glob("*.journal"))) == 1


def test_a_closed_document_leaves_nothing_behind(document, folder):
    kept = Journal(document, folder)
    document.apply(SetParam("one", "value", 5))
    kept.close()
    document.apply(SetParam("one", "value", 6))
    assert list(folder.iterdir()) == []


def test_a_save_begins_the_journal_anew_and_undo_after_it_comes_back(document, kept, tmp_path):
    document.apply(SetView("nodes", "one", {"pos": [5, 5]}))
    document.apply(RemoveNode("one"))
    document.save(tmp_path / "a.json")
    assert kept.path.read_bytes().count(b"\n") == 1
    document.undo()
    killed(kept)
    found = rebuilt(kept.path.parent)
    assert found.graph.view["nodes"]["one"] == {"pos": [5, 5]}
    assert dumps(found.graph) == dumps(document.graph)
    assert (found.path, found.dirty, found.notes) == (tmp_path / "a.json", True, ())


def test_a_document_that_was_saved_last_is_offered_as_clean(document, kept, folder, tmp_path):
    document.apply(SetParam("one", "value", 5))
    document.save(tmp_path / "a.json")
    killed(kept)
    assert not rebuilt(folder).dirty


def test_a_long_journal_begins_anew_by_itself_and_stays_dirty(document, folder, monkeypatch):
    monkeypatch.setattr(journal, "LONG", 1000)
    kept = Journal(document, folder)
    sizes = []
    for value in range(2000):
        document.apply(SetParam("one", "value", value))
        sizes.append(kept.path.stat().st_size)
    assert max(sizes) < 3 * sizes[0]
    killed(kept)
    found = rebuilt(folder)
    assert (found.graph["one"].params, found.dirty) == ({"value": 1999}, True)
    kept.close()


def test_a_last_line_that_was_torn_is_dropped(document, kept, folder):
    for value in (5, 6):
        document.apply(SetParam("one", "value", value))
    killed(kept)
    kept.path.write_bytes(kept.path.read_bytes()[:-7])
    found = rebuilt(folder)
    assert (found.graph["one"].params, found.notes) == ({"value": 5}, ())


def test_edits_that_do_not_fit_are_counted_and_the_others_made(document, kept, folder):
    for edit in (SetParam("one", "value", 5), SetParam("two", "value", 6)):
        document.apply(edit)
    killed(kept)
    lines = kept.path.read_bytes().split(b"\n")
    lines[1:1] = [b'{"RemoveNode": {"node_id": "nobody"}}', b"\xff\x00", b"[" * 100_000]
    kept.path.write_bytes(b"\n".join(lines))
    found = rebuilt(folder)
    assert [found.graph[name].params["value"] for name in ("one", "two")] == [5, 6]
    assert found.notes == ("3 of 5 edits could not be made again; compare before you save",)


@pytest.mark.parametrize(
    ("beginning", "note"),
    [
        (b"", "beginning cannot be read"),
        (b"rubbish\n", "beginning cannot be read"),
        (b"[1]\n", "beginning cannot be read"),
        (b'{"journal": 1, "path": 5, "graph": {"nodes": 7}}\n', "beginning cannot be read"),
        (b'{"journal": 9, "path": "/a.json"}\n', "a newer Nodegraph wrote this"),
    ],
)
def test_a_journal_nobody_can_read_says_so(folder, beginning, note):
    folder.mkdir()
    (folder / "a.journal").write_bytes(beginning)
    found = rebuilt(folder)
    assert found.graph is None
    assert note in found.notes[0]


def test_a_file_that_changed_meanwhile_is_told_and_its_edits_are_kept(document, kept, tmp_path):
    path = tmp_path / "a.json"
    document.save(path)
    document.apply(SetParam("one", "value", 5))
    killed(kept)
    path.write_text("{}")
    found = rebuilt(kept.path.parent)
    assert found.notes == (f"{path} was changed or removed since; save under another name",)
    assert dumps(found.graph) == dumps(document.graph)


def test_links_whose_types_have_stopped_agreeing_come_back(document, kept, folder):
    """No file could be read with them, but the document had them."""
    document.apply(Disconnect(Link("one", "int", "use", "x")))
    document.apply(EditSubgraph("inner", SetParam("in", "type", "str")))
    killed(kept)
    assert dumps(rebuilt(folder).graph) == dumps(document.graph)


def test_a_journal_that_cannot_be_written_says_so_and_begins_again(document, folder):
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    kept = Journal(document, folder)
    document.apply(SetParam("one", "value", 5))
    assert kept.problem.startswith("edits are not kept safe from a crash: cannot write")
    folder.unlink()
    kept.sync()
    assert kept.problem == ""
    document.apply(SetParam("one", "value", 6))
    killed(kept)
    assert rebuilt(folder).graph["one"].params == {"value": 6}
    kept.close()


def test_a_disk_that_fills_up_costs_the_journal_and_no_edit(document, kept):
    class Full:
        def write(self, data):
            return len(data) // 2

        def close(self):
            pass

    kept._file.close()
    kept._file = Full()
    document.apply(SetParam("one", "value", 5))
    assert "the disk is full" in kept.problem
    assert document.graph["one"].params == {"value": 5}
    kept.sync()
    assert (kept.problem, json.loads(kept.path.read_text())["dirty"]) == ("", True)


def test_only_what_was_written_since_is_synced(document, kept, monkeypatch):
    synced = []
    monkeypatch.setattr(journal.os, "fsync", synced.append)
    kept.sync()
    document.apply(SetParam("one", "value", 5))
    kept.sync()
    kept.sync()
    assert len(synced) == 1


def test_the_environment_says_where_the_users_data_is(monkeypatch, tmp_path):
    monkeypatch.setenv(folders.VARIABLE, str(tmp_path))
    assert folders.journal_folder() == tmp_path / "journals"
    monkeypatch.delenv(folders.VARIABLE)
    assert folders.journal_folder().parts[-3:] == ("nodegraph", "editor", "journals")


def test_a_recovered_document_has_a_journal_of_its_own_before_the_old_one_goes(
    document, kept, folder
):
    document.apply(SetParam("one", "value", 5))
    killed(kept)
    (left,) = left_over(folder)
    found = left.rebuild(catalogue)
    again = Document(found.graph, found.path)
    again.recovered = found.dirty
    new = Journal(again, folder)
    left.discard()
    again.apply(SetParam("two", "value", 6))
    new._lock.release()
    assert (again.dirty, dumps(rebuilt(folder).graph)) == (True, dumps(again.graph))
    new.close()
