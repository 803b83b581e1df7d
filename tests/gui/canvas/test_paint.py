import sys
from itertools import product

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from gui.canvas.camera import Camera, fitted
from gui.canvas.looks import Looks
from gui.canvas.paint import paint, picture
from gui.canvas.scene import Scene
from gui.canvas.sheet import Marks, Sheet
from gui.canvas.states import NodeState, States, ZoneState
from gui.colors import contrast
from gui.theme import DARK, LIGHT
from nodegraph.edits import SetMode, SetView
from tests.nodegraph import toys
from tests.nodegraph.toys import n

SIZE = QSize(1600, 900)


def sheet_of(scene, looks, camera):
    area = camera.area(0, 0, SIZE.width(), SIZE.height())
    return Sheet(scene, looks, camera, area)


def painted(sheet):
    image = QImage(SIZE, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint(painter, QRectF(0, 0, SIZE.width(), SIZE.height()), sheet)
    painter.end()
    return sheet.tally


@pytest.fixture
def large():
    """A thousand nodes on a grid, in 25 rows of chains."""
    nodes = {f"n{i}": n("add", a=f"n{i - 1}.int") if i % 40 else n("number") for i in range(1000)}
    graph = toys.graph(nodes)
    for i in range(1000):
        graph.apply(SetView("nodes", f"n{i}", {"pos": [i % 40 * 300, i // 40 * 200]}))
    return Scene(graph)


def test_at_a_zoom_of_one_only_the_nodes_in_view_are_painted(large, looks):
    tally = painted(sheet_of(large, looks, Camera()))

    assert 20 <= tally["full"] <= 36
    assert tally["curves"] <= 50


def test_with_everything_in_view_no_node_is_painted_in_detail(large, looks):
    tally = painted(sheet_of(large, looks, fitted(large.bounds(), 1600, 900)))

    assert tally["dots"] == 1000
    assert tally["full"] == tally["plain"] == tally["curves"] == 0


def test_in_between_nodes_have_a_body_and_a_header(large, looks):
    tally = painted(sheet_of(large, looks, Camera(step=-8)))

    assert tally["plain"] > 100
    assert tally["full"] == 0


@pytest.fixture
def busy(graph):
    """A frame, a note, a bent link, and a zone whose nodes run, stand still and failed."""
    graph.apply(SetView("frames", "f", {"pos": [-20, -60], "size": [520, 400], "title": "Sum"}))
    graph.apply(SetView("notes", "n", {"pos": [300, 160], "size": [200, 90], "text": "# a\n- *b*"}))
    graph.apply(SetView("links", "sum.a.0", {"points": [[240, 60], [270, 90]]}))
    picture = QImage(QSize(32, 32), QImage.Format.Format_RGB32)
    picture.fill(0)
    states = States(
        {
            "one": NodeState("error", message="it is broken; mend it"),
            "two": NodeState("cached", stale=True),
            "sum": NodeState("done", seconds=2.0, picture=picture),
            "within": NodeState("running", 0.5, 2.0),
        },
        {"z": ZoneState(3, 20, "sigma 4.2", picture)},
        {"end": picture},
    )
    return Scene(graph), states


@pytest.mark.parametrize("zoom", [0, -8])
def test_a_paint_takes_no_reference_to_none(busy, looks, zoom):
    scene, states = busy
    size = QSize(1500, 480)
    camera = Camera(40, 80, zoom)
    area = camera.area(0, 0, size.width(), size.height())
    sheet = Sheet(scene, looks, camera, area, states, Marks({"sum"}))
    image = QImage(size, QImage.Format.Format_RGB32)

    def once():
        painter = QPainter(image)
        paint(painter, QRectF(0, 0, size.width(), size.height()), sheet)
        painter.end()

    once()
    before = sys.getrefcount(None)
    for _ in range(300):  # each lost or kept would be one of the difference
        once()
    assert abs(sys.getrefcount(None) - before) < 100


def test_two_paints_of_one_scene_are_the_same_to_the_byte(graph, looks):
    scene = Scene(graph)
    one, other = (picture(scene, looks, Camera(40, 40), SIZE) for _ in range(2))

    assert one == other


@pytest.mark.parametrize("step", [4, 0, -4, -6, -12])
@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_state_of_a_node_is_seen_at_every_zoom(graph, theme, step):
    looks, scene = Looks(theme), Scene(graph)
    camera = Camera(20, 20, step)
    plain = picture(scene, looks, camera, SIZE)
    states = States(
        {
            "one": NodeState("error", message="it is broken; mend it"),
            "two": NodeState("running", 0.5, 2.0),
        },
        {"z": ZoneState(3, 20)},
    )

    assert picture(scene, looks, camera, SIZE, states=states) != plain
    assert picture(scene, looks, camera, SIZE, marks=Marks({"one"})) != plain


@pytest.mark.parametrize("mode", ["mute", "bypass"])
def test_a_node_that_does_not_run_looks_so(graph, looks, mode):
    scene = Scene(graph)
    before = picture(scene, looks, Camera(20, 20), SIZE)
    graph.apply(SetMode("sum", mode))
    scene.follow(SetMode("sum", mode))

    assert picture(scene, looks, Camera(20, 20), SIZE) != before


def test_text_stands_out_from_whatever_is_behind_it():
    for theme in (DARK, LIGHT):
        grounds = [theme.body, theme.field, theme.surface, theme.header("sampling")]
        texts = [theme.strong, theme.weak, theme.error, theme.running, theme.cached]
        assert all(contrast(*pair) >= 4.5 for pair in product(texts, grounds))
