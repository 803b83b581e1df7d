"""A hand on the canvas: presses, moves and releases at points of the scene."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.canvas import Canvas

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
PLAIN, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@dataclass
class Hand:
    canvas: Canvas

    def press(self, x, y, keys=PLAIN, button=LEFT):
        QTest.mousePress(self.canvas, button, keys, self._at(x, y))

    def move(self, x, y, keys=PLAIN, button=LEFT):
        at = QPointF(self._at(x, y))
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, at, at, Qt.MouseButton.NoButton, button, keys
        )
        QApplication.sendEvent(self.canvas, event)

    def release(self, x, y, keys=PLAIN, button=LEFT):
        QTest.mouseRelease(self.canvas, button, keys, self._at(x, y))

    def click(self, x, y, keys=PLAIN):
        self.press(x, y, keys)
        self.release(x, y, keys)

    def drag(self, start, end, keys=PLAIN, button=LEFT):
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        self.press(*start, keys, button)
        self.move(*middle, keys, button)
        self.move(*end, keys, button)
        self.release(*end, keys, button)

    def wheel(self, x, y, notches):
        at = QPointF(self._at(x, y))
        event = QWheelEvent(
            at, at, QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, PLAIN,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def socket(self, node_id, name, *, output=False):
        card = self.canvas.scene.cards[node_id]
        return card.output_at(name) if output else card.input_at(name)

    def header(self, node_id):
        left, top, _, _ = self.canvas.scene.boxes[node_id]
        return left + 60, top + 14

    def _at(self, x, y):
        return QPointF(*self.canvas.camera.to_view(x, y)).toPoint()


def at(canvas):
    """Return what has the focus of the keyboard."""
    focus = canvas.keys.focus
    return None if focus is None else (focus.part, focus.id, focus.name)
