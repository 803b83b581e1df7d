"""``nodegraph pack``, and packs that are installed: the template, one that is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def call(home):
    """Run Python in the test's folder, with packs beside those that are installed."""

    def call(*arguments, packs=None):
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, packs or []))}
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
        )

    return call


NODEGRAPH = ("-c", "from nodegraph.cli import main; main()")


def test_a_pack_from_the_template_installs_and_runs(nodegraph, call, home, write):
    result = nodegraph("pack", "my-nodes")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == [
        "my-nodes/pyproject.toml",
        "my-nodes/my_nodes.py",
        "my-nodes/test_my_nodes.py",
        "my-nodes/README.md",
    ]
    place = home / "installed"
    installed = call(
        *("-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"),
        *("--disable-pip-version-check", "--target", place, "./my-nodes"),
    )
    assert installed.returncode == 0, installed.stderr

    path = write("words.json", count={"type": "my_nodes.count", "params": {"text": "a red fox"}})
    ran = call(*NODEGRAPH, "run", path, "--no-cache", packs=[place])
    assert "count.words = 3" in ran.stderr, ran.stderr

    tested = call("-m", "pytest", "-q", "-p", "no:cacheprovider", home / "my-nodes", packs=[place])
    assert tested.returncode == 0, tested.stdout


@pytest.mark.parametrize("fault", ["import nothing_of_that_name", "raise SystemExit(3)"])
def test_a_broken_pack_is_named_and_all_others_load(call, home, fault):
    place = home / "site"
    about = place / "broken_pack-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-pack\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[nodegraph.nodes]\nbroken = broken_pack\n")
    (place / "broken_pack.py").write_text(f"{fault}\n")

    result = call(*NODEGRAPH, "nodes", "--json", packs=[place])
    assert result.returncode == 0
    assert "node pack 'broken' is broken and was left out: " in result.stderr
    assert "model.load" in json.loads(result.stdout)["nodes"]


def test_a_folder_that_is_there_is_left_alone(nodegraph, home):
    (home / "mine").mkdir()
    result = nodegraph("pack", "mine")
    assert result.exit_code == 2
    assert "mine is there already" in result.stderr


@pytest.mark.parametrize("name", ["2fast", "class", "größe"])
def test_a_name_that_no_module_can_have_is_refused(nodegraph, home, name):
    result = nodegraph("pack", name)
    assert result.exit_code == 2
    assert "can be no package's name" in result.stderr
    assert not (home / name).exists()
