"""Files are whole or not there, whatever fails."""

import errno
import os
import threading

import pytest

from nodegraph.storage import StorageError, keep_new, temporary, write_atomic, write_new


def failing(code):
    def fail(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    return fail


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("what was there")
    path.chmod(0o640)
    return path


def left(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("call", ["replace", "fsync"])
@pytest.mark.parametrize(
    ("code", "message"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk quota is used up"),
        (errno.EACCES, "choose another folder or change its permissions"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_a_failed_save_leaves_what_was_there(file, monkeypatch, call, code, message):
    monkeypatch.setattr(os, call, failing(code))
    with pytest.raises(StorageError, match=message):
        write_atomic(file, b"new")
    monkeypatch.undo()
    assert file.read_text() == "what was there"
    assert left(file.parent) == ["a.json"]


def test_a_save_into_a_folder_that_is_not_there_says_so(tmp_path):
    with pytest.raises(StorageError, match="there is no such file or folder; check the path"):
        write_atomic(tmp_path / "none" / "a.json", b"new")


def test_a_save_onto_a_folder_says_so(tmp_path):
    with pytest.raises(StorageError, match="it is a folder; give a file's name"):
        write_atomic(tmp_path, b"new")


def test_a_save_keeps_the_mode_and_follows_a_link(file, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(file)
    write_atomic(link, b"new")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new", 0o640)
    assert link.is_symlink()


@pytest.mark.parametrize("call", ["fsync", "link"])
def test_a_failed_new_file_leaves_nothing(tmp_path, monkeypatch, call):
    monkeypatch.setattr(os, "replace", failing(errno.ENOSPC))
    monkeypatch.setattr(os, call, failing(errno.ENOSPC))
    with pytest.raises(StorageError, match="the disk is full"):
        write_new(tmp_path, "a", ".png", b"new")
    assert left(tmp_path) == []


def test_a_new_file_never_replaces_one(tmp_path):
    (tmp_path / "a_00002.png").write_bytes(b"mine")
    names = [write_new(tmp_path, "a", ".png", b"new").name for _ in range(3)]
    assert len({*names, "a_00002.png"}) == 4
    assert (tmp_path / "a_00002.png").read_bytes() == b"mine"


def test_a_name_with_the_signs_of_a_pattern_is_no_pattern(tmp_path):
    names = [write_new(tmp_path, "a[1]*", ".png", b"new").name for _ in range(2)]
    assert names == ["a[1]*_00001.png", "a[1]*_00002.png"]


def test_writers_at_the_same_time_get_files_of_their_own(tmp_path):
    def work(mine):
        for index in range(10):
            write_new(tmp_path, "a", ".txt", f"{mine} {index}".encode())

    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {path.read_text() for path in tmp_path.iterdir()}
    assert texts == {f"{mine} {index}" for mine in range(8) for index in range(10)}


def test_a_disk_without_links_still_never_replaces(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    names = [write_new(tmp_path, "a", ".png", b"new").name for _ in range(3)]
    assert names == ["a_00001.png", "a_00002.png", "a_00003.png"]


def test_a_name_with_the_signs_of_a_pattern_is_numbered_too(tmp_path):
    names = [write_new(tmp_path, "a*b?[c]", ".png", b"new").name for _ in range(2)]
    assert names == ["a*b?[c]_00001.png", "a*b?[c]_00002.png"]


def test_a_file_that_was_written_beside_takes_its_name_or_the_next_number(tmp_path):
    for text in ("one", "two"):
        with temporary(tmp_path / "fox_00003.png") as written:
            written.write_text(text)
            keep_new(written, tmp_path / "fox_00003.png")
    assert left(tmp_path) == ["fox_00002.png", "fox_00003.png"]
    assert (tmp_path / "fox_00003.png").read_text() == "one"
