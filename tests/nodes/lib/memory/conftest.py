import pytest

from nodes.lib.memory import budget


@pytest.fixture
def allow(monkeypatch):
    """Lower the memory that networks may take, to bytes."""

    def allow(most):
        monkeypatch.setenv(budget.VARIABLE, repr(most / budget.GIB))

    return allow


@pytest.fixture
def said(run):
    """Return what was noted."""
    return lambda: [note["message"] for note in run.notes]
