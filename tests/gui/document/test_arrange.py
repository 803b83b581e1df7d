"""Automatic layout of real graphs."""

import random
from itertools import combinations
from pathlib import Path
from time import process_time

import pytest

from gui.document.align import align, distribute, snap
from gui.document.arrange import arrange
from gui.document.layers import layered, spaced
from nodegraph.edits import RemoveNode
from nodegraph.execution.zones import zones_of
from nodegraph.workflow import load
from tests.nodegraph import toys
from tests.nodegraph.toys import n

WORKFLOWS = sorted((Path(__file__).parents[3] / "workflows").glob("*.json"))


def sized(graph):
    """Return sizes such as nodes have: higher, the more they show."""
    rows = {node.id: len(graph.spec(node.id).targets) for node in graph}
    return {name: (240.0, 40.0 + 24.0 * count) for name, count in rows.items()}


def overlapping(places, sizes):
    for one, two in combinations(sorted(places), 2):
        (x, y), (u, v) = places[one], places[two]
        beside = x + sizes[one][0] <= u or u + sizes[two][0] <= x
        if not beside and not (y + sizes[one][1] <= v or v + sizes[two][1] <= y):
            yield one, two


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_an_example_is_laid_out_from_left_to_right_without_overlap(path):
    graph = load(path)
    sizes = sized(graph)
    places = arrange(graph, sizes)
    assert places.keys() == sizes.keys()
    assert not list(overlapping(places, sizes))
    for link in graph.links():
        assert places[link.source][0] + sizes[link.source][0] < places[link.target][0], link


NESTED = {
    "list": n("count"),
    "outer": n("toy.for_each.begin", zone="o", items="list.list"),
    "start": n("number"),
    "inner": n("toy.repeat.begin", zone="i", value="start.int"),
    "sum": n("add", a="inner.value", b="outer.item"),
    "loose": n("add", a="inner.value", b="start.int"),
    "done": n("toy.repeat.end", zone="i", value="sum.int"),
    "beside": n("identity", value="outer.item"),
    "all": n("toy.for_each.end", zone="o", value="done.value"),
    "show": n("show", value="all.list"),
    "other": n("add", a="start.int", b="start.int"),
}


def box(names, places, sizes):
    xs, ys = ([places[name][axis] for name in names] for axis in (0, 1))
    return (
        min(xs),
        min(ys),
        max(places[name][0] + sizes[name][0] for name in names),
        max(places[name][1] + sizes[name][1] for name in names),
    )


def test_a_zone_is_a_block_from_its_begin_to_its_end_with_nothing_between():
    graph = toys.graph(NESTED)
    sizes = sized(graph)
    places = arrange(graph, sizes)
    zones = zones_of(graph)
    assert not list(overlapping(places, sizes))
    for zone in zones.all.values():
        name = zones.home[zone.begin]
        inside = [node for node, home in zones.home.items() if name in zones.chain(home)]
        left, top, right, bottom = box(inside, places, sizes)
        assert places[zone.begin][0] == left
        assert places[zone.end][0] + sizes[zone.end][0] == right
        for other in places.keys() - set(inside):
            x, y = places[other]
            beside = x >= right or x + sizes[other][0] <= left
            assert beside or y >= bottom or y + sizes[other][1] <= top, other


def test_zones_that_cross_are_laid_out_all_the_same():
    nodes = {
        "start": n("number"),
        "b1": n("toy.repeat.begin", zone="one", value="start.int"),
        "b2": n("toy.repeat.begin", zone="two", value="start.int"),
        "x": n("add", a="b1.value", b="b2.value"),
        "e1": n("toy.repeat.end", zone="one", value="x.int"),
        "e2": n("toy.repeat.end", zone="two", value="x.int"),
        "y": n("add", a="e1.value", b="b2.value"),
        "z": n("add", a="e2.value", b="b1.value"),
    }
    graph = toys.graph(nodes)
    sizes = sized(graph)
    assert not list(overlapping(arrange(graph, sizes), sizes))


