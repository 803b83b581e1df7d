"""What is not where a node says is found once, and set wherever it is named."""

import pytest

from gui.desk.relinking import Relinking, named
from nodegraph import FilePath, Registry
from nodegraph.registry import Catalogue
from nodegraph.workflow import read

types = Registry()


@types.node("some.load")
def load(*, model: str = "critters", note: str = "") -> int:
    return 0


@types.node("some.read")
def read_file(*, path: FilePath = "") -> int:
    return 0


@pytest.fixture
def document(desk):
    def node(kind, **params):
        return {"type": kind, "version": 1, "params": params}

    graph = read(
        {
            "nodegraph": 1,
            "nodes": {
                "one": node("some.load", model="/gone/sd"),
                "two": node("some.load", model="/gone/sd", note="/gone/sd"),
                "other": node("some.load"),
                "file": node("some.read", path="/gone/a.png"),
            },
            "subgraphs": {"inner": {"nodes": {"deep": node("some.load", model="/gone/sd")}}},
        },
        types,
    )
    desk._catalogue = lambda: Catalogue(types)
    return desk.new(graph)


def test_a_model_is_set_on_all_nodes_that_name_it_in_one_step(
    desk, asking, answer, document, tmp_path
):
    Relinking(desk, asking).find(document, document.graph, "one")
    answer(tmp_path)
    graph = document.graph
    models = {node.id: node.params["model"] for node in graph if node.type == "some.load"}
    assert models == {"one": str(tmp_path), "two": str(tmp_path), "other": "critters"}
    assert graph["two"].params["note"] == "/gone/sd"
    assert graph.subgraphs["inner"]["deep"].params["model"] == str(tmp_path)
    assert document.undo_title == "Find the model of 3 nodes"
    document.undo()
    assert graph["one"].params["model"] == "/gone/sd"
    assert graph.subgraphs["inner"]["deep"].params["model"] == "/gone/sd"


def test_a_file_is_asked_for_as_a_file(desk, asking, answer, document, tmp_path):
    Relinking(desk, asking).find(document, document.graph, "file", "path")
    answer(tmp_path / "b.png")
    assert document.graph["file"].params["path"] == str(tmp_path / "b.png")


def test_a_node_inside_of_a_subgraph_may_be_the_one_that_is_asked(
    desk, asking, answer, document, tmp_path
):
    Relinking(desk, asking).find(document, document.graph.subgraphs["inner"], "deep")
    answer(tmp_path)
    assert document.graph["one"].params["model"] == str(tmp_path)


def test_a_node_that_names_nothing_is_left_alone(document):
    assert named(document.graph, "one", "note") is None


def test_browsing_sets_one_parameter_of_one_node(desk, asking, answer, document, tmp_path):
    Relinking(desk, asking).browse(document, "one", "model")
    answer(tmp_path)
    models = [document.graph[name].params["model"] for name in ("one", "two")]
    assert models == [str(tmp_path), "/gone/sd"]
