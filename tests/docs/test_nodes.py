"""Every block of docs/nodes.md runs, in its order, as one module; its own tests pass."""

import re
import sys
import tomllib
import types
from pathlib import Path

import pytest
import torch

from nodegraph.execution.context import Context, Options, enter, leave
from nodegraph.export import Part
from nodegraph.registry import load_packs
from nodegraph.sockets import CLASSES, STYLES
from nodes.types import Image

PAGE = (Path(__file__).parents[2] / "docs" / "nodes.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page():
    """The page's code as a module; its node types are forgotten afterwards."""
    registry = load_packs()
    before = set(registry)
    module = types.ModuleType("my_nodes")
    sys.modules["my_nodes"] = module
    for number, block in enumerate(blocks("python")):
        exec(compile(block, f"docs/nodes.md, block {number}", "exec"), vars(module))
    yield module
    for type_id in set(registry) - before:
        del registry[type_id]
    del sys.modules["my_nodes"], CLASSES["Palette"], STYLES["Palette"]


def test_the_pages_own_tests_pass(page):
    tests = [value for name, value in vars(page).items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_what_the_page_declares_does_what_it_says(page, tmp_path):
    black = Image(torch.zeros(1, 2, 2, 3))
    assert page.fade(black, towards="white", amount=0.25).pixels.mean() == 0.25
    assert sorted(page.shuffle(lines="a\nb\nc", seed=1)) == ["a", "b", "c"]
    assert page.sum_of_squares(count=3) == 5
    assert page.longest(["a", "bcd", "ef"]) == "bcd"
    with pytest.raises(page.EmptyError):
        page.longest([])
    assert len(page.greys(count=5).colors) == 5
    assert page.shorten("a red fox", share=1 / 3) == "a r"
    assert page.from_percent({"percent": 50}) == {"share": 0.5}

    token = enter(Context(Options(out=tmp_path, base=tmp_path)))
    try:
        saved = page.save_text("a fox", name="said")
        assert page.read_text(path=saved.name) == "a fox"
    finally:
        leave(token)


def test_every_type_of_the_page_shows_in_the_catalogue(page):
    registry = load_packs()
    declared = re.findall(r'@node\("(my_nodes\.\w+)"', PAGE)
    assert len(declared) > 10
    for type_id in declared:
        name = f"{type_id}.begin" if type_id.endswith("grow") else type_id
        assert registry[name].spec.summary
    assert registry["my_nodes.fade"].spec.inputs["other"].optional
    assert registry["my_nodes.fade"].spec.params["amount"].help == "How far."


def test_the_pages_emitter_is_one(page):
    assert list(page.EXPORTER.emitters) == ["my_nodes.split"]
    assert page.Part is Part


def test_the_entry_point_is_as_the_template_has_it():
    (said,) = (tomllib.loads(block) for block in blocks("toml"))
    template = Path(__file__).parents[2] / "templates" / "pack" / "pyproject.toml"
    project = tomllib.loads(template.read_text())["project"]
    group = "nodegraph.nodes"
    assert said["project"]["entry-points"][group] == {"my_nodes": "my_nodes"}
    assert project["entry-points"][group] == {"example_nodes": "example_nodes"}
