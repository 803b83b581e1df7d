import subprocess
import sys

from nodegraph import __version__

LOADED = """
import sys
from typer.testing import CliRunner
from nodegraph.cli.app import app

def loaded(*args):
    result = CliRunner().invoke(app, args)
    assert result.exit_code == 0, result.output
    return sys.modules.keys()

slow = {"torch", "PySide6", "diffusers", "transformers"}
heavy = {"networkx", "rich", "numpy", "PIL"}
assert not (slow | heavy | {"pydantic"}) & loaded("--help")
for args in (["--version"], ["run", "--help"]):
    assert not (slow | heavy) & loaded(*args), args
for args in (["nodes"], ["schema"], ["check", sys.argv[1]], ["show", sys.argv[1]]):
    assert not slow & loaded(*args), args
"""


def test_help_loads_nothing_heavy_and_looking_loads_no_torch(numbers):
    subprocess.run([sys.executable, "-c", LOADED, str(numbers)], check=True)


def test_help_names_every_command(nodegraph):
    shown = nodegraph("--help").stdout
    assert all(name in shown for name in ("run", "check", "show", "nodes", "schema", "info"))


def test_the_version_is_said(nodegraph):
    assert nodegraph("--version").stdout == f"nodegraph {__version__}\n"


def test_a_wrong_command_or_option_exits_with_2(nodegraph, numbers):
    assert nodegraph("rum").exit_code == 2
    assert nodegraph("run", numbers, "--sets", "one.value=1").exit_code == 2
    assert nodegraph("run").exit_code == 2
