"""Where one paints: a picture as in a viewer, the mask over it, a pen moved by hand or by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPointingDevice

from gui.painting.overlay import Overlay
from gui.painting.pen import Pen
from gui.painting.pointer import paint_outline, paint_ring, ring_box
from gui.painting.stroke import Spot
from gui.viewers.plate import ARROWS, PAN, Plate

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import (
        QImage,
        QKeyEvent,
        QMouseEvent,
        QTabletEvent,
        QWheelEvent,
    )

    from gui.canvas.looks import Looks
    from gui.painting.box import Box
    from gui.painting.mask import PaintedMask
    from gui.painting.tint import Shown

KEY_STEP = 0.25
"""Of the brush's size: how far an arrow key moves the pen."""

NOTCH = 120
"""Of a wheel, in eighths of a degree."""


class Easel(Plate):
    """Shows a picture under a mask, and paints on the mask.

    Attributes:
        painted: The mask.
        pen: What paints.
        overlay: How the mask is shown.
    """

    def __init__(self, looks: Callable[[], Looks], picture: QImage, mask: PaintedMask) -> None:
        super().__init__(looks)
        self.painted, self.pen, self.overlay = mask, Pen(mask), Overlay(mask)
        self._at: tuple[float, float] | None = None
        self._space = self._panning = self._straight = False
        self._covered = QRectF()
        mask.changed = self._mask_changed
        self.viewed.connect(self._point)
        self.setAccessibleName("Mask")
        self.show_picture(picture, mask.size)
        self._dress()

    def show_mask(self, shown: Shown) -> None:
        """Show the mask in another way."""
        self.overlay.shown = shown
        self.update()

    def soften(self, radius: float) -> None:
        """Show the mask with softer edges."""
        if radius != self.overlay.feather:
            self.overlay.soften(radius)
            self.update()

    # Mouse and tablet

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Paint with the left button, take away with the right; pan with the middle one."""
        if event.button() == Qt.MouseButton.MiddleButton or self._space:
            self._panning = True
            super().mousePressEvent(event)
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._go_to(event.position())
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            takes_away = event.button() == Qt.MouseButton.RightButton
            self.pen.put_down(self._spot(), straight=shift, takes_away=takes_away)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a quick second click for a click."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on painting, or panning."""
        if self._panning:
            super().mouseMoveEvent(event)
            return
        straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if straight != self._straight:
            self._straight = straight
            self.update()
        self._go_to(event.position())
        if event.buttons() != Qt.MouseButton.NoButton:
            self.pen.move(self._spot())
        self.hovered.emit(*self.pixel(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke, or let go of the picture."""
        if self._panning:
            self._panning = False
            super().mouseReleaseEvent(event)
            self._dress()
        elif self.pen.down:
            self._go_to(event.position())
            self.pen.lift(self._spot())

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Paint as hard as a tablet's pen is pressed; its other end takes away."""
        if self._space or event.button() == Qt.MouseButton.MiddleButton:
            event.ignore()  # and comes as the mouse's
            return
        event.accept()
        self._go_to(event.position())
        spot = self._spot(event.pressure())
        if event.type() == QEvent.Type.TabletPress:
            turned = event.pointerType() == QPointingDevice.PointerType.Eraser
            turned |= event.button() == Qt.MouseButton.RightButton
            self.pen.put_down(spot, takes_away=turned)
        elif event.type() == QEvent.Type.TabletMove and event.pressure() > 0:
            self.pen.move(spot)
        elif event.type() == QEvent.Type.TabletRelease:
            self.pen.lift()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer; with Ctrl make the brush larger or smaller."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pen.resize(event.angleDelta().y() / NOTCH)
        else:
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Show no pointer where there is none."""
        super().leaveEvent(event)
        if not self.pen.down:
            self._at = None
            self._point()

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the pen with arrows, put it down and lift it with Enter; pan with Space held."""
        key, modifiers = event.key(), event.modifiers()
        if key == Qt.Key.Key_Space:
            self._hold_space(event, held=True)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(modifiers)
        elif key == Qt.Key.Key_Escape and self.pen.down:
            self.pen.break_off()
        elif key in ARROWS:
            self._arrow(Qt.Key(key), modifiers)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go of Space."""
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(event, held=False)
        else:
            super().keyReleaseEvent(event)

    def _hold_space(self, event: QKeyEvent, *, held: bool) -> None:
        if not event.isAutoRepeat():
            self._space = held
            self._dress()

    def _toggle(self, modifiers: Qt.KeyboardModifier) -> None:
        """Put the pen down where it is, or lift it."""
        if self.pen.down:
            self.pen.lift(self._spot())
            return
        self._stand()
        self.pen.put_down(
            self._spot(),
            straight=bool(modifiers & Qt.KeyboardModifier.ShiftModifier),
            takes_away=bool(modifiers & Qt.KeyboardModifier.AltModifier),
        )
        self._point()

    def _arrow(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        """Move the pen, by a pixel with Shift; with Ctrl move the picture."""
        dx, dy = ARROWS[key]
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.look(self._seen().moved(dx * PAN, dy * PAN))
            return
        x, y = self._stand()
        fine = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        step = 1.0 if fine else max(round(self.pen.brush.size * KEY_STEP), 1)
        self._at = self._inside(x - dx * step, y - dy * step)
        self._bring_into_view()
        self._point()
        self.pen.move(self._spot())
        self.hovered.emit(*self.pixel(self._on_screen()))

    def _stand(self) -> tuple[float, float]:
        """Return where the pen is: in the middle of what is seen where it is nowhere yet."""
        if self._at is None:
            middle = QPointF(self.width() / 2, self.height() / 2)
            self._at = self._inside(*self.to_picture(middle))
        return self._at

    def _inside(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of the picture that is nearest."""
        width, height = self.painted.size
        return min(max(x, 0.0), width), min(max(y, 0.0), height)

    def _bring_into_view(self) -> None:
        at, room = self._on_screen(), QRectF(self.rect()).adjusted(16, 16, -16, -16)
        dx = min(max(at.x(), room.left()), room.right()) - at.x()
        dy = min(max(at.y(), room.top()), room.bottom()) - at.y()
        if dx or dy:
            self.look(self._seen().moved(dx, dy))

    # Painting

    def paint_over(self, painter: QPainter, rect: QRect) -> None:
        """Paint the mask, the outline of an area, and the pointer."""
        spot = self.spot()
        inside = rect & spot.toAlignedRect()
        if not inside.isEmpty():
            image = self.overlay.image(inside, spot, self.devicePixelRatioF())
            painter.drawImage(inside.topLeft(), image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_outlines(painter)
        if self._at is not None and not self._panning and not self._space:
            paint_ring(painter, self._on_screen(), self._radius(), down=self.painted.painting)

    def _paint_outlines(self, painter: QPainter) -> None:
        points = [self._to_widget(*point) for point in self.pen.points]
        if self.pen.tool == "rectangle" and len(points) == 2:
            paint_outline(painter, _corners(*points), closed=True)
        elif points:
            paint_outline(painter, points, closed=len(points) > 2)
        elif self._straight and self._at is not None and self.pen.last is not None:
            line = [self._to_widget(*self.pen.last), self._on_screen()]
            paint_outline(painter, line, closed=False)

    def _mask_changed(self, box: Box) -> None:
        left, top, right, bottom = self.overlay.refresh(box)
        one, other = self._to_widget(left, top), self._to_widget(right, bottom)
        self.update(QRectF(one, other).toAlignedRect().adjusted(-2, -2, 2, 2))

    # Places

    def _go_to(self, at: QPointF) -> None:
        self._at = self.to_picture(at)
        self._point()

    def _point(self) -> None:
        """Have the pointer painted where it is, and no more where it was."""
        self.update(self._covered.toAlignedRect())
        self._covered = QRectF()
        if self._straight or self.pen.points:
            self.update()
        if self._at is not None:
            self._covered = ring_box(self._on_screen(), self._radius())
            self.update(self._covered.toAlignedRect())

    def pen_changed(self) -> None:
        """Show the pen as it is now."""
        self._dress()
        self._point()

    def _dress(self) -> None:
        held = Qt.CursorShape.OpenHandCursor if self._space else Qt.CursorShape.BlankCursor
        self.setCursor(held)

    def _spot(self, pressure: float = 1.0) -> Spot:
        return Spot(*self._stand(), pressure)

    def _radius(self) -> float:
        return self.pen.brush.size / 2 * self._seen().zoom if self.pen.paints else 0.0

    def _on_screen(self) -> QPointF:
        return self._to_widget(*self._stand())

    def _to_widget(self, x: float, y: float) -> QPointF:
        spot, zoom = self.spot(), self._seen().zoom
        return QPointF(spot.left() + x * zoom, spot.top() + y * zoom)


def _corners(one: QPointF, other: QPointF) -> list[QPointF]:
    box = QRectF(one, other).normalized()
    return [box.topLeft(), box.topRight(), box.bottomRight(), box.bottomLeft()]
