import gc

import pytest

from gui.appearance import Appearance
from gui.settings import Settings


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """No test reads or writes what belongs to whoever runs it."""
    monkeypatch.setenv("NODEGRAPH_EDITOR_DATA", str(tmp_path / "editor"))
    monkeypatch.setenv("NODEGRAPH_DATA", str(tmp_path / "engine"))


@pytest.fixture(autouse=True)
def collected_here():
    """Garbage is collected by the test's own thread alone, as in the editor."""
    gc.disable()
    gc.freeze()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def appearance(qapp, settings):
    return Appearance(qapp, settings)
