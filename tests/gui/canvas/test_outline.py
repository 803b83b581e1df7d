from PySide6.QtGui import QColor

from gui.canvas.paint_state import outline
from gui.canvas.sheet import Sheet
from gui.canvas.states import NodeState
from gui.canvas.telling import tell_node


def around(canvas, node_id):
    area = canvas.scene.bounds()
    sheet = Sheet(canvas.scene, canvas.looks, canvas.camera, area, canvas.states, canvas.marks)
    return outline(sheet, canvas.scene.cards[node_id])


def test_a_node_with_a_problem_has_a_red_line_before_anything_runs(canvas):
    tell_node(canvas, "one", NodeState(message="there is no such model; choose another"))

    assert around(canvas, "one").color() == QColor(canvas.looks.theme.error)
    assert around(canvas, "two") is None
