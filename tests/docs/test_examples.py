"""docs/examples.md: what it names exists, and every node type is in an example or excused."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from nodegraph.registry import load_packs
from nodegraph.workflow import load

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "examples.md"
SHOWN, _, EXCUSED = PAGE.read_text().partition("## Without an example")
TYPE = re.compile(r"`([a-z_]+\.[a-z_.*]+)`")


def lines(text):
    """Return the rows of tables as their cells."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [
        [cell.strip() for cell in row] for row in rows if row[0].strip() not in ("what", "nodes")
    ]


def types_in(graph):
    """Return the types of a graph's nodes, and of its subgraphs'."""
    return {node.type for one in (graph, *graph.subgraphs.values()) for node in one}


@pytest.fixture(scope="module")
def known():
    """Types that come along; other tests register some of their own."""
    found = load_packs().items()
    ours = ("nodes.", "nodegraph.")
    return {name for name, one in found if one.function.__module__.startswith(ours)}


@pytest.fixture(scope="module")
def used():
    return {path: types_in(load(path)) for path in sorted((ROOT / "workflows").glob("**/*.json"))}


def test_every_file_that_the_page_names_is_there():
    links = re.findall(r"\]\(([^)#:]+)\)", PAGE.read_text())
    assert [link for link in links if not (PAGE.parent / link).exists()] == []


def test_every_node_type_that_the_page_names_exists(known):
    named = TYPE.findall("".join(row[1] for row in lines(SHOWN)))
    named += TYPE.findall("".join(row[0] for row in lines(EXCUSED)))
    assert [name for name in named if not any(fnmatch(one, name) for one in known)] == []


def test_every_row_has_nodes_an_example_and_a_test():
    rows = lines(SHOWN)
    assert len(rows) > 40
    assert [row for row in rows if len(row) != 4 or not all(row)] == []


def test_an_example_of_a_row_has_one_of_its_nodes(used):
    for what, nodes, example, _ in lines(SHOWN):
        wanted, found = set(TYPE.findall(nodes)), re.search(r"\(([^)]+json)\)", example)
        if found:
            assert wanted & used[(PAGE.parent / found[1]).resolve()], what


def test_every_node_type_is_in_an_example_or_has_a_reason_not_to_be(known, used):
    shown = set().union(*used.values())
    excused = TYPE.findall("".join(row[0] for row in lines(EXCUSED)))
    left = {one for one in known - shown if not any(fnmatch(one, name) for name in excused)}
    assert left == set()


def test_nothing_that_is_in_an_example_is_excused(used):
    excused = TYPE.findall("".join(row[0] for row in lines(EXCUSED)))
    shown = set().union(*used.values())
    assert [name for name in excused if any(fnmatch(one, name) for one in shown)] == []
