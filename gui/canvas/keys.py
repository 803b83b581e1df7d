"""The keyboard on the canvas: arrows move the focus, Enter does what a click would."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt

from gui.canvas.areas import edit_area
from gui.canvas.beside import area_of, node_spot
from gui.canvas.fields import ENTER
from gui.canvas.focused import Focused
from gui.canvas.hits import Hit
from gui.canvas.key_linking import KeyLinking
from gui.canvas.nudging import COARSE, FINE, nudge, shift_bend, stretch, turn
from gui.canvas.spots import beyond, box_of, following, rows
from gui.canvas.tools.key_link import KeyLink
from gui.canvas.typing_over import typed, wants
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.canvas.areas import Area
    from gui.canvas.beside import Way
    from gui.canvas.canvas import Canvas
    from gui.canvas.tools.moving import Moving
    from gui.canvas.tools.tool import Pointer

ARROWS: dict[int, Way] = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip
TABS: dict[int, int] = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
PAGES: dict[int, int] = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
PAD = Qt.KeyboardModifier.KeypadModifier

FIXED = (
    ("Arrows", "Focus the next node, frame, note, socket, parameter, link or bend"),
    ("Shift+Arrows", "The same, selecting besides"),
    ("Ctrl+Arrows", "Move what is selected, or the focused bend, by the grid; bend a link"),
    ("Ctrl+Shift+Arrows", "Resize what is selected"),
    ("Alt+Up, Alt+Down", "Raise or lower the focused parameter; with Shift by ten steps"),
    ("Tab, Shift+Tab", "Go through a node's sockets and parameters, a link's bends, the notes"),
    ("Enter", "Edit the parameter, the note or the frame's title, enter the subgraph, look"),
    ("Escape", "Break off; leave the parameter, the node, the selection, the subgraph"),
    ("Space, Tab", "Search for a node to add, while nothing is focused"),
    ("Backspace", "Give the focused parameter its default again"),
    ("Menu, Shift+F10", "Open the menu of what is focused"),
    ("Page Up, Page Down", "Move the view; with Shift sideways"),
)
"""Keys that are no commands, with what they do, for the list of shortcuts."""


class Keys(QObject):
    """Reads the keys of a canvas before it does.

    Attributes:
        focused: What has the focus, and the ring around it.
        linking: Links from the keyboard.
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.focused = Focused(canvas)
        self.linking = KeyLinking(canvas)
        self._moved: Moving | None = None
        canvas.selection_changed.connect(self._forget)
        canvas.installEventFilter(self)

    @property
    def focus(self) -> Hit | None:
        """What has the focus; ``None`` until an arrow is pressed."""
        return self.focused.spot

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mean something here."""
        match event.type():
            case QEvent.Type.KeyPress:
                return self.pressed(cast("QKeyEvent", event))
            case QEvent.Type.ShortcutOverride if self.focus is not None:
                if wants(self._canvas, self.focus, cast("QKeyEvent", event)):
                    event.accept()
            case QEvent.Type.MouseButtonPress:
                self.focused.put(None)
            case _:
                pass
        return False

    def pressed(self, event: QKeyEvent) -> bool:
        """Do what a key means; tells whether it means anything."""
        tool = self._canvas.pointing.tool
        try:
            if isinstance(tool, KeyLink):
                return self.linking.pressed(tool, event)
            if tool is not None:
                return False
            return self._arrow(event) or self._other(event)
        except NodegraphError as error:
            self._canvas.said.emit(str(error))
            return True

    # Keys

    def _arrow(self, event: QKeyEvent) -> bool:
        way = ARROWS.get(event.key())
        held = event.modifiers() & ~PAD
        focus = self.focus
        if way is None:
            return False
        if held in (NONE, SHIFT):
            self._go(way, extend=held == SHIFT)
        elif held == CTRL:
            self._nudge(way)
        elif held == CTRL | SHIFT:
            stretch(self._canvas, way)
        elif held & ALT and way in ("up", "down") and focus is not None and focus.part == "field":
            steps = COARSE if held & SHIFT else FINE
            turn(self._canvas, focus.id, focus.name, steps if way == "up" else -steps)
        else:
            return False
        return True

    def _go(self, way: Way, *, extend: bool) -> None:
        focus = self.focus
        if focus is None:
            self.focused.put(self.focused.beginning(), extend=extend)
        else:
            self.focused.put(beyond(self._canvas.scene, focus, way), extend=extend)

    def _nudge(self, way: Way) -> None:
        focus = self.focus
        if focus is not None and focus.link is not None:
            shift_bend(self._canvas, focus, way)
        else:
            self._moved = nudge(self._canvas, way, self._moved)

    def _forget(self) -> None:
        self._moved = None

    def _other(self, event: QKeyEvent) -> bool:
        key, focus = event.key(), self.focus
        if key in PAGES and event.modifiers() & ~PAD in (NONE, SHIFT):
            self._turn_page(PAGES[key], sideways=bool(event.modifiers() & SHIFT))
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and event.modifiers() == SHIFT):
            self._canvas.menu_wanted.emit(focus or Hit(), self.pointer())
        elif key == Qt.Key.Key_Escape:
            self._leave()
        elif focus is None:
            return False
        elif key in TABS:
            self.focused.put(following(self._canvas.scene, focus, TABS[key]))
        elif key in ENTER and event.modifiers() & ~PAD == NONE:
            self.enter()
        else:
            return typed(self._canvas, focus, event)
        return True

    def _turn_page(self, sign: int, *, sideways: bool) -> None:
        canvas = self._canvas
        if sideways:
            canvas.pan(sign * canvas.width() // 2, 0)
        else:
            canvas.pan(0, sign * canvas.height() // 2)

    def _leave(self) -> None:
        """Leave the row for its node, the node, the selection, and then what is shown."""
        focus = self.focus
        if focus is not None and focus.part == "bend":
            self.focused.put(Hit("wire", link=focus.link))
        elif focus is not None and focus.part in ("socket", "field"):
            self.focused.put(node_spot(focus.id))
        elif focus is not None:
            self.focused.put(None)
        elif self._canvas.selected or self._canvas.marks.areas:
            self._canvas.select(())
        else:
            self._canvas.left.emit()

    def enter(self) -> None:
        """Do what a click on what is focused would."""
        canvas, focus = self._canvas, self.focus
        if focus is None:
            return
        if focus.part == "field":
            canvas.edit(focus.id, focus.name)
        elif area_of(focus) is not None:
            edit_area(canvas, cast("Area", area_of(focus)))
        elif focus.link is not None:
            canvas.looked.emit(focus.link.source, focus.link.output)
        elif focus.part == "socket":
            self._look(focus)
        elif canvas.scene.cards[focus.id].node.type.startswith(SUBGRAPH):
            canvas.entered.emit(focus.id)
        else:
            fields = canvas.scene.cards[focus.id].layout.fields
            ends = rows(canvas.scene.cards[focus.id])
            first = next((one for one in ends if one.name in fields), None) or next(
                iter(ends), focus
            )
            self.focused.put(first)

    def _look(self, focus: Hit) -> None:
        """Look at the value of an output, or at what comes into an input."""
        if focus.output:
            self._canvas.looked.emit(focus.id, focus.name)
            return
        for wire in self._canvas.scene.wires_of(focus.id):
            if (wire.link.target, wire.link.input) == (focus.id, focus.name):
                self._canvas.looked.emit(wire.link.source, wire.link.output)
                return

    def pointer(self) -> Pointer:
        """Return a pointer on what has the focus, or where the pointer is."""
        box = None if self.focus is None else box_of(self._canvas.scene, self.focus)
        if box is None:
            return self._canvas.pointing.where()
        left, bottom = self._canvas.camera.to_view(box[0], box[3])
        return self._canvas.pointer(QPointF(left, bottom), NONE)
