import pytest

from gui.document.document import Document
from tests.nodegraph.toys import everything, n


@pytest.fixture
def toy():
    """A graph with a little of everything, a node inside of its zone too."""
    within = n("identity", value="begin.value")
    return everything(within=within, end=n("toy.repeat.end", zone="z", value="within.value"))


@pytest.fixture
def document(toy):
    return Document(toy)
