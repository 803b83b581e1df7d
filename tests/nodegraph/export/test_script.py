"""Writing a graph as a script, with emitters for toys."""

import ast

import pytest

from nodegraph.export import Exporter, ExportError, write_script
from nodegraph.export import script as module
from tests.nodegraph import toys
from tests.nodegraph.toys import graph, n

FUNCTIONS = '''"""Doubling."""

import math
from pathlib import Path, PurePath

import numpy as np

FACTOR = 2.0


def twice(number):
    """Double a number."""
    return helped(number) * FACTOR


def helped(number):
    """Nothing."""
    return math.fabs(number)


def unused(number):
    """Not in any script."""
    return np.abs(PurePath(number))


def show(number):
    """Print a number."""
    print(number)
'''


def real(part):
    part.heading()
    part.let(part.value("value"))


def scale(part):
    part.heading()
    part.let(f"twice({part.value('x')})")


def show(part):
    part.line(f"show({part.values('value')[0]})")


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write nodes as a script."""
    functions = tmp_path / "functions.py"
    functions.write_text(FUNCTIONS)
    exporter = Exporter({"toy.real": real, "toy.scale": scale, "toy.show": show}, (functions,))
    monkeypatch.setattr(module, "load_packs", lambda: toys.registry)

    def write(nodes, targets=None, **traits):
        made = graph(nodes)
        for name, value in traits.items():
            setattr(made, name, value)
        return write_script(made, "toys.json", targets, exporter)

    return write


@pytest.fixture
def doubled():
    return {
        "x": n("real", {"value": 21.0}),
        "y": n("scale", x="x.float"),
        "other": n("real", {"value": 5.0}),
        "out": n("show", value="y.float"),
    }


def test_a_script_runs(write, doubled, capsys):
    exec(write(doubled), {})
    assert capsys.readouterr().out == "42.0\n"


def test_a_script_has_what_its_lines_need_and_nothing_else(write, doubled):
    text = write(doubled)
    tree = ast.parse(text)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert defined == {"twice", "helped", "show"}
    assert "import math\n" in text
    assert "FACTOR = 2.0" in text
    assert "numpy" not in text
    assert "Path" not in text
    assert "5.0" not in text


def test_variables_are_called_as_their_nodes(write, doubled):
    names = {"twice": doubled["x"], "for": n("scale", x="twice.float")}
    names["out"] = n("show", value="for.float")
    text = write(names)
    assert "\ntwice_2 = 21.0" in text
    assert "\nfor_2 = twice(twice_2)" in text


def test_all_nodes_that_cannot_be_written_are_named(write, doubled):
    doubled["text"] = n("text", {"value": "a"})
    doubled["length"] = n("length", text="text.str")
    doubled["more"] = n("show", value="length.int")
    with pytest.raises(ExportError) as error:
        write(doubled)
    assert {problem.node for problem in error.value.problems} == {"text", "length"}
    assert "toy.length cannot be written as Python" in str(error.value)


def test_a_target_needs_only_what_leads_to_it(write, doubled):
    doubled["text"] = n("text", {"value": "a"})
    doubled["more"] = n("show", value="text.str")
    assert "y = twice(x_2)" in write(doubled, ["out"])


def test_a_files_words_never_become_code(write, doubled):
    doubled["x"]["title"] = "eyes\nraise SystemExit\u2028raise SystemExit"
    title = '"""\nraise SystemExit\n"""\\'
    text = write(doubled, extra={"title": title})
    assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Raise)]


def test_a_graph_that_cannot_run_is_refused(write, doubled):
    from nodegraph.errors import PlanError

    with pytest.raises(PlanError, match="y"):
        write({"y": n("scale"), "out": n("show", value="y.float")})
