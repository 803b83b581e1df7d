"""The canvas for assistive technology: a tree of nodes, sockets and parameters, and its events.

Qt asks for interfaces, and keeps the addresses of those it was given; so they are kept here for as
long as the program runs, and say that they are invalid once their node is gone. None is made before
something asks for one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import shiboken6
from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QAccessibleInterface,
    QAccessibleValueChangeEvent,
)
from PySide6.QtWidgets import QAccessibleWidget

from gui.canvas.beside import area_spot, node_spot
from gui.canvas.canvas import Canvas
from gui.canvas.param_part import ParamPart
from gui.canvas.parts import AreaPart, BendPart, NodePart, Part, SocketPart, WirePart
from nodegraph.edits import Batch, SetParam

if TYPE_CHECKING:
    from gui.canvas.hits import Hit
    from nodegraph.edits import Edit

KINDS: dict[str, type[Part]] = {
    "header": NodePart, "socket": SocketPart, "field": ParamPart, "wire": WirePart,
    "bend": BendPart, "frame": AreaPart, "note": AreaPart,
}  # fmt: skip

_kept: list[QAccessibleInterface] = []
_roots: WeakKeyDictionary[Canvas, CanvasPart] = WeakKeyDictionary()


def install() -> None:
    """Have Qt ask here for the interfaces of canvases; once is enough."""
    if not _installed:
        _installed.append(True)
        QAccessible.installFactory(_made)


_installed: list[bool] = []


def _made(key: str, thing: QObject | None) -> QAccessibleInterface | None:
    """Return the interface of a canvas; of anything else Qt knows itself."""
    if not isinstance(thing, Canvas) or key != "Canvas":
        return None
    root = _roots.get(thing)
    if root is None:
        root = _roots[thing] = CanvasPart(thing)
        _kept.append(root)
    return root


class CanvasPart(QAccessibleWidget):
    """A canvas, whose parts are its nodes from left to right, its frames and notes, and then its
    own child widgets.

    Attributes:
        canvas: The canvas.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, QAccessible.Role.Pane, "Graph")
        self.canvas = canvas
        self._parts: dict[Hit, Part] = {}
        self._order: tuple[int, list[Hit]] = (-1, [])
        canvas.keys.focused.moved.connect(self._focused)
        canvas.document.changed.connect(self._changed)

    def part(self, spot: Hit) -> Part:
        """Return the interface of a spot, the same whenever it is asked for."""
        found = self._parts.get(spot)
        if found is None:
            found = self._parts[spot] = KINDS[spot.part](self, spot)
            _kept.append(found)
        return found

    def node_part(self, node_id: str) -> Part:
        """Return the interface of a node."""
        return self.part(node_spot(node_id))

    def isValid(self) -> bool:
        """Tell whether the canvas is there still."""
        return shiboken6.isValid(self.canvas)

    def text(self, t: QAccessible.Text) -> str:
        """Return what it is, and how much there is on it."""
        if t == QAccessible.Text.Description and self.isValid():
            scene = self.canvas.scene
            return f"{len(scene.cards)} nodes, {len(scene.wires)} links"
        return super().text(t)

    def childCount(self) -> int:
        """Return how many nodes, frames and notes there are, and widgets on top."""
        return len(self._spots()) + super().childCount() if self.isValid() else 0

    def child(self, index: int) -> Any:
        """Return a node, a frame or a note, or a widget that stands on the canvas."""
        spots = self._spots() if self.isValid() else []
        if 0 <= index < len(spots):
            return self.part(spots[index])
        return super().child(index - len(spots))

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """Return which one a part is; -1 for none."""
        spots = self._spots()
        if isinstance(child, Part):
            return spots.index(child.spot) if child.spot in spots else -1
        at = super().indexOfChild(child)
        return at if at < 0 else at + len(spots)

    def childAt(self, x: int, y: int) -> Any:
        """Return the widget or the node under a point of the screen."""
        above: Any = super().childAt(x, y)
        if above is not None:
            return above
        at = self.canvas.mapFromGlobal(QPoint(x, y))
        spot = self.canvas.camera.to_scene(at.x(), at.y())
        cards = self.canvas.scene.cards_in((*spot, *spot))
        held = [card for card in cards if card.rect.contains(*spot)]
        return self.node_part(held[-1].id) if held else None

    def focusChild(self) -> Any:
        """Return what has the focus on the canvas, or what has it on top."""
        focus = self.canvas.keys.focus
        if focus is not None and self.canvas.hasFocus():
            return self.part(focus)
        return super().focusChild()

    def _spots(self) -> list[Hit]:
        """Return the nodes from left to right, sorted once for each change of the scene, and then
        the frames and the notes.
        """
        scene = self.canvas.scene
        if self._order[0] != scene.changes:
            cards = sorted(scene.cards.values(), key=lambda card: (card.x, card.y, card.id))
            self._order = scene.changes, [node_spot(card.id) for card in cards]
        return [*self._order[1], *map(area_spot, scene.areas())]

    def _focused(self) -> None:
        """Tell what has the focus now."""
        focus = self.canvas.keys.focus
        part = self if focus is None else self.part(focus)
        QAccessible.updateAccessibility(QAccessibleEvent(part, QAccessible.Event.Focus))

    def _changed(self, edit: Edit) -> None:
        """Tell of values that were set."""
        for one in edit.edits if isinstance(edit, Batch) else (edit,):
            if isinstance(one, SetParam):
                self._set(one)

    def _set(self, edit: SetParam) -> None:
        for spot, part in self._parts.items():
            if (spot.part, spot.id, spot.name) == ("field", edit.node_id, edit.name):
                event = QAccessibleValueChangeEvent(part, edit.value)
                QAccessible.updateAccessibility(event)
                return
