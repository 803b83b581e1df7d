import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from gui.canvas.camera import Camera
from gui.canvas.canvas import Canvas
from gui.canvas.commands import commands
from gui.canvas.looks import Looks
from gui.commands.commands import Commands
from gui.document.document import Document
from gui.theme import DARK
from nodegraph.edits import SetView
from tests.gui.canvas.hand import PLAIN
from tests.gui.watched import broken  # noqa: F401 - a fixture
from tests.nodegraph import toys
from tests.nodegraph.toys import n

PLACES = {
    "one": (0, 0),
    "two": (0, 160),
    "sum": (300, 0),
    "begin": (600, 0),
    "within": (900, 0),
    "end": (1200, 0),
    "odd": (300, 300),
    "gather": (600, 300),
}


@pytest.fixture
def graph():
    """A zone, an unknown type, an input that takes many, a parameter that a link drives."""
    made = toys.graph(
        {
            "one": n("number", {"value": 1}),
            "two": n("number", {"value": 2}),
            "sum": n("add", {"plus": 5}, a="one.int", b="two.int"),
            "begin": n("toy.repeat.begin", zone="z", value="sum.int", times="two.int"),
            "within": n("identity", value="begin.value"),
            "end": n("toy.repeat.end", zone="z", value="within.value"),
            "odd": n("other.thing", {"x": [1]}, a="one.int"),
            "gather": n("gather", items=["one.int", "two.int"]),
        }
    )
    for name, (x, y) in PLACES.items():
        made.apply(SetView("nodes", name, {"pos": [x, y]}))
    return made


@pytest.fixture
def looks(qapp):
    return Looks(DARK)


@pytest.fixture
def document(graph):
    return Document(graph)


@pytest.fixture
def canvas(qtbot, document, looks):
    widget = Canvas(document, looks)
    qtbot.addWidget(widget)
    widget.resize(1000, 700)
    widget.show()
    return widget


@pytest.fixture
def keys(canvas, qtbot):
    """Press keys on a canvas at a zoom of 1."""
    canvas.look(Camera(40, 40, 0))
    canvas.setFocus()

    def press(*pressed, mods=PLAIN):
        for key in pressed:
            QTest.keyClick(canvas, key, mods)

    return press


@pytest.fixture
def does(qtbot, canvas):
    """The commands of a canvas, in a window."""
    window = QMainWindow()
    qtbot.addWidget(window)
    made = Commands(window)
    made.add(*commands(lambda: canvas))
    return made
