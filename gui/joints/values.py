"""Viewers joined to the pages: what is clicked on a canvas is shown beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

from gui.joints.runs import selected
from gui.scope.way import prefix
from gui.timeline.timeline import Timeline
from gui.viewers.commands import commands
from gui.viewers.dock import ViewerDock
from gui.viewers.look import Look

if TYPE_CHECKING:
    from gui.canvas.canvas import Canvas
    from gui.editor import Editor
    from gui.seat import Seat


class Viewers(QStackedWidget):
    """The viewers of the document in front."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._docks: dict[Seat, ViewerDock] = {}
        self._nothing = QWidget()
        self.addWidget(self._nothing)
        editor.seated.connect(self._add)
        editor.left.connect(self._drop)
        editor.front_changed.connect(self._follow)

    @property
    def front(self) -> ViewerDock | None:
        """The viewers of the document in front."""
        return self._docks.get(self._editor.seat) if self._editor.seat else None

    def look(self, seat: Seat, node: str, output: str) -> None:
        """Show a value of the canvas in front."""
        self._docks[seat].look(Look(prefix(seat.page.uses) + node, output))
        self._editor.window.show_dock("viewer")

    def _add(self, seat: Seat) -> None:
        dock = ViewerDock(seat.looking, lambda: self._editor.appearance.looks)
        dock.told.connect(self._editor.say)
        self._docks[seat] = dock
        self.addWidget(dock)
        timeline = Timeline(seat.looking, lambda: self._editor.appearance.looks)
        timeline.turns_wanted.connect(partial(self._run_to, seat))
        seat.page.below.addWidget(timeline)
        seat.page.made.connect(partial(self._follow_canvas, seat))

    def _follow_canvas(self, seat: Seat, canvas: Canvas) -> None:
        canvas.looked.connect(partial(self.look, seat))

    def _run_to(self, seat: Seat, targets: list[str]) -> None:
        self._editor.runner.run(seat.status, targets=targets)

    def _drop(self, seat: Seat) -> None:
        dock = self._docks.pop(seat)
        self.removeWidget(dock)
        dock.deleteLater()

    def _follow(self) -> None:
        self.setCurrentWidget(self.front or self._nothing)


def join(editor: Editor) -> None:
    """Show values where they are looked at."""
    viewers = Viewers(editor)
    editor.window.commands.add(*commands(lambda: viewers.front, partial(_selected_output, editor)))
    editor.window.add_dock("viewer", "Viewer", viewers, "right", keys="Ctrl+3")


def _selected_output(editor: Editor) -> tuple[str, str] | None:
    """Return the selected node's path and its first output, where there is just one."""
    paths = selected(editor)
    if len(paths) != 1 or editor.canvas is None:
        return None
    outputs = editor.canvas.document.graph.spec(paths[0].rpartition("/")[2]).outputs
    return (paths[0], next(iter(outputs))) if outputs else None
