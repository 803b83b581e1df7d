import pytest

from nodegraph.execution.context import Context, enter, leave
from nodes.lib import models
from nodes.lib.memory import held, ladder


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
