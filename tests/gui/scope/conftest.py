from tests.gui.watched import broken  # noqa: F401 - a fixture
