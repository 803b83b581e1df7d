"""The brush in a mask's field on its node."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.canvas.buttons import OF, WIDTH, button_at
from gui.canvas.canvas import Canvas
from gui.canvas.looks import Looks
from gui.document.document import Document
from gui.theme import DARK
from nodegraph.edits import AddNode
from nodegraph.graph import Node
from nodegraph.workflow import loads

EMPTY = '{"nodegraph": 1, "nodes": {}}'


def test_a_click_on_the_brush_wants_the_mask_painted(qtbot):
    document = Document(loads(EMPTY))
    document.apply(AddNode(Node("mask", "mask.load", 1)))
    canvas = Canvas(document, Looks(DARK))
    qtbot.addWidget(canvas)
    canvas.resize(800, 600)
    canvas.show()
    canvas.fit()
    card = canvas.scene.cards["mask"]
    field = card.layout.fields["path"]
    x = field.x + field.width - 4 - WIDTH * len(OF["mask"]) + WIDTH / 2
    assert button_at(field, x) == "paint"

    left, top = canvas.camera.to_view(card.rect.left() + x, card.rect.top() + field.y + 12)
    point = canvas.rect().topLeft()
    point.setX(round(left))
    point.setY(round(top))
    with qtbot.waitSignal(canvas.mask_wanted, timeout=2000) as wanted:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=point)
    assert wanted.args == ["mask"]