def test_a_selection_is_arranged_alone_and_where_it_is_wanted():
    graph = toys.graph(NESTED)
    places = arrange(graph, sized(graph), ["start", "other", "sum"], at=(500, 300))
    assert places.keys() == {"start", "other", "sum"}
    assert min(x for x, _ in places.values()) == 500
    assert min(y for _, y in places.values()) == 300


def test_nodes_without_links_stand_in_rows_below():
    graph = toys.graph(NESTED | {f"note{i}": n("number") for i in range(40)})
    sizes = sized(graph)
    places = arrange(graph, sizes)
    bottom = max(places[name][1] + sizes[name][1] for name in NESTED)
    assert min(places[f"note{i}"][1] for i in range(40)) > bottom
    assert not list(overlapping(places, sizes))


def test_half_a_zone_and_an_empty_graph_are_arranged():
    graph = toys.graph(NESTED)
    graph.apply(RemoveNode("done"))
    sizes = sized(graph)
    assert not list(overlapping(arrange(graph, sizes), sizes))
    assert arrange(toys.graph({}), {}) == {}


def big(count):
    rng = random.Random(1)
    nodes = {"n0": n("number")}
    for i in range(1, count):
        near = [f"n{rng.randrange(max(0, i - 30), i)}.int" for _ in range(2)]
        nodes[f"n{i}"] = n("add", a=near[0], **({"b": near[1]} if i % 2 else {}))
    return toys.graph(nodes)


def test_a_thousand_nodes_take_well_under_a_second_and_always_the_same_places():
    graph = big(1000)
    sizes = sized(graph)
    start = process_time()
    places = arrange(graph, sizes)
    assert process_time() - start < 1
    assert arrange(graph.copy(), sizes) == places
    assert not list(overlapping(places, sizes))


def test_the_order_in_a_layer_uncrosses_links():
    sizes = dict.fromkeys("abcdwxyz", (10.0, 10.0))
    places = layered(sizes, [("a", "z"), ("b", "y"), ("c", "x"), ("d", "w")])
    pairs = [("a", "z"), ("b", "y"), ("c", "x"), ("d", "w")]
    assert all(places[one][1] == places[two][1] for one, two in pairs)


def test_what_feeds_one_late_node_stands_right_before_it():
    sizes = dict.fromkeys("abcds", (10.0, 10.0))
    places = layered(sizes, [("a", "b"), ("b", "c"), ("c", "d"), ("s", "d")])
    assert places["s"][0] == places["c"][0]


def test_places_are_spread_no_further_than_they_must_be():
    assert spaced([0, 0, 0], [10, 10, 10]) == [-10, 0, 10]
    assert spaced([5, 100], [10, 10]) == [5, 100]
    assert spaced([], []) == []


RECTS = {"a": (0.0, 0.0, 10.0, 10.0), "b": (30.0, 5.0, 20.0, 40.0), "c": (90.0, 9.0, 10.0, 10.0)}


@pytest.mark.parametrize(
    ("edge", "expected"),
    [
        ("left", [(0, 0), (0, 5), (0, 9)]),
        ("center", [(45, 0), (40, 5), (45, 9)]),
        ("right", [(90, 0), (80, 5), (90, 9)]),
        ("top", [(0, 0), (30, 0), (90, 0)]),
        ("middle", [(0, 17.5), (30, 2.5), (90, 17.5)]),
        ("bottom", [(0, 35), (30, 5), (90, 35)]),
    ],
)
def test_one_edge_of_all_comes_on_a_line(edge, expected):
    assert list(align(RECTS, edge).values()) == expected


def test_gaps_become_equal_and_the_outer_two_stay():
    assert list(distribute(RECTS, "across").values()) == [(0, 0), (40, 5), (90, 9)]
    assert list(distribute(RECTS, "down").values())[0::2] == [(0, 0), (90, 9)]
    assert align({}, "left") == distribute({}, "down") == {}


def test_a_point_snaps_to_the_grid():
    assert snap((17, -9), 8) == (16, -8)
