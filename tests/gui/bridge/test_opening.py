import pytest

from gui.bridge.opening import outdated, read
from nodegraph.errors import NodegraphError
from tests.gui.bridge.conftest import WAIT
from tests.nodegraph.engine.workers import node, written

OLD = {"a": node("toy.grown", width=3) | {"version": 1}, "b": node("toy.number", value=2)}


@pytest.fixture
def opened(engine, qtbot):
    """Read a text, and give the graph or what is wrong."""

    def opened(text):
        got = []
        read(engine, text, got.append, got.append)
        qtbot.waitUntil(lambda: bool(got), timeout=WAIT)
        return got[0]

    return opened


@pytest.fixture
def learned(engine, qtbot):
    engine.start()
    qtbot.waitUntil(lambda: "toy.grown" in engine.catalogue, timeout=WAIT)
    return engine


def test_a_file_of_an_older_version_comes_from_the_engine_as_one_of_today(learned, opened):
    graph = opened(written(OLD))
    assert graph["a"].version == learned.catalogue["toy.grown"].version == 2
    assert graph["a"].params == {"size": 3}
    assert graph["b"].params == {"value": 2}


def test_a_file_of_today_is_read_at_once(learned):
    got = []
    read(learned, written({"b": OLD["b"]}), got.append, got.append)
    assert [node.id for node in got[0]] == ["b"]


def test_without_an_engine_it_says_why_an_older_file_cannot_be_read(learned, opened):
    learned.stop()
    error = opened(written(OLD))
    assert isinstance(error, NodegraphError)
    assert "The engine is off" in str(error)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"nodegraph": 1, "nodes": {"a": 1}}'])
def test_rubbish_is_refused_in_words(learned, opened, text):
    assert isinstance(opened(text), NodegraphError)


@pytest.mark.parametrize("data", [None, [], {"nodes": 1}, {"nodes": {"a": {"version": "x"}}}])
def test_whatever_the_data_is_it_is_looked_through(learned, data):
    assert outdated(data, learned.catalogue) == ()


def test_older_types_inside_of_subgraphs_count(learned):
    data = {"subgraphs": {"s": {"nodes": {"a": {"type": "toy.grown", "version": 1}}}}}
    assert outdated(data, learned.catalogue) == ("toy.grown",)
