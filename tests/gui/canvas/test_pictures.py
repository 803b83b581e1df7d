import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

from gui.canvas.camera import Camera
from gui.canvas.paint import picture
from gui.canvas.pictures import BUDGET, Pictures, room_of
from gui.canvas.scene import Scene
from gui.canvas.states import NodeState, States
from gui.canvas.telling import tell_node
from nodegraph.edits import SetView

SIZE = QSize(800, 500)
FAR = Camera(40, 40, -8)
"""A zoom at which a node is a body, a header and its picture."""


def red(side=256):
    made = QImage(side, side, QImage.Format.Format_RGB32)
    made.fill("red")
    return made


def test_a_picture_is_seen_from_far(canvas):
    tell_node(canvas, "end", NodeState("done", picture=red()))
    card = canvas.scene.cards["end"]

    shown = picture(canvas.scene, canvas.looks, FAR, SIZE, states=canvas.states)

    x = card.x + card.layout.width / 2
    y = card.y + card.layout.thumbnail + 100
    left, top = FAR.to_view(x, y)
    assert shown.pixelColor(round(left), round(top)) == QColor("red")


def test_a_node_that_runs_or_failed_is_outlined_from_far(graph, looks):
    scene = Scene(graph)
    shown = [
        picture(scene, looks, FAR, SIZE, states=States({"one": NodeState(phase)}))
        for phase in ("", "running", "error")
    ]

    assert shown[0] != shown[1] != shown[2] != shown[0]


def test_a_picture_fills_the_width_of_its_node(canvas):
    canvas.document.apply(SetView("nodes", "end", {"pos": [1200, 0], "size": [140, 20]}))

    tell_node(canvas, "end", NodeState("done", picture=red()))

    room = room_of(canvas.scene.cards["end"].layout)
    assert room.height() == pytest.approx(room.width(), abs=8)


def test_a_small_copy_is_made_once(qapp):
    kept, image = Pictures(), red()

    first = kept.scaled(image, 40, 40)

    assert first.cacheKey() == kept.scaled(image, 40, 40).cacheKey()
    assert first.cacheKey() != kept.scaled(red(), 40, 40).cacheKey()
    assert first.size() == QSize(40, 40)


def test_copies_take_no_more_than_their_budget(qapp):
    kept, image = Pictures(), red()
    sides = range(500, 520)
    copies = [kept.scaled(image, side, side) for side in sides]

    assert sum(side * side * 4 for side in sides) > BUDGET
    assert copies[0].cacheKey() != kept.scaled(image, 500, 500).cacheKey()
