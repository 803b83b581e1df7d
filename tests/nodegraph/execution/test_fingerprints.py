"""What of the world a value depends on: files, time, other state."""

import pytest

from nodegraph import files
from nodegraph.errors import PlanError
from nodegraph.execution.context import Options
from tests.nodegraph import toys
from tests.nodegraph.toys import calls, graph, n


def test_a_constant_fingerprint_is_cached_and_a_changed_one_is_not(run):
    """[14]"""
    nodes = {"e": n("edition")}
    assert run(nodes)["e"] == run(nodes)["e"] == "first"
    assert calls["edition"] == 1
    toys.edition[0] = "second"
    assert run(nodes)["e"] == "second"


@pytest.mark.parametrize("order", [("clock", "next"), ("next", "clock")])
def test_a_node_that_never_matches_runs_every_time_whatever_the_order(run, order):
    """[14]"""
    nodes = {"clock": n("clock"), "next": n("identity", value="clock.int")}
    nodes = {name: nodes[name] for name in order}
    assert [run(nodes)["next"] for _ in range(3)] == [1, 2, 3]


def test_a_fingerprint_is_asked_without_the_params_that_links_drive(run):
    """[20]"""
    nodes = {"s": n("text", {"value": "the "}), "e": n("edition", prefix="s.str")}
    assert run(nodes)["e"] == "the first"
    calls.clear()
    run(nodes)
    assert not calls


def test_a_changed_file_runs_its_reader_again(run, tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("one")
    nodes = {"r": n("read", {"path": "a.txt"}), "size": n("length", text="r.str")}
    options = Options(out=tmp_path / "out", base=tmp_path)
    assert run(nodes, options=options)["size"] == 3
    assert run(nodes, options=options)["size"] == 3
    assert calls["read"] == 1
    file.write_text("three")
    assert run(nodes, options=options)["size"] == 5


@pytest.mark.parametrize("path", ["none.txt", "a\0b", "x" * 5000, "/dev/zero"])
def test_a_file_that_cannot_be_read_is_said_before_anything_runs(run, path):
    toy = graph({"r": n("read")})
    toy.put(toy["r"].with_param("path", path))
    with pytest.raises(PlanError, match=r"\$\.nodes\.r\.params\.path: r: "):
        run(toy)
    assert not calls


def test_a_folder_of_too_many_files_is_a_problem_of_the_param_that_names_it(
    run, tmp_path, monkeypatch
):
    monkeypatch.setattr(files, "MAX_ENTRIES", 2)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "a.txt").touch()
    nodes = {"r": n("read", {"path": str(tmp_path)})}
    with pytest.raises(PlanError, match=r"params.path: r: the folder .* more than 2 .*; name a"):
        run(nodes)


def test_a_fingerprint_that_raises_is_a_problem_of_its_node(run):
    toys.edition[0] = None
    with pytest.raises(PlanError, match=r"\$\.nodes\.e\.params: e: .*can only concatenate str"):
        run({"e": n("edition", {"prefix": "a"})})
