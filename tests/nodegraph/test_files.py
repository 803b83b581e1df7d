"""What a file or folder is, by content."""

from pathlib import Path

import pytest

from nodegraph import files
from nodegraph.files import identity
from nodegraph.storage import StorageError


def test_a_folder_is_known_by_the_names_and_contents_in_it(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.txt").write_text("one")
    before = identity(tmp_path)
    assert identity(tmp_path) == before
    (tmp_path / "a" / "one.txt").write_text("other")
    changed = identity(tmp_path)
    (tmp_path / "a" / "one.txt").rename(tmp_path / "a" / "two.txt")
    assert len({before, changed, identity(tmp_path)}) == 3


def test_a_folder_may_hold_just_as_many_files_as_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_ENTRIES", 3)
    for name in "abc":
        (tmp_path / name).touch()
    assert identity(tmp_path)
    (tmp_path / "d").touch()
    with pytest.raises(StorageError, match=r"holds more than 3 files and folders; name a smaller"):
        identity(tmp_path)


def test_the_whole_file_system_is_refused_without_reading_it():
    with pytest.raises(StorageError, match=r"the folder / holds more than 10,000 files"):
        identity(Path("/"))
