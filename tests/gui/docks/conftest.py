import pytest

from gui.canvas.looks import Looks
from gui.settings import Settings
from gui.theme import DARK


@pytest.fixture
def settings(tmp_path):
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def looks(qapp):
    made = Looks(DARK)
    return lambda: made


@pytest.fixture(autouse=True)
def broken(capfd):
    """Fails a test in which Python code failed inside of Qt, or a painter was left open."""
    yield
    said = "".join(capfd.readouterr())
    for sign in ("Error calling Python override", "QPainter::", "Traceback"):
        assert sign not in said, said
