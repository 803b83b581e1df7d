"""Links from the keyboard: begun at what has the focus, ended where Tab or the arrows lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from gui.canvas.beside import node_spot
from gui.canvas.fields import ENTER
from gui.canvas.hits import Hit
from gui.canvas.linkable import End
from gui.canvas.spots import rows, spoken
from gui.canvas.tools.key_link import KeyLink

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.canvas.canvas import Canvas

FORTH: dict[int, int] = {
    Qt.Key.Key_Tab: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1,
    Qt.Key.Key_Backtab: -1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
}  # fmt: skip


class KeyLinking(QObject):
    """Puts a link that waits for its end in charge of the canvas, and reads its keys."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas

    @property
    def possible(self) -> bool:
        """Whether there is something focused or selected to begin a link at."""
        return self._canvas.pointing.tool is None and self._start() is not None

    def start(self) -> None:
        """Begin a link at the focused socket; on a node, at its first output."""
        canvas, start = self._canvas, self._start()
        if start is not None:
            canvas.keys.focused.put(start)
            tool = KeyLink(canvas, End(start.id, start.name, start.output))
            canvas.pointing.tool = tool
            self._walk(tool, 1)

    def pressed(self, tool: KeyLink, event: QKeyEvent) -> bool:
        """Go on to where it may end, end it there, or break it off; no other key does anything."""
        canvas, key = self._canvas, event.key()
        if key in FORTH:
            self._walk(tool, FORTH[key])
        elif key in ENTER:
            canvas.pointing.tool = None
            tool.connect()
        elif key == Qt.Key.Key_Space:
            canvas.pointing.break_off()
            canvas.wanted.emit(canvas.keys.pointer(), tool.fixed)
        elif key == Qt.Key.Key_Escape:
            canvas.pointing.break_off()
            canvas.keys.focused.put(self._spot(tool.fixed))
        return True

    def _start(self) -> Hit | None:
        canvas = self._canvas
        focus = canvas.keys.focus
        if focus is None and len(canvas.selected) == 1:
            focus = node_spot(next(iter(canvas.selected)))
        if focus is None or focus.part in ("socket", "field"):
            return focus
        if focus.link is not None:
            return Hit("socket", focus.link.source, focus.link.output, output=True)
        card = canvas.scene.cards.get(focus.id) if focus.part == "header" else None
        ends = [] if card is None else rows(card)
        return next((one for one in ends if one.output), None) or next(iter(ends), None)

    def _walk(self, tool: KeyLink, step: int) -> None:
        end = tool.step(step)
        if end is None:
            called = spoken(self._canvas.scene, self._spot(tool.fixed))
            self._canvas.said.emit(
                f"Nothing here can be linked to {called}; press Space to search for what can."
            )
        else:
            self._canvas.keys.focused.put(self._spot(end), select=False)

    def _spot(self, end: End) -> Hit:
        field = not end.output and end.name in self._canvas.scene.cards[end.id].layout.fields
        return Hit("field" if field else "socket", end.id, end.name, end.output, field)
