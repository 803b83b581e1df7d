"""Whatever has become of a journal, what can be had of it is offered, and nothing raises."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gui.document.document import Document
from gui.document.journal import Journal
from gui.document.recovery import left_over
from nodegraph.edits import RemoveNode
from nodegraph.errors import NodegraphError
from nodegraph.workflow import dumps
from tests.gui.document.random_edits import any_edit
from tests.nodegraph import toys
from tests.nodegraph.toys import INNER, catalogue, n


def session(rng, folder):
    """Edit at random as somebody would who then is killed, and return the journal."""
    graph = toys.graph(
        {"one": n("number"), "use": n("subgraph/inner", x="one.int")}, {"inner": INNER}
    )
    document = Document(graph)
    kept = Journal(document, folder)
    for _ in range(30):
        try:
            document.apply(any_edit(rng, graph))
        except NodegraphError:
            document.undo()
    kept._lock.release()
    kept._close_file()
    return kept.path


def damaged(rng, data):
    lines = data.split(b"\n")
    match rng.randrange(4):
        case 0:
            return data[: rng.randrange(len(data))]
        case 1:
            del lines[rng.randrange(1, len(lines)) :: 3]
        case 2:
            rng.shuffle(lines)
        case _:
            flipped = bytearray(data)
            for _ in range(rng.randrange(1, 30)):
                flipped[rng.randrange(len(flipped))] = rng.randrange(256)
            return bytes(flipped)
    return b"\n".join(lines)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32))
def test_a_damaged_journal_gives_a_document_that_can_be_saved_or_says_why_not(tmp_path, seed):
    rng = random.Random(seed)
    path = session(rng, tmp_path)
    path.write_bytes(damaged(rng, path.read_bytes()))
    (left,) = left_over(tmp_path)
    found = left.rebuild(catalogue)
    left.discard()
    if found.graph is None:
        assert found.notes
    else:
        dumps(found.graph)


def test_a_node_that_comes_back_without_its_neighbour_has_no_link_to_it(document, tmp_path):
    kept = Journal(document, tmp_path)
    document.apply(RemoveNode("sum"))
    document.undo()
    kept._lock.release()
    lines = kept.path.read_bytes().split(b"\n")
    lines.insert(2, b'{"RemoveNode": {"node_id": "two"}}')
    kept.path.write_bytes(b"\n".join(lines))
    (left,) = left_over(tmp_path)
    found = left.rebuild(catalogue)
    left.release()
    kept.close()
    assert found.graph.inputs("sum") == {"a": [("one", "int")]}
    assert "two" not in found.graph
    assert found.notes[0].startswith("1 of 3 edits could not be made again")
