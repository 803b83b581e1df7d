from gui.viewers.kept import KeptTurns, read
from gui.viewers.nodes import spec_at, title_at
from gui.viewers.zoning import Zoning
from tests.nodegraph import toys
from tests.nodegraph.toys import n

NESTED = {
    "zero": n("number"),
    "outer": n("toy.repeat.begin", zone="o", value="zero.int"),
    "inner": n("toy.repeat.begin", zone="i", value="outer.value"),
    "body": n("identity", value="inner.value"),
    "inner_end": n("toy.repeat.end", zone="i", value="body.value"),
    "outer_end": n("toy.repeat.end", zone="o", value="inner_end.value"),
}


def test_nodes_know_the_zones_whose_turns_give_their_values():
    zoning = Zoning(toys.graph(NESTED))
    chains = {name: zoning.chain(name) for name in NESTED}
    assert chains == {
        "zero": (),
        "outer": ("o",),
        "inner": ("o", "i"),
        "body": ("o", "i"),
        "inner_end": ("o",),
        "outer_end": (),
    }


def test_outer_zones_come_before_those_inside():
    zones = Zoning(toys.graph(NESTED)).zones()
    assert [(zone.path, zone.chain) for zone in zones] == [("o", ("o",)), ("i", ("o", "i"))]
    assert zones[1].body == ("inner", "body")


def test_zones_inside_of_subgraphs_have_paths_and_what_is_around():
    inside = {
        "in": n("graph.input", {"name": "value", "type": "int"}),
        "begin": n("toy.repeat.begin", zone="z", value="in.value"),
        "end": n("toy.repeat.end", zone="z", value="begin.value"),
        "out": n("graph.output", {"name": "value"}, value="end.value"),
    }
    nodes = {
        "zero": n("number"),
        "begin": n("toy.repeat.begin", zone="o", value="zero.int"),
        "use": n("subgraph/inside", value="begin.value"),
        "end": n("toy.repeat.end", zone="o", value="use.value"),
    }
    graph = toys.graph(nodes, {"inside": inside})
    zoning = Zoning(graph)
    assert zoning.chain("use/begin") == ("o", "use/z")
    assert zoning.chain("use/end") == ("o",)
    assert title_at(graph, "use/begin") == "Repeat begin"
    assert title_at(graph, "use/gone") == "use/gone"
    assert spec_at(graph, "zero/begin") is None


def test_the_last_turn_that_fits_is_found():
    turns = [[0, 0], [0, 1], [1, 0], [1, 1]]
    kept = read({"nodes": {"body": {"outputs": ["x"], "turns": turns, "numbers": {}}}})
    assert kept.latest("body", [None, None]) == (1, 1)
    assert kept.latest("body", [0, None]) == (0, 1)
    assert kept.latest("body", [None, 0]) == (1, 0)
    assert kept.latest("body", [2, None]) is None
    assert KeptTurns().latest("body", [None]) is None


def test_numbers_are_told_by_their_turn():
    about = {"outputs": ["sigma"], "turns": [[3], [4]], "numbers": {"sigma": [2.5, 1.5]}}
    kept = read({"nodes": {"begin": about}})
    assert kept.number("begin", "sigma", (4,)) == 1.5
    assert kept.number("begin", "sigma", (5,)) is None
    assert kept.number("begin", "x", (4,)) is None
