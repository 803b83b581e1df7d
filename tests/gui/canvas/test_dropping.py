from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest

from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.dropping import NODE_TYPE, acceptable, node_type
from gui.document.document import Document
from nodegraph.edits import SetView
from tests.gui.canvas.hand import Hand
from tests.nodegraph import toys
from tests.nodegraph.toys import n


def dragged(type_id):
    data = QMimeData()
    data.setData(NODE_TYPE, type_id.encode())
    return data


def test_what_is_dropped_is_said_with_where(qtbot, canvas):
    canvas.look(Camera(40, 40, 0))
    data = dragged("toy.add")
    event = QDropEvent(
        QPointF(140, 240),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )

    with qtbot.waitSignal(canvas.dropped, timeout=1000) as dropped:
        canvas.dropEvent(event)

    found, pointer = dropped.args
    assert node_type(found) == "toy.add"
    assert (pointer.x, pointer.y) == (100, 200)


def test_what_is_neither_node_nor_file_nor_picture_nor_text_is_not_taken():
    data = QMimeData()
    data.setData("application/x-something", b"1")

    assert not acceptable(data)
    assert node_type(data) == ""


def test_a_double_click_on_a_subgraphs_header_enters_it(qtbot, looks):
    inner = {"i": n("graph.input", {"name": "x", "type": "int"})}
    graph = toys.graph({"use": n("subgraph/inner")}, {"inner": inner})
    graph.apply(SetView("nodes", "use", {"pos": [40, 40]}))
    canvas = Canvas(Document(graph), looks)
    qtbot.addWidget(canvas)
    canvas.resize(600, 400)
    canvas.show()
    at = Hand(canvas)._at(100, 54)

    with qtbot.waitSignal(canvas.entered, timeout=1000) as entered:
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at)

    assert entered.args == ["use"]
