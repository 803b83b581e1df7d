"""A curve with axes and the value under the pointer: schedules and other lists of numbers."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QLinearGradient, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.canvas.pens import color_of, pen_of
from gui.theme import RADIUS
from gui.viewers import words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from gui.canvas.looks import Looks
    from gui.viewers.source import Source

LEFT, TOP, RIGHT, BOTTOM = 52, 28, 20, 40
TICKS = 5
DOTS = 64
"""Points up to which each has a dot."""


class Plot(QWidget):
    """Numbers from left to right.

    Attributes:
        at: The point whose value is told; -1 for none.
    """

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._values: Sequence[float] = ()
        self._axes = ("step", words.SIGMA)
        self.at = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Schedule")

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Show a schedule."""
        self.show_numbers(source.about.get("sigmas", ()))

    def show_numbers(self, values: Sequence[float]) -> None:
        """Show numbers."""
        self._values, self.at = values, -1
        self.setAccessibleDescription(f"{len(values)} noise levels")
        self.update()

    def image(self) -> QImage:
        """Return the plot as it stands here."""
        return self.grab().toImage()

    def text(self) -> str:
        """Return the numbers, one a line."""
        return "\n".join(map(repr, self._values))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the value nearest to the pointer."""
        room, last = self._room(), max(len(self._values) - 1, 1)
        share = (event.position().x() - room.left()) / max(room.width(), 1)
        self._tell(min(max(round(share * last), 0), len(self._values) - 1))

    def leaveEvent(self, event: QEvent) -> None:
        """Tell no value any more."""
        self._tell(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from value to value."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._tell(min(max(self.at + step, 0), len(self._values) - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint axes, curve and the value told."""
        looks = self._looks()
        painter = QPainter(self)
        painter.fillRect(self.rect(), looks.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._values:
            self._paint_axes(painter, looks)
            self._paint_curve(painter, looks)
            self._paint_told(painter, looks)
        else:
            painter.setPen(looks.color("weak"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "No levels: nothing to do.")
        painter.end()

    def _tell(self, at: int) -> None:
        if at != self.at:
            self.at = at
            self.update()

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def _top(self) -> float:
        return ticks(max(max(self._values), 1e-9))[-1]

    def _point(self, index: int) -> QPointF:
        room, last = self._room(), max(len(self._values) - 1, 1)
        x = room.left() + room.width() * index / last
        return QPointF(x, room.bottom() - room.height() * self._values[index] / self._top())

    def _paint_axes(self, painter: QPainter, looks: Looks) -> None:
        room, small = self._room(), looks.small
        painter.setFont(small.font)
        for tick in ticks(max(max(self._values), 1e-9)):
            y = room.bottom() - room.height() * tick / self._top()
            painter.setPen(pen_of(looks.theme.line, 1.0))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            text = words.number(tick, 3)
            painter.setPen(looks.color("weak"))
            painter.drawText(QPointF(room.left() - 8 - small.width(text), y + 4), text)
        last = len(self._values) - 1
        for step in sorted({round(last * share / 4) for share in range(5)}):
            x = self._point(step).x()
            painter.drawText(QPointF(x - small.width(str(step)) / 2, room.bottom() + 18), str(step))
        across, up = self._axes
        painter.drawText(QPointF(room.right() - small.width(across), room.bottom() + 33), across)
        painter.drawText(QPointF(room.left() - 8 - small.width(up), room.top() - 10), up)

    def _paint_curve(self, painter: QPainter, looks: Looks) -> None:
        room, accent = self._room(), looks.theme.accent
        points = [self._point(index) for index in range(len(self._values))]
        shade = QLinearGradient(room.topLeft(), room.bottomLeft())
        shade.setColorAt(0, color_of(accent, 0.28))
        shade.setColorAt(1, color_of(accent, 0.02))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        ends = [QPointF(points[-1].x(), room.bottom()), QPointF(points[0].x(), room.bottom())]
        painter.drawPolygon(QPolygonF([*points, *ends]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(accent, 2.0))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(looks.color("accent"))
        for point in points if len(points) <= DOTS else ():
            painter.drawEllipse(point, 2.5, 2.5)

    def _paint_told(self, painter: QPainter, looks: Looks) -> None:
        if not 0 <= self.at < len(self._values):
            return
        room, point = self._room(), self._point(self.at)
        painter.setPen(pen_of(looks.theme.weak, 1.0))
        painter.drawLine(QPointF(point.x(), room.top()), QPointF(point.x(), room.bottom()))
        painter.setPen(pen_of(looks.theme.surface, 2.0))
        painter.setBrush(looks.color("accent"))
        painter.drawEllipse(point, 5, 5)
        text = f"step {self.at}   {words.SIGMA} {words.number(self._values[self.at], 5)}"
        width = looks.text.width(text) + 16
        left = min(max(point.x() + 10, room.left()), room.right() - width)
        bubble = QRectF(left, max(point.y() - 34, 2), width, 24)
        painter.setPen(pen_of(looks.theme.line, 1.0))
        painter.setBrush(looks.color("body"))
        painter.drawRoundedRect(bubble, RADIUS, RADIUS)
        painter.setPen(looks.color("strong"))
        painter.setFont(looks.text.font)
        painter.drawText(bubble, Qt.AlignmentFlag.AlignCenter, text)


def ticks(top: float) -> list[float]:
    """Return round numbers from 0 to one that is no less than the top."""
    rough = top / TICKS
    power = 10.0 ** floor(log10(rough))
    step = next((m * power for m in (1, 2, 2.5, 5) if m * power >= rough), 10 * power)
    return [step * one for one in range(ceil(top / step - 1e-9) + 1)]
