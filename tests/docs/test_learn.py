"""The pages of docs/learn show what the workflows of workflows/learn save, and all of it."""

import re
from pathlib import Path

import PIL.Image
import pytest

from nodegraph.workflow import load

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images" / "learn"
PAGES = sorted((ROOT / "docs" / "learn").glob("*.md"))
WORKFLOWS = sorted((ROOT / "workflows" / "learn").glob("*.json"))
LINK = re.compile(r"""(?:\]\(|href="|src=")([^)#:"]+)[)"]""")
WIDEST = 1120
"""Pixels of a picture: pages show about 900, and letters must stay legible."""


def linked(page):
    return {(page.parent / link).resolve() for link in LINK.findall(page.read_text())}


def saved(path):
    """Return the names under which a workflow saves pictures and films."""
    graph = load(path)
    return {node.params["name"] for node in graph if graph.spec(node.id).effect}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_of_a_page_leads_somewhere(page):
    assert [str(path) for path in linked(page) if not path.exists()] == []


def test_pages_show_every_picture_and_name_every_workflow():
    every = set().union(*(linked(page) for page in PAGES if page.stem != "README"))
    assert {path for path in every if path.parent == PICTURES} == set(PICTURES.glob("*"))
    assert set(WORKFLOWS) <= every


def test_every_picture_is_one_that_a_workflow_saves():
    names = [name for path in WORKFLOWS for name in saved(path)]
    assert sorted(names) == sorted(f"learn/{path.stem}" for path in PICTURES.glob("*"))


@pytest.mark.parametrize("picture", sorted(PICTURES.glob("*")), ids=lambda path: path.stem)
def test_a_picture_is_no_larger_than_a_page_can_show(picture):
    assert picture.stat().st_size < 700_000
    with PIL.Image.open(picture) as opened:
        assert opened.width <= WIDEST
