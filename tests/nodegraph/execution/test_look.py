"""Values looked at without running, and what the values of zones are made of."""

import pytest

from nodegraph.errors import NodeError, ParamError, PlanError
from nodegraph.execution.context import Options
from tests.nodegraph.execution.loops import doubling
from tests.nodegraph.toys import calls, graph, n, registry

CHAIN = {
    "one": n("number", {"value": 3}),
    "two": n("identity", value="one.int"),
    "three": n("identity", value="two.value"),
}


def test_a_value_is_looked_at_and_nothing_runs(run, executor):
    nodes = graph(CHAIN)
    options = Options()
    assert executor.look(nodes, "two", options=options) is None
    executor.run(nodes, options=options)
    calls.clear()
    assert list(executor.look(nodes, "two", options=options).values()) == [3]
    assert not calls


def test_another_graph_of_the_same_nodes_finds_the_same_values(executor):
    executor.run(graph(CHAIN))
    assert list(executor.look(graph(CHAIN), "one").values()) == [3]
    assert executor.look(graph(CHAIN), "one", options=Options(dtype="float16")) is None


def test_a_node_that_is_not_there_is_refused(executor):
    with pytest.raises(PlanError, match="there is no node 'tow' to run; did you mean 'two'"):
        executor.look(graph(CHAIN), "tow")


def test_values_of_turns_are_not_in_the_cache(executor):
    made = graph(doubling(3))
    executor.run(made)
    inside = executor.signatures(made)
    ends = {path for path in inside if executor.look(made, path) is not None}
    assert ends < set(inside)
    assert len(ends) == 1


def test_what_turns_are_made_of_is_the_same_in_equal_graphs_and_another_in_others(executor):
    def signatures(times):
        return executor.signatures(graph(doubling(times)))

    same, other = signatures(3), signatures(4)
    assert same == signatures(3)
    assert same.keys() == other.keys()
    assert not set(same.values()) & set(other.values())


def test_a_graph_without_zones_has_none_to_sign(executor):
    assert executor.signatures(graph(CHAIN)) == {}


def test_a_node_that_leaves_the_process_is_blamed_like_one_that_raises(run):
    @registry.node("toy.leave")
    def leave() -> int:
        raise SystemExit(3)

    try:
        with pytest.raises(NodeError, match=r"^bad \(toy\.leave\): 3"):
            run({"bad": n("leave")})
    finally:
        del registry["toy.leave"]


@pytest.fixture
def folders(tmp_path):
    for name in ("base", "open", "closed"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    (tmp_path / "open" / "out").symlink_to(tmp_path / "closed")
    (tmp_path / "closed" / "in").symlink_to(tmp_path / "open")
    (tmp_path / "open" / "round").symlink_to(tmp_path / "open" / "round")
    return tmp_path


@pytest.mark.parametrize(
    "path", ["base/file", "open/file", "open/absent", "closed/in/file", "open"]
)
def test_what_is_in_a_readable_folder_may_be_read(folders, path):
    options = Options(base=folders / "base", readable=(folders / "open",))
    assert options.resolve(folders / path) == folders / path


@pytest.mark.parametrize(
    "path",
    [
        "closed/file", "open/out/file", "open/../closed/file", "absent", "open\0", "open/round",
        "opened/file",
    ],
)  # fmt: skip
def test_what_is_not_is_refused(folders, path):
    options = Options(base=folders / "base", readable=(folders / "open",))
    with pytest.raises(ParamError, match="outside of the folders that may be read here; upload it"):
        options.resolve(f"{folders}/{path}")


def test_without_readable_folders_everything_may_be_read(folders):
    assert Options().resolve(folders / "closed" / "file") == folders / "closed" / "file"
