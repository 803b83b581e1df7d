import pytest

from nodegraph.comfy.bringing.order import ordered
from nodegraph.comfy.ui.reading import MAX_DEPTH, MAX_NODES, read
from nodegraph.errors import WorkflowError
from tests.nodegraph.comfy.workflows import node, workflow


def refusal(data):
    with pytest.raises(WorkflowError) as error:
        read(data)
    return str(error.value)


def test_a_node_without_a_class_is_refused_by_its_id():
    assert "the node 4 has no class" in refusal(workflow([{"id": 4}]))


def test_a_node_without_an_id_is_refused_by_its_class():
    assert "a node of the class KSampler has no id" in refusal(workflow([{"type": "KSampler"}]))


def test_too_many_nodes_are_refused():
    nodes = [{"id": number, "type": "A"} for number in range(MAX_NODES + 1)]
    assert "more than 10,000 nodes" in refusal(workflow(nodes))


def test_subgraphs_nested_too_deep_are_refused():
    body = {"id": "x", "nodes": []}
    for number in range(MAX_DEPTH + 1):
        body = {"id": f"x{number}", "nodes": [], "definitions": {"subgraphs": [body]}}
    assert "nested more than 32 deep" in refusal(workflow([], definitions={"subgraphs": [body]}))


def test_a_link_from_nowhere_is_left_out_and_said():
    found = read(workflow([node(2, "VAEDecode", ["samples:LATENT=9"])]))
    assert found.graph.nodes["2"].inputs[0].link == ""
    (note,) = found.notes
    assert "the link 9 to samples of VAEDecode (2) comes from nowhere" in note


def test_of_two_nodes_with_one_id_the_second_gets_another():
    found = read(workflow([node(2, "A"), node(2, "B")]))
    assert {name: one.type for name, one in found.graph.nodes.items()} == {"2": "A", "2b1": "B"}
    assert "two nodes have the id 2" in found.notes[0]


def test_the_link_that_closes_a_loop_is_left_out_and_said():
    data = workflow(
        [node(1, "A", ["x:T=2"], ("T",)), node(2, "B", ["x:T=1"], ("T",))],
        [[1, 1, 0, 2, 0, "T"], [2, 2, 0, 1, 0, "T"]],
    )
    order, notes = ordered(read(data).graph)
    assert [one.id for one in order] == ["2", "1"]
    assert "closes a loop" in notes[0]


def test_positions_are_lists_or_objects_and_what_is_no_number_counts_as_not_there():
    nodes = [
        node(1, "A") | {"pos": {"0": 1, "1": 2}, "size": [3, 4]},
        node(2, "A") | {"pos": [float("nan"), 0], "size": "wide"},
    ]
    found = read(workflow(nodes)).graph.nodes
    assert (found["1"].pos, found["1"].size) == ((1.0, 2.0), (3.0, 4.0))
    assert (found["2"].pos, found["2"].size) == (None, None)


def test_links_are_led_through_the_points_of_reroutes():
    extra = {
        "reroutes": [{"id": 1, "pos": [10, 20]}, {"id": 2, "parentId": 1, "pos": [30, 40]}],
        "linkExtensions": [{"id": 1, "parentId": 2}],
    }
    data = workflow(
        [node(1, "A", outputs=("T",)), node(2, "B", ["x:T=1"])],
        [[1, 1, 0, 2, 0, "T"]],
        extra=extra,
    )
    assert read(data).graph.links["1"].points == ((10.0, 20.0), (30.0, 40.0))


def test_models_are_read_from_the_file_and_from_its_nodes():
    one, other = {"name": "a", "url": "https://a"}, {"name": "b", "directory": "vae"}
    data = workflow([node(1, "A") | {"properties": {"models": [other]}}], models=[one])
    assert read(data).models == [one, other]


def test_colors_are_of_six_digits():
    nodes = [node(1, "A") | {"color": "#2a3"}, node(2, "A") | {"color": "red"}]
    assert [one.color for one in read(workflow(nodes)).graph.nodes.values()] == ["#22aa33", ""]
