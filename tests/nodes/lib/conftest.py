import pytest

from nodegraph.execution.context import Context, enter, leave
from nodes.lib import models
from nodes.lib.memory import held, ladder
from tests.nodes.lib.single.writing import NAMES, Written, at_hand


@pytest.fixture
def networks(monkeypatch):
    """What is held, with nothing in it yet."""
    found = held.Held()
    for place in (models, held, ladder):
        monkeypatch.setattr(place, "networks", found)
    return found


@pytest.fixture
def run():
    """A run whose notes can be read."""
    context = Context(run="r", node="node")
    token = enter(context)
    yield context
    leave(token)


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Writes a family once."""
    known = {}

    def write(name):
        if name not in known:
            known[name] = Written(name, tmp_path_factory.mktemp("single") / name)
        return known[name]

    return write


@pytest.fixture(params=list(NAMES))
def both(request, written, monkeypatch):
    """A family's tiny model, known to the loaders."""
    found = written(request.param)
    at_hand(found, monkeypatch)
    return found


@pytest.fixture
def flux(written, monkeypatch):
    found = written("flux")
    at_hand(found, monkeypatch)
    return found
