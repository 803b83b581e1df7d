import pytest

from nodegraph.engine import host
from nodegraph.engine.host import DefaultHost, choose, load_host
from tests.nodegraph.engine.workers import PACK


class Gpus(DefaultHost):
    def devices(self):
        return {"cuda:0": {"bytes": 1}, "cuda:1": {"bytes": 2}, "cpu": {}}


def test_without_a_pack_there_is_a_cpu_and_nothing_else(monkeypatch):
    monkeypatch.setattr(host, "entry_points", lambda group: [])
    found = load_host()
    assert list(found.devices()) == ["cpu"]
    assert (found.memory("cpu"), found.models([]), found.picture(1, 64)) == ({}, [], b"")
    assert found.describe([1]) == {"type": "list", "text": "[1]"}


def test_the_host_of_a_pack_is_found_by_its_entry_point(monkeypatch):
    monkeypatch.syspath_prepend(PACK)
    assert list(load_host().devices()) == ["toy:0", "toy:1"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (None, ["cuda:0", "cuda:1"]),
        (["cuda:1"], ["cuda:1"]),
        (["cpu"], ["cpu"]),
        (["cuda:7"], ["cuda:7"]),
    ],
)
def test_jobs_run_on_every_gpu_or_on_the_devices_that_are_named(names, expected):
    assert list(choose(Gpus(), names)) == expected


def test_jobs_run_on_the_cpu_where_there_is_no_gpu():
    assert list(choose(DefaultHost(), None)) == ["cpu"]
