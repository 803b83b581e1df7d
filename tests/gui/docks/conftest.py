import pytest

from gui.canvas.looks import Looks
from gui.theme import DARK
from tests.gui.watched import broken  # noqa: F401 - a fixture


@pytest.fixture
def looks(qapp):
    made = Looks(DARK)
    return lambda: made
