"""A picture to look at closely: zoom, pan, the pixel under the pointer, a second one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from gui.canvas.pens import pen_of
from gui.viewers.view import STEP, View

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QEvent, QRect
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from gui.canvas.looks import Looks

GRID = 8.0
"""Zoom from which a line stands between pixels."""

GRAB = 10.0
"""Logical pixels around the slider's line within which it is taken hold of."""

PAN, NUDGE = 40.0, 0.02


class Plate(QWidget):
    """Shows a picture pixel by pixel: above its own size nothing is made smooth.

    Attributes:
        hovered: The pointer is over a pixel, by column and row; -1, -1 when it has left.
        viewed: The view is another one.
        view: What part is shown, how near.
        split: Where the second picture begins, 0 to 1 of the width.
    """

    hovered = Signal(int, int)
    viewed = Signal()

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._image, self._second = QImage(), QImage()
        self._size = (0, 0)
        self._small: tuple[int, QSize, QImage] = (0, QSize(), QImage())
        self._drag: QPointF | None = None
        self._sliding = False
        self.view, self.split = View(), 0.5
        self.empty = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 120)
        self.setAccessibleName("Picture")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_picture(
        self, image: QImage, size: tuple[int, int], second: QImage | None = None
    ) -> None:
        """Show a picture.

        Args:
            image: It, as large as it has come so far.
            size: Width and height that it really has.
            second: What to show right of the slider.
        """
        if size != self._size:
            self.view = View()
        self._image, self._size, self._second = image, size, second or QImage()
        self.setAccessibleDescription(f"{size[0]} by {size[1]} pixels")
        self.update()

    def clear(self, empty: str = "") -> None:
        """Show nothing, or why there is nothing."""
        self._image, self._size, self.empty = QImage(), (0, 0), empty
        self.update()

    @property
    def image(self) -> QImage:
        """What is shown."""
        return self._image

    @property
    def zoom(self) -> float:
        """Device pixels a pixel of the picture is wide."""
        return self._seen().zoom * self.devicePixelRatioF()

    def zoom_of(self, size: tuple[int, int]) -> float:
        """Return the device pixels that a pixel of a picture of another size would be wide."""
        view = self.view if size == self._size else View()
        return view.seen(self._room(), size).zoom * self.devicePixelRatioF()

    def look(self, view: View) -> None:
        """Show another part, or it nearer."""
        if view != self.view:
            self.view = view
            self.update()
            self.viewed.emit()

    def fit(self) -> None:
        """Show the whole."""
        self.look(View())

    def true_size(self) -> None:
        """Show each pixel of the picture as one of the screen."""
        seen = self._seen()
        self.look(View(1 / self.devicePixelRatioF(), seen.x, seen.y))

    def pixel(self, at: QPointF) -> tuple[int, int]:
        """Return the column and row under a point; -1, -1 beside the picture."""
        x, y = self.to_picture(at)
        inside = 0 <= x < self._size[0] and 0 <= y < self._size[1]
        return (int(x), int(y)) if inside else (-1, -1)

    # Pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture, or of the slider."""
        self._drag = event.position()
        line = self.width() * self.split
        self._sliding = self._compares and abs(event.position().x() - line) < GRAB
        if not self._sliding:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move what is held; tell the pixel."""
        at = event.position()
        if self._drag is not None and self._sliding:
            self.slide(at.x() / max(self.width(), 1))
        elif self._drag is not None:
            self.look(self._seen().moved(at.x() - self._drag.x(), at.y() - self._drag.y()))
            self._drag = at
        self.hovered.emit(*self.pixel(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag, self._sliding = None, False
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go between the whole and its own size."""
        if self.view.zoom:
            self.fit()
        else:
            self._zoom(1 / self.zoom, event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has left."""
        self.hovered.emit(-1, -1)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer."""
        self._zoom(STEP ** (event.angleDelta().y() / 120), event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with + and -, fit with 0, true size with 1; arrows move, with Shift the slider."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._zoom(STEP, middle)
            case Qt.Key.Key_Minus:
                self._zoom(1 / STEP, middle)
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_1:
                self.true_size()
            case Qt.Key.Key_Left | Qt.Key.Key_Right if shift and self._compares:
                self.slide(self.split + (NUDGE if event.key() == Qt.Key.Key_Right else -NUDGE))
            case Qt.Key.Key_Left | Qt.Key.Key_Right | Qt.Key.Key_Up | Qt.Key.Key_Down:
                dx, dy = ARROWS[Qt.Key(event.key())]
                self.look(self._seen().moved(dx * PAN, dy * PAN))
            case _:
                super().keyPressEvent(event)

    def slide(self, split: float) -> None:
        """Let the second picture begin elsewhere."""
        self.split = min(max(split, 0.0), 1.0)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, what is compared with it, and lines between large pixels."""
        looks = self._looks()
        painter = QPainter(self)
        painter.fillRect(self.rect(), looks.color("surface"))
        if self._image.isNull():
            self._paint_empty(painter, looks)
            painter.end()
            return
        self._paint_image(painter, self._image)
        if self._compares:
            line = self.width() * self.split
            painter.save()
            painter.setClipRect(QRectF(line, 0, self.width() - line, self.height()))
            self._paint_image(painter, self._second)
            painter.restore()
            self._paint_slider(painter, looks, line)
        self.paint_over(painter, event.rect())
        if self._seen().zoom >= GRID:
            self._paint_grid(painter)
        if self.hasFocus():
            painter.setPen(pen_of(looks.theme.accent, 1.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def paint_over(self, painter: QPainter, rect: QRect) -> None:
        """Paint what lies over the picture within a part of the widget: nothing."""

    @property
    def _compares(self) -> bool:
        return not self._second.isNull()

    def _paint_empty(self, painter: QPainter, looks: Looks) -> None:
        painter.setFont(looks.text.font)
        painter.setPen(looks.color("weak"))
        room = self.rect().adjusted(16, 16, -16, -16)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(room, flags, self.empty)

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        spot, ratio = self.spot(), self.devicePixelRatioF()
        share = spot.width() * ratio / image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, share < 1)
        if share < 0.5 and image is self._image:
            image = self._shrunk(image, (spot.size() * ratio).toSize())
        part = spot & QRectF(self.rect())
        across, down = image.width() / spot.width(), image.height() / spot.height()
        source = QRectF(
            (part.x() - spot.x()) * across,
            (part.y() - spot.y()) * down,
            part.width() * across,
            part.height() * down,
        )
        painter.drawImage(part, image, source)

    def _shrunk(self, image: QImage, size: QSize) -> QImage:
        """Return a picture made smaller by averaging, kept for the next paint."""
        if self._small[:2] != (image.cacheKey(), size):
            mode = Qt.TransformationMode.SmoothTransformation
            made = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            self._small = (image.cacheKey(), size, made)
        return self._small[2]

    def _paint_slider(self, painter: QPainter, looks: Looks, line: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(looks.theme.accent, 2.0))
        painter.drawLine(QPointF(line, 0), QPointF(line, self.height()))
        painter.setBrush(looks.color("accent"))
        painter.drawEllipse(QPointF(line, self.height() / 2), 6, 6)

    def _paint_grid(self, painter: QPainter) -> None:
        spot = self.spot()
        part, zoom = spot & QRectF(self.rect()), self._seen().zoom
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QColor(128, 128, 128, 90))
        column = int((part.left() - spot.left()) / zoom)
        while (x := spot.left() + column * zoom) <= part.right():
            painter.drawLine(QPointF(x, part.top()), QPointF(x, part.bottom()))
            column += 1
        row = int((part.top() - spot.top()) / zoom)
        while (y := spot.top() + row * zoom) <= part.bottom():
            painter.drawLine(QPointF(part.left(), y), QPointF(part.right(), y))
            row += 1

    # Places

    def _seen(self) -> View:
        return self.view.seen(self._room(), self._size)

    def _room(self) -> tuple[float, float]:
        return self.width() - 16, self.height() - 16

    def spot(self) -> QRectF:
        """Return where the whole picture is, in pixels of the widget."""
        seen = self._seen()
        left = round(self.width() / 2 - seen.x * seen.zoom)
        top = round(self.height() / 2 - seen.y * seen.zoom)
        return QRectF(left, top, self._size[0] * seen.zoom, self._size[1] * seen.zoom)

    def to_picture(self, at: QPointF) -> tuple[float, float]:
        """Return the place in the picture under a point of the widget, in the picture's pixels."""
        spot, zoom = self.spot(), self._seen().zoom
        return (at.x() - spot.left()) / zoom, (at.y() - spot.top()) / zoom

    def _zoom(self, factor: float, at: QPointF) -> None:
        if self._size[0]:
            self.look(self._seen().zoomed(factor, *self.to_picture(at)))


ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
