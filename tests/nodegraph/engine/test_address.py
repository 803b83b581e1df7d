from pathlib import Path

import pytest

from nodegraph.engine import address
from nodegraph.engine.address import Address, NoEngineError

HERE = Address("http://127.0.0.1:1", "secret", 7)


def test_an_address_that_was_left_is_found(tmp_path):
    address.leave(Address("http://127.0.0.1:2", "older"), tmp_path)
    address.leave(HERE, tmp_path)
    assert address.find(tmp_path) == HERE


def test_only_the_owner_reads_the_token(tmp_path):
    (tmp_path / address.FILE).write_text("{}")
    address.leave(HERE, tmp_path)
    assert (tmp_path / address.FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"url": "http://x"}', "null"])
def test_where_no_engine_is_known_the_remedy_is_said(tmp_path, text):
    (tmp_path / address.FILE).write_text(text)
    with pytest.raises(NoEngineError, match="start one with: nodegraph serve"):
        address.find(tmp_path)


def test_a_variable_names_the_folder(monkeypatch):
    monkeypatch.setenv("NODEGRAPH_DATA", "/somewhere")
    assert address.default_folder() == Path("/somewhere")
    monkeypatch.delenv("NODEGRAPH_DATA")
    assert address.default_folder().parts[-2:] == ("nodegraph", "engine")
