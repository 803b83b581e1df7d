import pytest

from gui.document.document import Document
from nodegraph.edits import SetView
from tests.nodegraph import toys
from tests.nodegraph.toys import n

INNER = {
    "in": n("graph.input", {"name": "x", "type": "int"}),
    "sum": n("add", a="in.value", b="in.value"),
    "out": n("graph.output", {"name": "y"}, value="sum.int"),
}


@pytest.fixture
def toy():
    """A graph with a little of everything."""
    nodes = {
        "one": n("number", {"value": 1}),
        "two": n("number", {"value": 2}),
        "text": n("text", {"value": "hi"}),
        "sum": n("add", a="one.int", b="two.int"),
        "all": n("gather", items=["one.int", "sum.int"]),
        "odd": n("other.thing", {"x": [1, {"y": None}]}, a="one.int"),
        "free": n("add"),
        "begin": n("toy.repeat.begin", zone="z", value="sum.int"),
        "within": n("identity", value="begin.value"),
        "end": n("toy.repeat.end", zone="z", value="within.value"),
        "use": n("subgraph/inner", x="one.int"),
    }
    made = toys.graph(nodes, {"inner": INNER})
    made.apply(SetView("nodes", "one", {"pos": [1, 2]}))
    made.apply(SetView("nodes", "ghost", {"pos": [3, 4]}))
    return made


@pytest.fixture
def document(toy):
    return Document(toy)
