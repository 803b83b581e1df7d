"""The right button: a click asks for a menu, a stroke cuts the links that it crosses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPolygonF

from gui.canvas.pens import pen_of
from gui.document.placing import counted
from nodegraph.edits import Batch, Disconnect

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.tool import Pointer
    from nodegraph.graph import Link


class Cut:
    """Links are cut where the stroke crosses them, in one step.

    Attributes:
        crossed: The links that the stroke has crossed so far.
    """

    def __init__(self, canvas: Canvas, pointer: Pointer, found: Hit) -> None:
        self._canvas, self._start, self._found = canvas, pointer, found
        self._way = [(pointer.x, pointer.y)]
        self.crossed: set[Link] = set()

    def move(self, pointer: Pointer) -> None:
        """Go on with the stroke."""
        if len(self._way) == 1 and not pointer.far_from(self._start):
            return
        last, here = self._way[-1], (pointer.x, pointer.y)
        self._way.append(here)
        (x1, x2), (y1, y2) = sorted((last[0], here[0])), sorted((last[1], here[1]))
        for wire in self._canvas.wires_in((x1, y1, x2, y2)):
            if wire.crosses(last, here):
                self.crossed.add(wire.link)
        self._canvas.update()

    def release(self, pointer: Pointer) -> None:
        """Cut what was crossed; after a click ask for a menu."""
        self._canvas.update()
        if len(self._way) == 1:
            self._ask()
        elif self.crossed:
            edits = tuple(map(Disconnect, sorted(self.crossed, key=str)))
            self._canvas.document.apply(Batch(edits, f"Cut {counted(len(edits), 'link')}"))

    def cancel(self) -> None:
        """Cut nothing."""
        self._canvas.update()

    def paint(self, painter: QPainter) -> None:
        """Show the stroke, and what it will cut."""
        canvas, error = self._canvas, self._canvas.looks.theme.error
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen_of(error, 2.4))
        for link in self.crossed:
            painter.drawPath(canvas.scene.wires[link].path)
        painter.setPen(pen_of(error, 1.4, dashed=True))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in self._way]))

    def _ask(self) -> None:
        """Select the node under the pointer, so that the menu is about it, and ask."""
        canvas, found = self._canvas, self._found
        if found.id in canvas.scene.cards and found.id not in canvas.selected:
            canvas.select({found.id})
        canvas.menu_wanted.emit(found, self._start)
