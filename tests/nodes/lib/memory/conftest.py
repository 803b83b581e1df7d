import pytest

from nodegraph.execution.context import Context, enter, leave
from nodes.lib import models
from nodes.lib.memory import budget, held, ladder


@pytest.fixture
def networks(monkeypatch):
    """What is held, with nothing in it yet."""
    found = held.Held()
    for place in (models, held, ladder):
        monkeypatch.setattr(place, "networks", found)
    return found


@pytest.fixture
def allow(monkeypatch):
    """Lower the memory that networks may take, to bytes."""

    def allow(most):
        monkeypatch.setenv(budget.VARIABLE, repr(most / budget.GIB))

    return allow


@pytest.fixture
def run():
    """A run whose notes can be read."""
    context = Context(run="r", node="node")
    token = enter(context)
    yield context
    leave(token)


@pytest.fixture
def said(run):
    """Return what was noted."""
    return lambda: [note["message"] for note in run.notes]
