import os
import sys

import pytest

from nodegraph.engine.ray.library import ClusterError, load


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ClusterError, match=r"nodegraph\[ray\]"):
        load()


def test_nothing_phones_home(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.delenv("RAY_USAGE_STATS_ENABLED", raising=False)
    with pytest.raises(ClusterError):
        load()
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
