"""Linking by dragging: from a socket to one that fits, to a node, or away."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, Qt

from gui.canvas.bubble import paint_bubble
from gui.canvas.courses import curve
from gui.canvas.inserting import swapped
from gui.canvas.linkable import End, Linkable
from gui.canvas.paint_sockets import paint_socket
from gui.canvas.pens import brush_of, pen_of
from nodegraph.edits import Disconnect

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from gui.canvas.canvas import Canvas
    from gui.canvas.hits import Hit
    from gui.canvas.tools.tool import Pointer
    from nodegraph.graph import Link


class Linker:
    """A link that hangs on the pointer.

    A press on an input that has a link takes that link off; anything else begins a new one. With
    Shift, a link that ends at a taken input changes places with the one it finds there.
    """

    def __init__(self, canvas: Canvas, pointer: Pointer, pressed: Hit) -> None:
        self._canvas, self._start, self._at = canvas, pointer, pointer
        moved = _taken(canvas, pressed)
        fixed = End(pressed.id, pressed.name, pressed.output)
        if moved is not None:
            fixed = End(moved.source, moved.output, output=True)
        self._linkable = Linkable(canvas.document.graph, fixed, moved)
        self._end: End | None = None
        canvas.marks.hidden = moved
        canvas.marks.lit = self._may
        canvas.update()

    @property
    def reason(self) -> str:
        """Why the socket under the pointer cannot be linked; nothing where it can."""
        return "" if self._end is None else self._linkable.why_not(self._end)

    def move(self, pointer: Pointer) -> None:
        """Hang on the pointer, or on the socket under it."""
        self._at = pointer
        self._end = self._under(pointer)
        self._canvas.update()

    def release(self, pointer: Pointer) -> None:
        """Link, or say why not; over nothing take a link away, or ask for a node that fits."""
        self._end = self._under(pointer)
        self._rest()
        if not pointer.far_from(self._start):
            self._look()
            return
        moved, document = self._linkable.moved, self._canvas.document
        if self._end is not None:
            if not self.reason and pointer.shift and self._other() is not None:
                document.apply(swapped(cast("Link", moved), cast("Link", self._other())))
            elif not self.reason:
                edit = self._linkable.edit(self._end)
                if self._linkable.link(self._end) != moved:
                    document.apply(edit)
        elif moved is not None:
            document.apply(Disconnect(moved))
        else:
            self._canvas.wanted.emit(pointer, self._linkable.fixed)

    def cancel(self) -> None:
        """Leave every link as it was."""
        self._rest()

    def paint(self, painter: QPainter) -> None:
        """Show the link: solid where it may end, dashed where it may not."""
        looks, (x, y) = self._canvas.looks, self._point()
        start, kind = self._fixed_at()
        color = looks.theme.error if self.reason else looks.socket(kind)
        painter.setPen(pen_of(color, 2.0, dashed=bool(self.reason)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(
            curve(*start, x, y) if self._linkable.fixed.output else curve(x, y, *start)
        )
        paint_socket(painter, looks, kind, start, filled=True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(color))
        painter.drawEllipse(QPointF(x, y), 4, 4)
        if self.reason:
            at = (self._at.left, self._at.top)
            paint_bubble(painter, looks, self.reason, at, self._canvas.size())

    def _look(self) -> None:
        """Ask for the value at the socket that was clicked: an input's is that of its link."""
        fixed = self._linkable.fixed
        if fixed.output:
            self._canvas.looked.emit(fixed.id, fixed.name)

    def _other(self) -> Link | None:
        """Return the link to swap with: that of the input under the pointer, if it has another."""
        moved, end = self._linkable.moved, self._end
        if moved is None or end is None or end.output:
            return None
        other = _last(self._canvas, end.id, end.name)
        return other if other is not None and other != moved else None

    def _may(self, node_id: str, name: str, output: bool) -> bool:
        return self._linkable.may(End(node_id, name, output))

    def _rest(self) -> None:
        self._canvas.marks.hidden = self._canvas.marks.lit = None
        self._canvas.update()

    def _under(self, pointer: Pointer) -> End | None:
        """Return the socket under the pointer; over a node, the first of its that fits."""
        found = self._canvas.hit(pointer, params=True)
        if found.part == "socket":
            return End(found.id, found.name, found.output)
        card = self._canvas.scene.cards.get(found.id)
        if card is None or found.id == self._linkable.fixed.id:
            return None
        if found.part == "field" and self._linkable.fixed.output:
            return End(found.id, found.name, output=False)
        output = not self._linkable.fixed.output
        sockets = card.layout.outputs if output else card.layout.inputs
        ends = [End(card.id, socket.name, output) for socket in sockets.values()]
        return min(filter(self._linkable.may, ends), key=self._taken, default=None)

    def _taken(self, end: End) -> bool:
        return self._canvas.scene.linked(end.id, end.name, output=end.output)

    def _point(self) -> tuple[float, float]:
        if self._end is None or self.reason:
            return self._at.x, self._at.y
        card = self._canvas.scene.cards[self._end.id]
        at = card.output_at if self._end.output else card.input_at
        return at(self._end.name)

    def _fixed_at(self) -> tuple[tuple[float, float], str]:
        fixed = self._linkable.fixed
        card = self._canvas.scene.cards[fixed.id]
        sockets = card.layout.outputs if fixed.output else card.layout.inputs
        at = card.output_at if fixed.output else card.input_at
        return at(fixed.name), sockets[fixed.name].type


def _taken(canvas: Canvas, pressed: Hit) -> Link | None:
    """Return the last link of an input that has one."""
    if pressed.output:
        return None
    return _last(canvas, pressed.id, pressed.name)


def _last(canvas: Canvas, node_id: str, name: str) -> Link | None:
    """Return the link that ends last at an input."""
    wires = canvas.scene.wires_of(node_id)
    links = [w.link for w in wires if (w.link.target, w.link.input) == (node_id, name)]
    return max(links, key=lambda link: link.index, default=None)
