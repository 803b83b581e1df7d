import pytest

from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.theme import DARK
from gui.viewers.looking import Looking
from tests.gui.viewers.values import FakeEngine, status_of
from tests.gui.watched import broken  # noqa: F401 - a fixture
from tests.nodegraph import toys
from tests.nodegraph.toys import n


@pytest.fixture
def engine(qapp):
    return FakeEngine()


@pytest.fixture
def document(qapp):
    """Numbers, and a zone with one node in its body."""
    return Document(
        toys.graph(
            {
                "one": n("number", {"value": 1}),
                "two": n("number", {"value": 2}),
                "begin": n("toy.repeat.begin", zone="z", value="one.int"),
                "within": n("identity", value="begin.value"),
                "end": n("toy.repeat.end", zone="z", value="within.value"),
            }
        )
    )


@pytest.fixture
def status(document):
    return status_of(document)


@pytest.fixture
def looking(engine, status, document):
    return Looking(engine, status, document)


@pytest.fixture
def looks(qapp):
    made = Looks(DARK)
    return lambda: made
