import pytest

from gui.bridge.known import core
from gui.document.reading import Known
from gui.running.checking import Checker, problems
from nodegraph.edits import SetParam
from tests.gui.bridge.conftest import WAIT
from tests.nodegraph import toys
from tests.nodegraph.engine.workers import node
from tests.nodegraph.toys import n

GONE = node("toy.read", path="/nowhere/words.txt")


@pytest.fixture
def found(qtbot, ready, opened):
    """Check nodes until something is missed, and give their status and what it is."""

    def found(nodes, node_id="read"):
        status = opened(nodes)
        Checker(ready, status)
        qtbot.waitUntil(lambda: bool(missed(status, node_id)), timeout=WAIT)
        return status, missed(status, node_id)[0]

    return found


def missed(status, node_id="read"):
    return [one for one in status.problems if one.node == node_id]


def test_a_node_type_that_the_engine_lacks_is_a_problem_and_no_crash():
    graph = toys.graph({"one": n("number", {"value": 1})})

    (problem,) = problems(graph, Known(core()))

    assert "toy.number" in problem.message


def test_a_missing_file_is_said_with_its_parameter_and_a_remedy(found):
    status, problem = found({"read": GONE})

    assert (problem.socket, problem.message) == ("path", "there is no file /nowhere/words.txt")
    assert problem.remedy == "check the path"
    assert "/nowhere/words.txt" in status.nodes["read"].message


def test_a_missing_file_is_said_while_something_else_is_not_linked_yet(found):
    status, _ = found({"read": GONE, "save": node("toy.save")})

    assert missed(status, "save")


def test_what_is_missing_stays_said_while_something_else_is_edited(found, qtbot):
    status, problem = found({"read": GONE, "a": node("toy.number", value=1)})
    said = []
    status.problems_changed.connect(lambda: said.append(status.problems))
    checker = status.findChild(Checker)
    status.document.apply(SetParam("a", "value", 2))
    checker.check()

    assert (said, missed(status)) == ([], [problem])


def test_a_file_that_is_found_elsewhere_is_missed_no_longer(found, tmp_path):
    status, _ = found({"read": GONE})
    (tmp_path / "words.txt").write_text("hello")
    status.document.apply(SetParam("read", "path", str(tmp_path / "words.txt")))
    status.findChild(Checker).check()

    assert status.problems == ()
    assert status.nodes["read"].message == ""


def test_a_file_that_goes_along_with_a_run_is_not_missed(found, tmp_path):
    (tmp_path / "here.txt").write_text("hello")
    status, _ = found({"read": GONE, "other": node("toy.read", path=str(tmp_path / "here.txt"))})

    assert missed(status, "other") == []


def test_a_file_beside_the_workflow_is_not_missed(opened, ready, qtbot, tmp_path):
    (tmp_path / "here.txt").write_text("hello")
    status = opened({"read": GONE, "other": node("toy.read", path="here.txt")})
    status.document.save(tmp_path / "workflow.json")
    Checker(ready, status)
    qtbot.waitUntil(lambda: bool(missed(status)), timeout=WAIT)

    assert missed(status, "other") == []


def test_what_is_missing_is_said_as_soon_as_an_engine_answers(opened, ready, qtbot):
    status = opened({"read": GONE})
    ready.stop()
    Checker(ready, status).check()
    qtbot.waitUntil(lambda: not status.findChild(Checker)._later.isActive(), timeout=WAIT)
    assert status.problems == ()

    ready.start()
    qtbot.waitUntil(lambda: bool(missed(status)), timeout=WAIT)
