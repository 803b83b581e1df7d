"""Linking from the keyboard: from a socket, through those at which it may end, to one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from gui.canvas.courses import COURSES
from gui.canvas.linkable import End, Linkable
from gui.canvas.paint_sockets import paint_halo, paint_socket
from gui.canvas.pens import pen_of
from nodegraph.sockets import ANY

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.tool import Pointer


class KeyLink:
    """A link that waits for its other end; only where it may end is walked through.

    Attributes:
        end: Where it ends if one connects now.
    """

    def __init__(self, canvas: Canvas, fixed: End) -> None:
        self._canvas, self.fixed = canvas, fixed
        self._linkable = Linkable(canvas.document.graph, fixed)
        self._ends = self._sorted()
        self._at = -1
        self.end: End | None = None
        canvas.marks.lit = lambda node_id, name, output: self._linkable.may(
            End(node_id, name, output)
        )
        canvas.update()

    def step(self, by: int) -> End | None:
        """Go on to the next socket at which it may end, or the one before; around again."""
        at = self._at
        for _ in self._ends:
            at = (at + by) % len(self._ends) if at >= 0 else (0 if by > 0 else len(self._ends) - 1)
            if self._fits(self._ends[at]):
                self._at, self.end = at, self._ends[at]
                self._canvas.update()
                return self.end
        return None

    def connect(self) -> None:
        """Link the two."""
        self._rest()
        if self.end is not None:
            self._canvas.document.apply(self._linkable.edit(self.end))

    def move(self, pointer: Pointer) -> None:
        """Ignore the pointer; the keyboard is in charge."""

    def release(self, pointer: Pointer) -> None:
        """End it: another gesture was meant."""
        self._rest()

    def cancel(self) -> None:
        """Leave every link as it was."""
        self._rest()

    def paint(self, painter: QPainter) -> None:
        """Show the link to where it would end."""
        looks = self._canvas.looks
        kind, start = self._socket(self.fixed)
        if self.end is not None:
            _, stop = self._socket(self.end)
            painter.setPen(pen_of(looks.socket(kind), 2.0, dashed=True))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            points = [start, stop] if self.fixed.output else [stop, start]
            painter.drawPath(COURSES[self._canvas.options.course](points))
        paint_halo(painter, looks, kind, start)
        paint_socket(painter, looks, kind, start, filled=True)

    def _fits(self, end: End) -> bool:
        """Tell whether the link may end there, and does not yet."""
        return self._linkable.may(end) and self._linkable.link(end) not in self._canvas.scene.wires

    def _sorted(self) -> list[End]:
        """Return the sockets of the other kind on other nodes, the nearest first."""
        x, y = self._socket(self.fixed)[1]
        found: list[tuple[float, str, str, End]] = []
        for card in self._canvas.scene.cards.values():
            if card.id == self.fixed.id:
                continue
            sockets = card.layout.inputs if self.fixed.output else card.layout.outputs
            for one in sockets.values():
                far = abs(card.x + one.x - x) + abs(card.y + one.y - y)
                end = End(card.id, one.name, not self.fixed.output)
                found.append((far, card.id, one.name, end))
        return [end for *_, end in sorted(found, key=lambda one: one[:3])]

    def _socket(self, end: End) -> tuple[str, tuple[float, float]]:
        """Return the type of a socket, and where it is."""
        card = self._canvas.scene.cards[end.id]
        sockets = card.layout.outputs if end.output else card.layout.inputs
        at = card.output_at if end.output else card.input_at
        return sockets[end.name].type if end.name in sockets else ANY, at(end.name)

    def _rest(self) -> None:
        self._canvas.marks.lit = None
        self._canvas.update()
