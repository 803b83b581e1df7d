from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gui.canvas.scene import Scene
from nodegraph.edits import (
    AddNode,
    Batch,
    Connect,
    Disconnect,
    RemoveNode,
    RenameNode,
    SetMode,
    SetParam,
    SetTitle,
    SetView,
)
from nodegraph.errors import GraphError
from nodegraph.graph import Link, Node
from tests.nodegraph import toys
from tests.nodegraph.toys import n

IDS = ("a", "b", "c", "d")
TYPES = ("toy.number", "toy.add", "toy.identity", "other.thing", "toy.gather", "toy.text")
NAMES = ("int", "value", "a", "b", "items", "out", "list")

ids = st.sampled_from(IDS)
places = st.fixed_dictionaries(
    {"pos": st.tuples(st.integers(-500, 500), st.integers(-500, 500)).map(list)},
    optional={"collapsed": st.booleans(), "size": st.just([300, 200])},
)
links = st.builds(Link, ids, st.sampled_from(NAMES), ids, st.sampled_from(NAMES), st.integers(0, 1))
simple = st.one_of(
    st.builds(AddNode, st.builds(Node, ids, st.sampled_from(TYPES))),
    st.builds(RemoveNode, ids),
    st.builds(Connect, links),
    st.builds(Disconnect, links),
    st.builds(SetView, st.just("nodes"), ids, st.one_of(st.none(), places)),
    st.builds(SetView, st.just("frames"), st.just("f"), st.one_of(st.none(), places)),
    st.builds(SetView, st.just("notes"), st.just("n"), st.one_of(st.none(), places)),
    st.builds(
        SetView,
        st.just("links"),
        st.builds("{}.{}.0".format, ids, st.sampled_from(NAMES)),
        st.sampled_from([None, {"points": [[40, 90]]}]),
    ),
    st.builds(SetMode, ids, st.sampled_from(["run", "mute", "bypass"])),
    st.builds(SetTitle, ids, st.sampled_from(["", "A title"])),
    st.builds(SetParam, ids, st.just("value"), st.integers(0, 9)),
    st.builds(RenameNode, ids, ids),
)
edits = st.one_of(simple, st.builds(Batch, st.lists(simple, max_size=3).map(tuple)))


def geometry(scene):
    """All that decides what is painted where."""
    return {
        "cards": {
            key: (card.box, card.title, card.node, card.color, card.layout.collapsed)
            for key, card in scene.cards.items()
        },
        "sockets": {
            key: ([*card.layout.inputs], [*card.layout.outputs])
            for key, card in scene.cards.items()
        },
        "boxes": {key: scene.boxes[key] for key in scene.boxes},
        "wires": {
            link: (wire.x1, wire.y1, wire.x2, wire.y2, wire.type, wire.bends)
            for link, wire in scene.wires.items()
        },
        "wire boxes": {key: scene.wire_boxes[key] for key in scene.wire_boxes},
        "of": {key: {wire.link for wire in scene.wires_of(key)} for key in scene.cards},
        "regions": scene.regions,
        "frames": scene.frames,
        "notes": scene.notes,
    }


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(edits, max_size=12))
def test_a_scene_that_followed_edits_and_their_inverses_equals_one_built_anew(qapp, steps):
    graph = toys.graph(
        {"a": n("number"), "b": n("add", a="a.int"), "c": n("other.thing", a="b.int")}
    )
    scene = Scene(graph)
    undo = []
    for edit in steps:
        try:
            undo.append(graph.apply(edit))
        except GraphError:
            continue
        scene.follow(edit)
        assert geometry(scene) == geometry(Scene(graph))
    for edit in reversed(undo):
        graph.apply(edit)
        scene.follow(edit)
    assert geometry(scene) == geometry(Scene(graph))


def test_moving_a_node_in_a_zone_moves_the_zone(graph):
    scene = Scene(graph)
    before = scene.regions["z"].box
    edit = SetView("nodes", "within", {"pos": [900, 400]})
    graph.apply(edit)

    scene.follow(edit)

    assert scene.regions["z"].box[3] > before[3]


def test_a_zone_is_a_rectangle_until_a_strange_node_stands_in_it(graph):
    scene = Scene(graph)
    assert scene.regions["z"].floor == ()

    graph.apply(edit := SetView("nodes", "within", {"pos": [900, 400]}))
    scene.follow(edit)
    graph.apply(edit := SetView("nodes", "gather", {"pos": [640, 420]}))
    scene.follow(edit)
    assert scene.regions["z"].floor

    graph.apply(edit := SetView("nodes", "gather", {"pos": [-600, 300]}))
    scene.follow(edit)
    assert scene.regions["z"].floor == ()


def test_a_zone_is_called_as_its_begin_is_now(graph):
    scene = Scene(graph)
    assert scene.regions["z"].title == "Repeat"

    edit = SetTitle("begin", "Again and again")
    graph.apply(edit)
    scene.follow(edit)

    assert scene.regions["z"].title == "Again and again"


def test_a_zone_holds_its_two_nodes_and_its_body(graph):
    assert Scene(graph).regions["z"].nodes == {"begin", "within", "end"}


def test_an_edit_of_one_node_has_only_its_surroundings_painted_anew(graph):
    scene = Scene(graph)
    edit = SetView("nodes", "odd", {"pos": [320, 320]})
    graph.apply(edit)

    left, top, right, bottom = scene.follow(edit)

    assert left < 320
    assert right < 600
    assert bottom < 500
    assert top < 320


def test_a_value_that_changes_leaves_the_links_as_they_are(graph):
    scene = Scene(graph)
    before = dict(scene.wires)
    edit = SetParam("sum", "plus", 7)
    graph.apply(edit)

    scene.follow(edit)

    assert all(scene.wires[link] is wire for link, wire in before.items())


def test_nodes_of_one_type_share_their_layout(graph):
    cards = Scene(graph).cards

    assert cards["one"].layout is cards["two"].layout


def test_an_unknown_node_shows_the_sockets_its_links_speak_of(graph):
    assert list(Scene(graph).cards["odd"].layout.inputs) == ["a"]
