import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.canvas.looks import Looks
from gui.painting.studio import Studio
from gui.theme import DARK

LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
PLAIN, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


class Hand:
    """A hand on a picture: presses, moves and keys, at places in the picture's pixels."""

    def __init__(self, easel):
        self.easel = easel

    def at(self, x, y):
        spot = self.easel.spot()
        zoom = spot.width() / self.easel.painted.size[0]
        return QPointF(spot.left() + x * zoom, spot.top() + y * zoom)

    def press(self, x, y, button=LEFT, keys=PLAIN):
        self._send(QMouseEvent.Type.MouseButtonPress, x, y, button, button, keys)

    def move(self, x, y, button=LEFT, keys=PLAIN):
        self._send(QMouseEvent.Type.MouseMove, x, y, Qt.MouseButton.NoButton, button, keys)

    def release(self, x, y, button=LEFT, keys=PLAIN):
        none = Qt.MouseButton.NoButton
        self._send(QMouseEvent.Type.MouseButtonRelease, x, y, button, none, keys)

    def stroke(self, *places, button=LEFT, keys=PLAIN):
        self.press(*places[0], button, keys)
        for place in places[1:]:
            self.move(*place, button, keys)
        self.release(*places[-1], button, keys)

    def wheel(self, x, y, notches, keys=PLAIN):
        at, none = self.at(x, y), Qt.MouseButton.NoButton
        turned = QPoint(0, 120 * notches)
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(at, at, QPoint(), turned, none, keys, phase, False)
        QApplication.sendEvent(self.easel, event)

    def keys(self, *keys, modifiers=PLAIN):
        for key in keys:
            QTest.keyClick(self.easel, key, modifiers)

    def _send(self, kind, x, y, button, buttons, keys):
        at = self.at(x, y)
        QApplication.sendEvent(self.easel, QMouseEvent(kind, at, at, button, buttons, keys))


@pytest.fixture
def make(qtbot, appearance):
    """Make the view over a picture of 64 x 48 pixels; a hard brush of 8."""
    looks = Looks(DARK)

    def make(values=None, feather=0.0, size=(64, 48)):
        picture = QImage(*size, QImage.Format.Format_RGB32)
        picture.fill(QColor("teal"))
        values = np.zeros(size[::-1], np.uint8) if values is None else values
        studio = Studio(lambda: looks, picture, values, feather, {})
        qtbot.addWidget(studio)
        studio.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        studio.resize(900, 640)
        studio.show()
        studio.pen.set_brush(size=8, hardness=1.0)
        return studio

    return make


@pytest.fixture
def studio(make):
    return make()


@pytest.fixture
def hand(studio):
    return Hand(studio.easel)
