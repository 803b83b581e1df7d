import json
import subprocess
import sys

import pytest

from nodegraph import __version__

LOADED = """
import sys
from typer.testing import CliRunner
from nodegraph.cli.app_engine import app

def loaded(*args):
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    return sys.modules.keys()

slow = {"torch", "PySide6", "diffusers", "transformers"}
heavy = {"networkx", "rich", "numpy", "PIL"}
assert not (slow | heavy | {"pydantic"}) & loaded("--help")
for args in (["--version"], ["run", "--help"], ["serve", "--help"]):
    assert not (slow | heavy) & loaded(*args), args
unneeded = {"networkx"} | {f"nodegraph.execution.{name}" for name in ("plan", "run", "events")}
for args, needed in (
    (["nodes"], set()),
    (["schema"], {"networkx"}),
    (["show", sys.argv[1]], {"networkx"}),
    (["check", sys.argv[1]], {"networkx", "nodegraph.execution.plan"}),
):
    assert not (slow | unneeded - needed) & loaded(*args), args
"""


def test_help_loads_nothing_heavy_and_looking_loads_no_torch_and_nothing_that_runs(numbers):
    subprocess.run([sys.executable, "-c", LOADED, str(numbers)], check=True)


def test_help_names_every_command(nodegraph):
    shown = nodegraph("--help").stdout
    offline = ("run", "check", "show", "nodes", "schema", "info")
    assert all(name in shown for name in (*offline, "serve", "submit", "jobs", "cancel"))


def test_the_version_is_said(nodegraph):
    assert nodegraph("--version").stdout == f"nodegraph {__version__}\n"


def test_a_wrong_command_or_option_exits_with_2(nodegraph, numbers):
    assert nodegraph("rum").exit_code == 2
    assert nodegraph("run", numbers, "--sets", "one.value=1").exit_code == 2
    assert nodegraph("run").exit_code == 2


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["run", "--json", "a.json", "--sets", "one.value=1"], "No such option: --sets"),
        (["run", "--json"], "Missing argument 'FILE'"),
        (["run", "--json", "a.json", "--out"], "'--out' requires an argument"),
        (["rum", "--json"], "No such command 'rum'"),
        (["--jsn", "nodes", "--json"], "No such option: --jsn"),
        (["info", "all", "--json"], "unexpected extra argument(s) (all)"),
        (["nodes", "nothing.like.it", "--json"], "unknown node type 'nothing.like.it'"),
    ],
)
def test_wrong_arguments_are_one_line_of_json_where_json_was_asked_for(nodegraph, args, said):
    result = nodegraph(*args)
    assert result.exit_code == 2
    error = json.loads(result.stdout)
    assert error.keys() == {"event", "message"}
    assert error["event"] == "Error"
    assert said in error["message"]
    assert result.stderr == f"error: {error['message']}\n"
