"""The whole graph in a corner: nodes and regions, no links, and what the canvas shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from gui.canvas.paint_nodes import paint_rectangles
from gui.canvas.pens import brush_of, pen_of
from gui.canvas.sheet import Sheet
from gui.colors import mix
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from gui.canvas.boxes import Box
    from gui.canvas.canvas import Canvas

SIZE, PAD, AWAY = QSize(200, 132), 8, 12
"""Of the map, in logical pixels: its size, its margin, and how far it is from the corner."""


class Minimap(QWidget):
    """Painted once for each change of the graph; a press or a drag on it moves the view there.

    It hides where the whole graph is in view.

    Attributes:
        wanted: Whether a person wants a map at all.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture: QPixmap | None = None
        self.wanted = True
        self.setFixedSize(SIZE)
        self.setAccessibleName("Map of the graph")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        canvas.moved.connect(self._judge)
        canvas.selection_changed.connect(self.forget)
        canvas.document.changed.connect(self.forget)
        canvas.installEventFilter(self)
        self._stand()

    def want(self, wanted: bool) -> None:
        """Show the map where it is of use, or nowhere."""
        self.wanted = wanted
        self._judge()

    def forget(self, _: object = None) -> None:
        """Have the map painted anew."""
        self._picture = None
        self._judge()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._stand()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the part of the scene under the pointer."""
        self._show(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on showing what is under the pointer."""
        self._show(event.position())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the map and the frame of what the canvas shows."""
        theme = self._canvas.looks.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(theme.line, 1.0))
        painter.setBrush(brush_of(theme.surface, 0.9))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.drawPixmap(0, 0, self._map())
        left, top, right, bottom = self._seen()
        (x, y), (x2, y2) = self._at(left, top), self._at(right, bottom)
        painter.setPen(pen_of(theme.accent, 1.4))
        painter.setBrush(brush_of(theme.accent, 0.1))
        painter.drawRect(QRectF(x, y, x2 - x, y2 - y) & QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()

    def _judge(self) -> None:
        left, top, right, bottom = self._bounds()
        seen = self._seen()
        inside = seen[0] <= left and seen[1] <= top and right <= seen[2] and bottom <= seen[3]
        self.setVisible(self.wanted and not inside)
        self.update()

    def _map(self) -> QPixmap:
        if self._picture is None:
            self._picture = self._painted()
        return self._picture

    def _painted(self) -> QPixmap:
        canvas, ratio = self._canvas, self.devicePixelRatioF()
        theme = canvas.looks.theme
        made = QPixmap(SIZE * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        scale, (x, y) = self._scale(), self._at(0.0, 0.0)
        painter.translate(x, y)
        painter.scale(scale, scale)
        painter.setPen(Qt.PenStyle.NoPen)
        for frame in canvas.scene.frames.values():
            left, top, right, bottom = frame.box
            tint = frame.color if QColor(frame.color).isValid() else theme.weak
            painter.setBrush(QColor(mix(theme.surface, QColor(tint).name(), 0.25)))
            painter.drawRect(QRectF(left, top, right - left, bottom - top))
        for region in canvas.scene.regions.values():
            left, top, right, bottom = region.box
            painter.setBrush(QColor(mix(theme.surface, theme.zone(region.depth), 0.25)))
            painter.drawRect(QRectF(left, top, right - left, bottom - top))
        whole = self._bounds()
        sheet = Sheet(canvas.scene, canvas.looks, canvas.camera, whole, canvas.states, canvas.marks)
        paint_rectangles(painter, sheet, canvas.scene.cards_in(whole))
        painter.end()
        return made

    def _bounds(self) -> Box:
        return self._canvas.scene.bounds() or (0.0, 0.0, 1.0, 1.0)

    def _seen(self) -> Box:
        return self._canvas.camera.area(0, 0, self._canvas.width(), self._canvas.height())

    def _scale(self) -> float:
        left, top, right, bottom = self._bounds()
        across = (SIZE.width() - 2 * PAD) / max(right - left, 1.0)
        return min(across, (SIZE.height() - 2 * PAD) / max(bottom - top, 1.0), 0.2)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the scene is on the map."""
        (left, top, right, bottom), scale = self._bounds(), self._scale()
        return (
            SIZE.width() / 2 + (x - (left + right) / 2) * scale,
            SIZE.height() / 2 + (y - (top + bottom) / 2) * scale,
        )

    def _show(self, at: QPointF) -> None:
        (left, top, right, bottom), scale = self._bounds(), self._scale()
        x = (at.x() - SIZE.width() / 2) / scale + (left + right) / 2
        y = (at.y() - SIZE.height() / 2) / scale + (top + bottom) / 2
        self._canvas.center(x, y)

    def _stand(self) -> None:
        canvas = self._canvas
        self.move(canvas.width() - SIZE.width() - AWAY, canvas.height() - SIZE.height() - AWAY)
        self._judge()
