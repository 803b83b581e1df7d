from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter, QPicture

from gui.canvas.camera import Camera
from gui.canvas.outlines import floor_of, outline_of
from gui.canvas.paint import paint_scene, picture
from gui.canvas.scene import Scene
from gui.canvas.states import NodeState, States, ZoneState
from nodegraph.edits import Connect, Disconnect
from nodegraph.graph import Link
from tests.nodegraph import toys
from tests.nodegraph.toys import n

WITHIN = Link("within", "value", "end", "value")
SIZE = QSize(1600, 900)


def test_a_generic_link_has_the_type_of_what_it_carries(graph):
    scene = Scene(graph)
    assert scene.carried(scene.wires[WITHIN]) == "int"

    graph.apply(edit := Disconnect(Link("begin", "value", "within", "value")))
    scene.follow(edit)
    assert scene.carried(scene.wires[WITHIN]) != "int"

    graph.apply(edit := Connect(Link("begin", "value", "within", "value")))
    scene.follow(edit)
    assert scene.carried(scene.wires[WITHIN]) == "int"


def test_a_zone_follows_its_body_closely_below():
    boxes = [(0.0, 0.0, 200.0, 100.0), (300.0, 0.0, 500.0, 400.0)]
    path = outline_of((-20.0, -40.0, 520.0, 420.0), floor_of(boxes, 20.0))

    inside = [path.contains(picture_point) for picture_point in points((100, 110), (400, 410))]
    assert inside == [True, True]
    assert not path.contains(points((100, 300))[0])
    assert path.contains(points((250, 60))[0]), "the gap between two nodes is inside"


def points(*pairs):
    return [QPointF(*pair) for pair in pairs]


def test_a_zone_shows_turn_sigma_and_how_far_it_is(graph, looks):
    scene = Scene(graph)
    states = [
        States(zones={"z": ZoneState(turn, 20, text)})
        for turn, text in ((3, ""), (3, "sigma 4.2"), (15, "sigma 4.2"))
    ]
    shown = [picture(scene, looks, Camera(-400, 100), SIZE, states=one) for one in states]

    assert ZoneState(3, 20, "sigma 4.2").note == "turn 3 of 20 · sigma 4.2"
    assert shown[0] != shown[1] != shown[2]


def test_a_preview_stands_on_the_end_of_its_zone(canvas):
    height = canvas.scene.boxes["end"][3]
    preview = QImage(64, 64, QImage.Format.Format_RGB32)
    preview.fill("red")

    canvas.set_zone_state("z", ZoneState(1, 20, picture=preview))
    assert canvas.scene.boxes["end"][3] == height + 200
    canvas.grab()

    canvas.set_zone_state("z", None)
    assert canvas.scene.boxes["end"][3] == height


def test_what_is_stale_says_so_quietly(graph, looks):
    scene = Scene(graph)
    fresh, stale = (
        picture(scene, looks, Camera(), SIZE, states=States({"one": NodeState("done", stale=old)}))
        for old in (False, True)
    )

    assert fresh != stale


def test_a_node_of_unknown_type_has_room_for_what_to_do_about_it(looks):
    scene = Scene(toys.graph({"a": n("number"), "b": n("nobody.knows")}))

    picture(scene, looks, Camera(20, 20), SIZE)

    assert scene.cards["b"].layout.height >= 28 + 52


def test_a_scene_is_painted_without_a_window(graph, looks):
    scene = Scene(graph)
    made = QPicture()
    painter = QPainter(made)
    paint_scene(painter, scene, looks, scene.bounds())
    painter.end()

    assert made.boundingRect().width() > 1000
