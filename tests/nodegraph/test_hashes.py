import hashlib
import json
import os

import pytest

from nodegraph.hashes import Index, understood

HEADER = b'{"a":1}'
NUMBERS = b"numbers" * 300_000


@pytest.fixture
def files(tmp_path):
    """Two files of weights, of which the second one has numbers behind a header."""
    one, two = tmp_path / "one.safetensors", tmp_path / "two.safetensors"
    one.write_bytes(b"something else")
    two.write_bytes(len(HEADER).to_bytes(8, "little") + HEADER + NUMBERS)
    return [one, two]


@pytest.fixture
def index(tmp_path):
    return Index.load(tmp_path / "cache" / "hashes.json")


@pytest.fixture
def read():
    """The files that were read."""
    return []


def reported(read):
    def report(path, done, total):
        assert 0 < done <= total
        read.append(path.name)

    return report


def sha(data):
    return hashlib.sha256(data).hexdigest()


def hashes_of(file):
    data = file.read_bytes()
    return [
        sha(data),
        sha(data).upper(),
        sha(data)[:10],
        f"0x{sha(data)[:10]}",
        f"sha256:{sha(data)}",
        sha(NUMBERS)[:12],
        sha(data[0x100000:0x110000])[:8],
    ]


@pytest.mark.parametrize("which", range(7))
def test_a_file_is_found_by_each_hash_that_programs_tell(index, files, read, which):
    assert index.find(hashes_of(files[1])[which], files, reported(read)) == files[1]


@pytest.mark.parametrize("told", ["", "abc", "z" * 10, "0123456789", "a" * 65, "12345678"])
def test_what_is_the_hash_of_nothing_here_finds_nothing(index, files, read, told):
    assert index.find(told, files, reported(read)) is None


def test_a_file_is_read_once_even_by_another_process(index, files, read):
    wanted = sha(files[1].read_bytes())
    index.find(wanted, files, reported(read))
    assert set(read) == {"one.safetensors", "two.safetensors"}
    read.clear()
    again = Index.load(index.file)
    assert again.find(wanted[:10], files, reported(read)) == files[1]
    assert read == []


def test_a_file_that_changed_is_read_again(index, files, read):
    index.find(sha(files[0].read_bytes()), files, reported(read))
    files[0].write_bytes(b"something new!")
    os.utime(files[0], ns=(1, 1))
    read.clear()
    assert index.find(sha(b"something new!"), files, reported(read)) == files[0]
    assert read == ["one.safetensors"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": {"size": 1}}', "null"])
def test_an_index_that_cannot_be_read_is_made_anew(index, files, read, text):
    index.file.parent.mkdir(parents=True)
    index.file.write_text(text)
    again = Index.load(index.file)
    assert again.find(sha(b"something else"), files, reported(read)) == files[0]
    assert str(files[0]) in json.loads(index.file.read_text())


def test_what_was_read_before_a_search_was_ended_is_kept(index, files):
    def end(path, done, total):
        if path == files[1]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.find("0123456789", files, end)
    assert list(Index.load(index.file).entries) == [str(files[0])]


def test_files_that_are_gone_are_passed_over(index, files, read):
    gone = files[0].with_name("gone.safetensors")
    wanted = sha(files[1].read_bytes())
    assert index.find(wanted, [gone, *files], reported(read)) == files[1]


def test_digits_of_another_kind_of_hash_are_not_looked_for():
    assert understood("BLAKE3:0123456789abcdef") is None
    assert understood(" 0X0123456789 ") == "0123456789"
