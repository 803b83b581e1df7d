from PySide6.QtCore import QSize, QSizeF

from gui.canvas.bubble import APART, corner

ROOM, SIZE = QSize(400, 300), QSizeF(200, 100)


def test_a_bubble_stands_to_the_right_of_the_pointer_and_below():
    assert corner((10, 20), SIZE, ROOM) == (10 + APART, 20 + APART)


def test_a_bubble_that_would_leave_the_canvas_stands_on_the_other_side():
    assert corner((390, 290), SIZE, ROOM) == (390 - APART - 200, 290 - APART - 100)
    assert corner((100, 20), SIZE, QSize(210, 300)) == (0, 20 + APART)
