from gui.bridge.known import core
from gui.document.reading import Known
from gui.running.checking import problems
from tests.nodegraph import toys
from tests.nodegraph.toys import n


def test_a_node_type_that_the_engine_lacks_is_a_problem_and_no_crash():
    graph = toys.graph({"one": n("number", {"value": 1})})

    (problem,) = problems(graph, Known(core()))

    assert "toy.number" in problem.message
