"""The editor reads workflows with a catalogue that is data, and never asks for packs."""

from pathlib import Path

import pytest

from gui.document.reading import Known, load, loads
from nodegraph.catalogue import from_json, to_json
from nodegraph.workflow import catalogue, dumps

WORKFLOWS = sorted((Path(__file__).parents[3] / "workflows").glob("*.json"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_example_is_read_with_a_catalogue_from_json(path):
    data = to_json(catalogue().values())
    graph = load(path, from_json(data))
    assert all(graph.spec(node.id).known for node in graph)
    assert dumps(graph) == path.read_text()


def test_without_types_all_nodes_are_placeholders_though_packs_are_installed():
    graph = loads(WORKFLOWS[0].read_text(), {})
    assert not any(graph.spec(node.id).known for node in graph)
    assert dumps(graph) == WORKFLOWS[0].read_text()


def test_nodes_do_not_run_in_the_editor():
    function = next(iter(Known(catalogue()).values())).function
    with pytest.raises(NotImplementedError, match="run in the engine"):
        function(1, name=2)
