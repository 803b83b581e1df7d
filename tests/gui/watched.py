import pytest


@pytest.fixture(autouse=True)
def broken(capfd):
    """Fails a test in which Python code failed inside of Qt, or a painter was left open."""
    yield
    said = "".join(capfd.readouterr())
    for sign in ("Error calling Python override", "QPainter::", "Traceback"):
        assert sign not in said, said
