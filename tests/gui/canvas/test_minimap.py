import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.minimap import Minimap
from nodegraph.edits import SetView


@pytest.fixture
def minimap(canvas):
    canvas.look(Camera(-300, 0))
    return Minimap(canvas)


def test_the_map_hides_where_the_whole_graph_is_in_view(canvas, minimap):
    assert minimap.isVisible()

    canvas.fit()
    assert minimap.isHidden()

    canvas.zoom(4)
    assert minimap.isVisible()


def test_a_press_on_the_map_shows_that_part(canvas, minimap):
    canvas.look(Camera(0, 0, 0))
    left, _, _, _ = canvas.scene.bounds()

    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, pos=QPoint(8, 66))

    x, _ = canvas.camera.to_scene(500, 350)
    assert abs(x - left) < 20


def test_the_map_shows_what_changes(canvas, minimap):
    before = minimap.grab().toImage()

    canvas.document.apply(SetView("nodes", "two", {"pos": [0, 900]}))

    assert minimap.grab().toImage() != before


def test_the_map_stays_in_the_corner(canvas, minimap):
    canvas.resize(700, 500)

    assert minimap.geometry().bottomRight() == QPoint(687, 487)
