from benchmarks.canvas import bench, measure, text_of, warm_up
from nodegraph import workflow


def test_a_workflow_comes_from_a_process_of_its_own():
    graph = workflow.loads(text_of(9), bench)

    assert len(list(graph)) == 9
    assert len(list(graph.links())) == 9


def test_memory_is_counted_beyond_a_window_that_has_shown_nodes(qapp):
    warm_up(qapp)

    found = measure(qapp, 9)

    assert 0 <= found["memory"][0] <= found["whole memory"][0]
