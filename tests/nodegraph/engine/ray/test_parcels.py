import json

import pytest

from nodegraph.engine.filenames import FileNameError
from nodegraph.engine.ray.parcels import Given, collect, named, put, unpack

TIME = 1_700_000_000_000_000_000


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "uploads" / "masks").mkdir(parents=True)
    (tmp_path / "uploads" / "fox.png").write_bytes(b"fox")
    (tmp_path / "uploads" / "masks" / "ear.png").write_bytes(b"ear")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    return tmp_path / "uploads"


def names(folder, *values):
    text = json.dumps({"nodes": {"a": {"params": {"path": list(values)}}}})
    return [given.name for given in named(text, folder)]


def test_the_files_are_found_that_a_workflow_names(folder):
    found = names(folder, "fox.png", "masks/ear.png", "a fox", "", "no.png")
    assert found == ["fox.png", "masks/ear.png"]


def test_nothing_outside_of_the_uploads_goes_along(folder):
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    assert names(folder, "../secret.txt", str(folder / "fox.png"), "link.txt", "masks") == []


def test_a_file_arrives_as_old_as_it_was(folder, tmp_path):
    (given,) = named('["fox.png"]', folder)
    put(given, b"fox", tmp_path / "there")
    there = tmp_path / "there" / "fox.png"
    assert (there.read_bytes(), there.stat().st_mtime_ns) == (b"fox", given.time)


def test_what_was_saved_comes_back(folder, tmp_path):
    files = collect(folder, iter(["fox.png", "masks/ear.png", "gone.png"]))
    unpack(files, tmp_path / "back")
    assert (tmp_path / "back" / "masks" / "ear.png").read_bytes() == b"ear"
    assert set(files) == {"fox.png", "masks/ear.png"}


@pytest.mark.parametrize("name", ["../out.png", "/etc/out.png", "a/../../out.png"])
def test_no_name_leads_out_of_a_folder(name, tmp_path):
    with pytest.raises(FileNameError):
        unpack({name: b""}, tmp_path)
    with pytest.raises(FileNameError):
        put(Given(name, TIME), b"", tmp_path)
