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


@pytest.fixture
def editor(qtbot, settings, appearance, tmp_path):
    """The whole editor as it starts, before it opens anything."""
    from gui.editor import Editor  # most tests need much less
    from gui.window import Window
    from tests.gui.running.conftest import pictured

    window = Window(settings, appearance)
    qtbot.addWidget(window)
    made = window.editor = Editor(window, settings, appearance)
    made.engine.where = pictured(tmp_path / "data")
    window.show()
    yield made
    made.end()
    window.quit()
