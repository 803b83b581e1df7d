"""The keyboard on the canvas: arrows move the focus, Enter does what a click would."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from gui.canvas.fields import ENTER
from gui.canvas.focused import Focused
from gui.canvas.hits import Hit
from gui.canvas.linkable import End
from gui.canvas.nudging import COARSE, FINE, nudge, shift_bend, stretch, turn
from gui.canvas.spots import beyond, box_of, following, node_spot, rows, spoken
from gui.canvas.tools.key_link import KeyLink
from gui.theme import GRID
from nodegraph.edits import SetParam
from nodegraph.errors import NodegraphError
from nodegraph.graph import SUBGRAPH

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.canvas.spots import Way
    from gui.canvas.tools.tool import Pointer

ARROWS: dict[int, Way] = {
    Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down",
}  # fmt: skip
TABS: dict[int, int] = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
FORTH: dict[int, int] = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
PAGES: dict[int, int] = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_PageDown: -1}
NUMERIC = "0123456789+-.("

SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier
PAD = Qt.KeyboardModifier.KeypadModifier

FIXED = (
    ("Arrows", "Focus the next node, socket, parameter or link"),
    ("Shift+Arrows", "The same, selecting besides"),
    ("Ctrl+Arrows", "Move the selected nodes by the grid, or bend the focused link"),
    ("Ctrl+Shift+Arrows", "Resize the selected nodes"),
    ("Alt+Up, Alt+Down", "Raise or lower the focused parameter; with Shift by ten steps"),
    ("Tab, Shift+Tab", "Go through the sockets and parameters of the focused node"),
    ("Enter", "Edit the parameter, enter the subgraph, look at the value"),
    ("Escape", "Break off; leave the parameter, the node, the selection"),
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
    """

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.focused = Focused(canvas)
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
            case QEvent.Type.ShortcutOverride if self._wants(cast("QKeyEvent", event)):
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
                return self._linking(tool, event)
            if tool is not None:
                return False
            return self._arrow(event) or self._other(event)
        except NodegraphError as error:
            self._canvas.said.emit(str(error))
            return True

    # Linking

    @property
    def can_start_link(self) -> bool:
        """Whether there is something focused or selected to begin a link at."""
        return self._start() is not None and self._canvas.pointing.tool is None

    def start_link(self) -> None:
        """Begin a link at the focused socket; on a node, at its first output."""
        start = self._start()
        if start is None:
            return
        self.focused.put(start)
        tool = self._canvas.pointing.tool = KeyLink(
            self._canvas, End(start.id, start.name, start.output)
        )
        self._walk(tool, 1)

    def _start(self) -> Hit | None:
        focus = self.focus or (
            node_spot(next(iter(self._canvas.selected)))
            if len(self._canvas.selected) == 1
            else None
        )
        if focus is None or focus.part in ("socket", "field"):
            return focus
        if focus.link is not None:
            return Hit("socket", focus.link.source, focus.link.output, output=True)
        ends = rows(self._canvas.scene.cards[focus.id])
        return next((one for one in reversed(ends) if one.output), None) or next(iter(ends), None)

    def _linking(self, tool: KeyLink, event: QKeyEvent) -> bool:
        key = event.key()
        if key in TABS or key in ARROWS:
            self._walk(tool, FORTH.get(key, -1))
        elif key in ENTER:
            self._canvas.pointing.tool = None
            tool.connect()
        elif key == Qt.Key.Key_Space:
            self._canvas.pointing.break_off()
            self._canvas.wanted.emit(self.pointer(), tool.fixed)
        elif key == Qt.Key.Key_Escape:
            self._canvas.pointing.break_off()
            self.focused.put(self._spot(tool.fixed))
        return True

    def _walk(self, tool: KeyLink, step: int) -> None:
        end = tool.step(step)
        if end is None:
            called = spoken(self._canvas.scene, self._spot(tool.fixed))
            self._canvas.said.emit(
                f"Nothing here can be linked to {called}; press Space to search for what can."
            )
        else:
            self.focused.put(self._spot(end), select=False)

    def _spot(self, end: End) -> Hit:
        card = self._canvas.scene.cards[end.id]
        field = not end.output and end.name in card.layout.fields
        return Hit("field" if field else "socket", end.id, end.name, end.output, field)

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
            self._nudge(way, GRID)
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

    def _nudge(self, way: Way, far: int) -> None:
        focus = self.focus
        if focus is not None and focus.link is not None:
            shift_bend(self._canvas, focus.link, way)
        else:
            nudge(self._canvas, way, far)

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
            return self._on_field(event)
        return True

    def _turn_page(self, sign: int, *, sideways: bool) -> None:
        canvas = self._canvas
        if sideways:
            canvas.pan(sign * canvas.width() // 2, 0)
        else:
            canvas.pan(0, sign * canvas.height() // 2)

    def _leave(self) -> None:
        """Leave the row for its node, the node, and then the selection."""
        focus = self.focus
        if focus is not None and focus.part in ("socket", "field"):
            self.focused.put(node_spot(focus.id))
        elif focus is not None:
            self.focused.put(None)
        else:
            self._canvas.select(())

    def enter(self) -> None:
        """Do what a click on what is focused would."""
        canvas, focus = self._canvas, self.focus
        if focus is None:
            return
        if focus.part == "field":
            canvas.edit(focus.id, focus.name)
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

    def _on_field(self, event: QKeyEvent) -> bool:
        focus = self.focus
        if focus is None or focus.part != "field":
            return False
        canvas = self._canvas
        if event.key() == Qt.Key.Key_Backspace:
            param = canvas.scene.cards[focus.id].layout.fields[focus.name].param
            canvas.document.apply(SetParam(focus.id, focus.name, param.default))
            return True
        if event.key() == Qt.Key.Key_Space and isinstance(self._value(focus), bool):
            canvas.edit(focus.id, focus.name)
            return True
        if not self._types(event):
            return False
        canvas.edit(focus.id, focus.name)
        if canvas.editor is not None:
            QApplication.sendEvent(canvas.editor.widget, _again(event))
        return True

    def _wants(self, event: QKeyEvent) -> bool:
        """Tell whether a key means something here that is a shortcut elsewhere."""
        focus, key = self.focus, event.key()
        if focus is None or focus.part != "field":
            return False
        return self._types(event) or key in (Qt.Key.Key_Backspace, Qt.Key.Key_Space)

    def _types(self, event: QKeyEvent) -> bool:
        """Tell whether a key is the first letter of a value that is typed over the old one."""
        focus, text = self.focus, event.text()
        if focus is None or focus.part != "field" or self._canvas.pointing.tool is not None:
            return False
        if event.modifiers() & (CTRL | ALT) or not text.strip() or not text.isprintable():
            return False
        if self._canvas.scene.linked(focus.id, focus.name, output=False):
            return False
        value = self._value(focus)
        if isinstance(value, bool):
            return False
        return text in NUMERIC if isinstance(value, (int, float)) else True

    def _value(self, focus: Hit) -> object:
        field = self._canvas.scene.cards[focus.id].layout.fields[focus.name]
        return self._canvas.document.graph[focus.id].params.get(focus.name, field.param.default)

    def pointer(self) -> Pointer:
        """Return a pointer on what has the focus, or where the pointer is."""
        box = None if self.focus is None else box_of(self._canvas.scene, self.focus)
        if box is None:
            return self._canvas.pointing.where()
        left, bottom = self._canvas.camera.to_view(box[0], box[3])
        return self._canvas.pointer(QPointF(left, bottom), NONE)


def _again(event: QKeyEvent) -> QKeyEvent:
    return QKeyEvent(event.type(), event.key(), event.modifiers(), event.text())
