"""Which part of the scene has the keyboard: a node, a socket, a parameter, a link …"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRectF, Signal

from gui.canvas.beside import area_of, area_spot, nearest, node_spot
from gui.canvas.hits import Hit
from gui.canvas.pens import pen_of
from gui.canvas.sheet import FULL
from gui.canvas.spots import box_of, exists
from gui.theme import RADIUS

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.areas import Area
    from gui.canvas.camera import Camera
    from gui.canvas.canvas import Canvas

MARGIN = 32
"""What is focused is at least so far inside of the view, in pixels of the widget."""

APART, CLOSE = 4.0, 2.0
"""Between a node and the ring around it, and on a node, in pixels of the widget."""

WHOLE = ("header", "frame", "note")
"""What can be told from others at any zoom."""

READABLE = -4
"""Step on the ladder of zooms from which sockets and parameters are seen."""


class Focused(QObject):
    """Follows the document: what is gone gives the focus to what is left of it.

    Attributes:
        moved: Something else has the focus, or nothing.
        spot: What has it; ``None`` until an arrow is pressed.
        ring: Whether that is shown; not for what merely has its menu open.
        held: It is shown though the keyboard is elsewhere, such as in a search.
    """

    moved = Signal()

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.spot: Hit | None = None
        self.ring, self.held = True, False
        self._last = (0.0, 0.0)
        self._toggling = False
        canvas.document.changed.connect(self._follow)
        canvas.selection_changed.connect(self._leave)

    def put(
        self, spot: Hit | None, *, extend: bool = False, select: bool = True, ring: bool = True
    ) -> None:
        """Focus something, or nothing, bring it into view and select its node.

        Args:
            spot: What is focused.
            extend: What is selected stays so.
            select: Whether its node is selected.
            ring: Whether it is shown, and brought into view.
        """
        if spot == self.spot and ring == self.ring:
            return
        self.spot, self.ring = spot, ring
        if spot is not None:
            self._note(spot)
            if spot.id and select:
                self._select(spot, extend=extend)
            if ring:
                self._show(spot)
        self._canvas.update()
        self.moved.emit()

    def toggle(self) -> None:
        """Select what has the focus besides, or no more; it keeps the focus."""
        spot, marks = self.spot, self._canvas.marks
        if spot is None or not spot.id:
            return
        own = _own(spot)
        self._toggling = True
        self._canvas.select(marks.selected ^ own[0], marks.areas ^ own[1])
        self._toggling = False

    def _select(self, spot: Hit, *, extend: bool) -> None:
        """Select what a spot is or stands on, and what is selected besides only where it stays."""
        marks, own = self._canvas.marks, _own(spot)
        if extend:
            self._canvas.select(marks.selected | own[0], marks.areas | own[1])
        else:
            self._canvas.select(*own)

    def beginning(self) -> Hit | None:
        """Return what an arrow focuses first: what alone is selected, or the node nearest to where
        the focus was, or to the middle of the view.
        """
        canvas = self._canvas
        chosen = [*map(node_spot, canvas.selected), *map(area_spot, canvas.marks.areas)]
        if len(chosen) == 1:
            return chosen[0]
        middle = canvas.camera.to_scene(canvas.width() / 2, canvas.height() / 2)
        left, top, right, bottom = canvas.camera.area(0, 0, canvas.width(), canvas.height())
        x, y = self._last
        seen = self._last != (0.0, 0.0) and left <= x <= right and top <= y <= bottom
        return nearest(canvas.scene, *(self._last if seen else middle))

    def drop_silent(self) -> None:
        """Let go of what had its menu open."""
        if not self.ring:
            self.put(None)

    def paint(self, painter: QPainter) -> None:
        """Paint the ring around it, in pixels of the widget."""
        spot = self.spot
        box = None if spot is None else box_of(self._canvas.scene, spot)
        if spot is None or box is None or not self.ring:
            return
        if not (self.held or self._canvas.hasFocus()):
            return
        camera, theme = self._canvas.camera, self._canvas.looks.theme
        (left, top), (right, bottom) = camera.to_view(*box[:2]), camera.to_view(*box[2:])
        gap = APART if spot.part in WHOLE else CLOSE
        rect = QRectF(left, top, right - left, bottom - top).adjusted(-gap, -gap, gap, gap)
        painter.save()
        painter.resetTransform()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setBrush(self._canvas.looks.color("accent", 0.0))
        for color, width in ((theme.surface, 5.0), (theme.strong, 2.0)):
            painter.setPen(pen_of(color, width * self._canvas.devicePixelRatioF()))
            painter.drawRoundedRect(rect, RADIUS + gap - 2, RADIUS + gap - 2)
        painter.restore()

    def _note(self, spot: Hit) -> None:
        """Keep where it was, for when it is gone."""
        box = box_of(self._canvas.scene, spot)
        if box is not None:
            self._last = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)

    def _show(self, spot: Hit) -> None:
        """Move the view just so far that all of it is seen, and nearer where it is too small."""
        canvas = self._canvas
        if spot.part not in WHOLE and canvas.camera.scale < FULL:
            x, y = canvas.camera.to_view(*self._last)
            canvas.zoom(READABLE - canvas.camera.step, x, y)
        box = box_of(canvas.scene, spot)
        if box is not None:
            dx = _inside(box[0], box[2], canvas.width(), canvas.camera, 0)
            dy = _inside(box[1], box[3], canvas.height(), canvas.camera, 1)
            canvas.pan(dx, dy)

    def _follow(self, _: object) -> None:
        spot = self.spot
        if spot is None or exists(self._canvas.scene, spot):
            return
        if spot.part == "bend" and spot.link in self._canvas.scene.wires:
            left = Hit("wire", link=spot.link)
        elif spot.link is not None:
            left = Hit("socket", spot.link.source, spot.link.output, output=True)
        else:
            left = node_spot(spot.id)
        self.put(left if self.ring and exists(self._canvas.scene, left) else None)

    def _leave(self) -> None:
        """Let go of what is selected no more: something else was clicked."""
        spot, marks = self.spot, self._canvas.marks
        if spot is None or not spot.id or self._toggling:
            return
        area = area_of(spot)
        if spot.id not in marks.selected if area is None else area not in marks.areas:
            self.put(None)


def _own(spot: Hit) -> tuple[set[str], set[Area]]:
    """Return what is selected for a spot: its node, or the frame or note that it is."""
    area = area_of(spot)
    return (set[str](), {area}) if area is not None else ({spot.id}, set["Area"]())


def _inside(low: float, high: float, size: int, camera: Camera, axis: int) -> int:
    """Return by how much the view moves along an axis; of what is too large the start is shown."""
    start, end = camera.to_view(low, low)[axis], camera.to_view(high, high)[axis]
    if start < MARGIN or end - start > size - 2 * MARGIN:
        return round(MARGIN - start)
    return min(round(size - MARGIN - end), 0)
