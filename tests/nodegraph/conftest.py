import pytest

from nodegraph.execution.context import Options
from nodegraph.execution.run import Executor
from tests.nodegraph import toys


@pytest.fixture(autouse=True)
def fresh_toys(monkeypatch):
    """Nothing has been called yet."""
    toys.calls.clear()
    toys.shown.clear()
    monkeypatch.setattr(toys, "edition", ["first"])


@pytest.fixture
def executor():
    return Executor(toys.registry)


@pytest.fixture
def run(executor, tmp_path):
    """Run a graph, or nodes, with one executor, and give the result."""

    def run(graph, targets=None, **settings):
        settings.setdefault("options", Options(out=tmp_path / "out"))
        if isinstance(graph, dict):
            graph = toys.graph(graph)
        return executor.run(graph, targets, **settings)

    return run
