"""The film strip: a frame a turn, the one that is shown at full width, the sigmas as a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.canvas.pens import brush_of, color_of, pen_of
from gui.theme import FIELD_RADIUS
from gui.timeline.layout import Layout
from gui.viewers import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent

    from gui.canvas.looks import Looks
    from gui.timeline.film import Film, Frame

HEIGHT, CURVE, LABELS, EDGE = 64, 22, 16, 12
KEPT = 512
"""Frames that are kept scaled for the screen."""


class Strip(QWidget):
    """A zone's frames.

    Attributes:
        chosen: Another frame shall be shown.
        held: The playhead is being dragged.
    """

    chosen = Signal(int)

    def __init__(
        self, film: Film, looks: Callable[[], Looks], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.film, self._looks = film, looks
        self.held = False
        self._scaled: dict[tuple[int, int, int], QPixmap] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Turns")
        self.setToolTip("Drag to look at any turn. Left and Right, Home and End, Space to play.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(CURVE + HEIGHT + LABELS + 8)
        film.changed.connect(self._changed)
        film.pictured.connect(self._pictured)

    def sizeHint(self) -> QSize:
        """Return a size that shows a dozen frames."""
        return QSize(640, self.height())

    def layout_now(self) -> Layout:
        """Return where frames stand now."""
        film = self.film
        return Layout(self.width() - 2 * EDGE, len(film.frames), film.current or 0, HEIGHT)

    # Pointing

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Show the frame under the pointer, and go on while it is dragged."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.held = True
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the frame under the pointer."""
        if self.held:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        self.held = False
        self.film.fetch_around()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Go from frame to frame."""
        self.step(-1 if event.angleDelta().y() > 0 else 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from frame to frame, to the first, to the last."""
        last = len(self.film.frames) - 1
        match event.key():
            case Qt.Key.Key_Left:
                self.step(-1)
            case Qt.Key.Key_Right:
                self.step(1)
            case Qt.Key.Key_Home:
                self._choose(0)
            case Qt.Key.Key_End:
                self._choose(last)
            case _:
                super().keyPressEvent(event)

    def step(self, by: int) -> None:
        """Show a frame some further."""
        self._choose((self.film.current or 0) + by)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits, frame by frame, from pictures that are ready."""
        looks = self._looks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(EDGE, 0)
        layout = self.layout_now()
        if self.film.frames:
            self._paint_curve(painter, looks, layout)
            for frame in self.film.frames:
                if frame.index != layout.current:
                    self._paint_frame(painter, looks, frame, layout)
            self._paint_playhead(painter, looks, layout)
            self._paint_labels(painter, looks, layout)
        painter.end()

    def _paint_frame(
        self, painter: QPainter, looks: Looks, frame: Frame, layout: Layout, *, gap: float = 1.0
    ) -> None:
        left, width = layout.frame(frame.index)
        room = QRectF(left, CURVE + 4, max(width - gap, 1), HEIGHT)
        picture = self.film.picture(frame)
        if picture is not None and not picture.isNull():
            painter.drawPixmap(room.topLeft(), self._pixmap(picture, room))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(looks.theme.field))
        painter.drawRect(room)
        if frame.turn is None and not frame.pending:
            self._paint_gap(painter, looks, room)

    def _paint_gap(self, painter: QPainter, looks: Looks, room: QRectF) -> None:
        """Hatch a frame whose values were given up for want of memory."""
        painter.save()
        painter.setClipRect(room)
        painter.setPen(pen_of(looks.theme.line, 1.0))
        x = room.left() - HEIGHT
        while x < room.right():
            painter.drawLine(QPointF(x, room.bottom()), QPointF(x + HEIGHT, room.top()))
            x += 7
        if room.width() >= HEIGHT - 4:
            painter.setFont(looks.small.font)
            painter.setPen(looks.color("weak"))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "not\nkept")
        painter.restore()

    def _pixmap(self, picture: QImage, room: QRectF) -> QPixmap:
        """Return the middle of a picture as wide as its room, ready for the screen."""
        ratio = self.devicePixelRatioF()
        height, width = round(HEIGHT * ratio), max(round(room.width() * ratio), 1)
        key = (picture.cacheKey(), width, height)
        found = self._scaled.get(key)
        if found is None:
            if len(self._scaled) > KEPT:
                self._scaled.clear()
            across = max(round(picture.width() * height / max(picture.height(), 1)), width)
            mode = Qt.TransformationMode.SmoothTransformation
            whole = picture.scaled(across, height, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
            found = QPixmap.fromImage(whole.copy((across - width) // 2, 0, width, height))
            found.setDevicePixelRatio(ratio)
            self._scaled[key] = found
        return found

    def _paint_playhead(self, painter: QPainter, looks: Looks, layout: Layout) -> None:
        frame = self.film.frames[layout.current]
        left, width = layout.frame(frame.index)
        room = QRectF(left - 1, CURVE + 2, width + 1, HEIGHT + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(looks.theme.surface))
        painter.drawRect(room.adjusted(-2, 0, 2, 0))
        self._paint_frame(painter, looks, frame, layout, gap=0.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(looks.theme.accent, 2.0))
        painter.drawRoundedRect(room, FIELD_RADIUS, FIELD_RADIUS)
        if self.hasFocus():
            painter.setPen(pen_of(looks.theme.accent, 1.0))
            painter.drawRoundedRect(room.adjusted(-3, -3, 3, 3), FIELD_RADIUS + 2, FIELD_RADIUS + 2)

    def _paint_curve(self, painter: QPainter, looks: Looks, layout: Layout) -> None:
        """Paint the noise levels above the frames, each at the middle of its frame."""
        levels = [frame.sigma for frame in self.film.frames if frame.sigma is not None]
        top = max(levels, default=0.0) ** 0.5
        if len(levels) < 2 or top <= 0:
            return
        points = [
            QPointF(layout.middle(f.index), CURVE - 2 - (CURVE - 6) * f.sigma**0.5 / top)
            for f in self.film.frames
            if f.sigma is not None
        ]
        accent = looks.theme.accent
        shade = QLinearGradient(0, 0, 0, CURVE)
        shade.setColorAt(0, color_of(accent, 0.3))
        shade.setColorAt(1, color_of(accent, 0.0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        ends = [QPointF(points[-1].x(), CURVE), QPointF(points[0].x(), CURVE)]
        painter.drawPolygon(QPolygonF([*points, *ends]))
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(accent, 1.5))
        painter.drawPath(path)
        here = [
            p for p, f in zip(points, self.film.frames, strict=False) if f.index == layout.current
        ]
        for point in here:
            painter.setPen(pen_of(looks.theme.surface, 1.5))
            painter.setBrush(brush_of(accent))
            painter.drawEllipse(point, 4, 4)

    def _paint_labels(self, painter: QPainter, looks: Looks, layout: Layout) -> None:
        painter.setFont(looks.small.font)
        top, taken = CURVE + HEIGHT + 8 + LABELS - 4, list[tuple[float, float]]()
        last = len(self.film.frames) - 1
        for index in dict.fromkeys((layout.current, 0, last, *range(0, last, layout.every()))):
            here = index == layout.current
            text = self._label(index) if here else str(index + 1)
            width = looks.small.width(text)
            left = min(max(layout.middle(index) - width / 2, 0), layout.width - width)
            if any(left < end + 8 and left + width > start - 8 for start, end in taken):
                continue
            taken.append((left, left + width))
            painter.setPen(looks.color("strong" if here else "weak"))
            painter.drawText(QPointF(left, top), text)

    def _label(self, index: int) -> str:
        sigma = self.film.frames[index].sigma
        return f"{index + 1}" + (f"  {words.SIGMA} {words.number(sigma, 3)}" if sigma else "")

    # Inside

    def _go_to(self, x: float) -> None:
        self._choose(self.layout_now().index_at(x - EDGE))

    def _choose(self, index: int) -> None:
        count = len(self.film.frames)
        if count:
            self.chosen.emit(min(max(index, 0), count - 1))

    def _changed(self) -> None:
        count = len(self.film.frames)
        self.setAccessibleDescription(f"Turn {(self.film.current or 0) + 1} of {count}")
        self.update()

    def _pictured(self, index: int) -> None:
        left, width = self.layout_now().frame(index)
        self.update(QRectF(EDGE + left - 3, CURVE, width + 6, HEIGHT + 8).toAlignedRect())
