import json
import subprocess

import pytest
from typer.testing import CliRunner

from nodegraph.cli.app_engine import app
from nodegraph.registry import load_packs
from tests.nodegraph.programs import launch


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty folder to work in, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NODEGRAPH_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def nodegraph():
    """Call the command line in this process."""
    return lambda *args: CliRunner().invoke(app, [str(arg) for arg in args])


@pytest.fixture
def write(tmp_path):
    """Write a workflow of some nodes."""

    def write(name, **nodes):
        path = tmp_path / name
        path.write_text(json.dumps({"nodegraph": 1, "nodes": nodes}))
        return path

    return write


@pytest.fixture
def numbers(write):
    """Two numbers in a list."""
    return write(
        "numbers.json",
        one={"type": "value.integer", "params": {"value": 1}},
        two={"type": "value.integer", "params": {"value": 2}},
        both={"type": "value.list", "inputs": {"items": ["one.int", "two.int"]}},
    )


@pytest.fixture
def endless(write):
    """A hundred million turns."""
    return write(
        "endless.json",
        one={"type": "value.integer"},
        outer={
            "type": "flow.repeat.begin",
            "zone": "outer",
            "params": {"times": 10000},
            "inputs": {"value": "one.int"},
        },
        inner={
            "type": "flow.repeat.begin",
            "zone": "inner",
            "title": "Treadmill",
            "params": {"times": 10000},
            "inputs": {"value": "outer.value"},
        },
        turn={"type": "flow.repeat.end", "zone": "inner", "inputs": {"value": "inner.value"}},
        done={"type": "flow.repeat.end", "zone": "outer", "inputs": {"value": "turn.value"}},
    )


@pytest.fixture
def pixels(tmp_path, write):
    """A workflow that loads a picture and saves it."""
    import PIL.Image

    PIL.Image.linear_gradient("L").resize((24, 16)).save(tmp_path / "grey.png")
    return write(
        "pixels.json",
        load={"type": "image.load", "params": {"path": "grey.png"}},
        save={"type": "image.save", "params": {"name": "out"}, "inputs": {"image": "load.image"}},
    )


@pytest.fixture
def declare():
    """Declare node types that are forgotten after the test."""
    registry = load_packs()
    before = set(registry)
    yield registry.node
    for type_id in set(registry) - before:
        del registry[type_id]


@pytest.fixture
def start():
    """Start the command line as a process of its own; it is ended with the test."""
    started = []

    def start(*args, **options):
        started.append(launch(*args, **{"stderr": subprocess.PIPE} | options))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()
