"""The queue: what runs, what waits, what ended today; moved, cancelled, run again, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.docks.emptiable import Emptiable
from gui.docks.queue_jobs import QueueJobs
from gui.docks.queue_model import QueueModel
from gui.docks.queue_rows import QueueRows, cross_box

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from gui.bridge.engine import Engine
    from gui.canvas.looks import Looks
    from gui.docks.queue_lines import Line

TICK = 500
"""Milliseconds between two looks at the clock while something runs."""
ALT = Qt.KeyboardModifier.AltModifier


class Queue(QWidget):
    """Lists the jobs of an engine.

    Attributes:
        jobs: What it lists; says what is to be opened, and what could not be done.
        view: The list.
    """

    def __init__(self, engine: Engine, looks: Callable[[], Looks]) -> None:
        super().__init__()
        self.jobs, self._model, self.view = QueueJobs(engine, self), QueueModel(), QListView()
        self._open: set[str] = set()
        self._clock = QTimer(self, interval=TICK)
        self._clock.timeout.connect(self._model.repaint)
        self.cancel_all, self.clear = QPushButton("Cancel all"), QPushButton("Clear ended")
        self._page = Emptiable(
            self.view, "Nothing runs", "Press Run: what runs, waits and has ended is listed here."
        )
        self.cancel_all.clicked.connect(self.jobs.cancel_all)
        self.clear.clicked.connect(self.clear_ended)
        self._lay_out()
        self._set_up(looks)
        self.jobs.changed.connect(self._show)
        self.jobs.paced.connect(self._paced)
        self._model.placed.connect(self.place)
        self.setFocusProxy(self.view)
        self._show()
        self.jobs.refresh()

    @property
    def lines(self) -> list[Line]:
        """What is listed."""
        return self._model.lines

    # What is done to a line

    def place(self, key: str, before: str) -> None:
        """Have a line run right before a job; before none: after all."""
        row = self._model.row(key)
        if row >= 0:
            self.jobs.place(self.lines[row], before)

    def drop(self, line: Line) -> None:
        """Cancel what has not ended, and forget what has; what it saved stays."""
        self.jobs.drop(line)

    def sooner(self, line: Line) -> None:
        """Have it run before the line above it."""
        others = [one for one in self._waiting() if one.key != line.key]
        own = self._model.row(line.key)
        above = [one for one in others if self._model.row(one.key) < own]
        if line.waiting and above:
            self.jobs.place(line, above[-1].job.id)

    def later(self, line: Line) -> None:
        """Have it run after the line below it."""
        own = self._model.row(line.key)
        below = [one for one in self._waiting() if self._model.row(one.key) > own]
        if line.waiting and below:
            self.jobs.place(line, below[1].job.id if len(below) > 1 else "")

    def clear_ended(self) -> None:
        """Forget all that ended; what was saved stays."""
        for line in [line for line in self.lines if line.jobs and not line.inside]:
            if not line.active:
                self.jobs.drop(line)

    def menu(self, line: Line) -> QMenu:
        """Return the menu of a line."""
        menu = QMenu(self)
        menu.addAction("Open the workflow", lambda: self.jobs.open(line))
        menu.addAction("Run again", lambda: self.jobs.again(line))
        menu.addSeparator()
        if line.waiting:
            menu.addAction("Sooner", lambda: self.sooner(line))
            menu.addAction("Later", lambda: self.later(line))
            menu.addSeparator()
        menu.addAction("Cancel" if line.active else "Remove", lambda: self.jobs.drop(line))
        return menu

    # Showing

    def _show(self) -> None:
        at = self.view.currentIndex().row()
        current = self._line(self.view.currentIndex())
        if self._model.show(self.jobs.lines(self._open)) and current is not None:
            row = self._model.row(current.key)
            row = row if row >= 0 else min(at, len(self.lines) - 1)
            self.view.setCurrentIndex(self._model.index(row, 0))
        if self.jobs.busy != self._clock.isActive():
            self._clock.start() if self.jobs.busy else self._clock.stop()
        self.cancel_all.setEnabled(any(line.active for line in self.lines))
        self.clear.setEnabled(any(line.jobs and not line.active for line in self.lines))
        for part in (self.cancel_all, self.clear):
            part.setVisible(bool(self.lines))
        self._page.show_empty(not self.lines)

    def _waiting(self) -> list[Line]:
        return [line for line in self.lines if line.waiting and not line.inside]

    def _line(self, index: QModelIndex) -> Line | None:
        line = self.lines[index.row()] if index.isValid() else None
        return line if line is not None and line.jobs else None

    def toggle(self, line: Line) -> None:
        """List the jobs of a batch, or no more."""
        self._open ^= {line.key}
        self._show()

    # Pointing and keys

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do what keys say to the selected line, and take clicks on crosses."""
        if event.type() == QEvent.Type.KeyPress:
            return self._keyed(cast("QKeyEvent", event))
        if event.type() == QEvent.Type.MouseButtonRelease and watched is self.view.viewport():
            return self._clicked(cast("QMouseEvent", event))
        return False

    def _keyed(self, event: QKeyEvent) -> bool:
        line = self._line(self.view.currentIndex())
        act = ACTS.get((Qt.Key(event.key()), bool(event.modifiers() & ALT)))
        if line is None or act is None:
            return False
        act(self, line)
        return True

    def _clicked(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        index = self.view.indexAt(at)
        line = self._line(index)
        if line is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        if cross_box(self.view.visualRect(index)).contains(at):
            self.jobs.drop(line)
        elif line.kind == "batch":
            self.toggle(line)
        return False

    def _paced(self) -> None:
        if not self._clock.isActive():
            self._model.repaint()

    def enter(self, line: Line) -> None:
        """Open the workflow of a job, or list the jobs of a batch."""
        self.toggle(line) if line.kind == "batch" else self.jobs.open(line)

    def _double(self, index: QModelIndex) -> None:
        line = self._line(index)
        if line is not None and line.kind == "job":
            self.jobs.open(line)

    def _open_menu(self, at: QPoint) -> None:
        line = self._line(self.view.indexAt(at))
        if line is not None:
            self.menu(line).popup(self.view.viewport().mapToGlobal(at))

    def _lay_out(self) -> None:
        bar, box = QHBoxLayout(), QVBoxLayout(self)
        bar.setContentsMargins(8, 8, 8, 4)
        bar.setSpacing(4)
        bar.addStretch(1)
        for button in (self.cancel_all, self.clear):
            button.setProperty("flat", True)
            bar.addWidget(button)
        self.clear.setToolTip("Forget what ended; what was saved stays")
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(bar)
        box.addWidget(self._page)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def _set_up(self, looks: Callable[[], Looks]) -> None:
        view = self.view
        view.setModel(self._model)
        view.setItemDelegate(QueueRows(looks, self.jobs.paces, view))
        view.setMouseTracking(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        view.setDefaultDropAction(Qt.DropAction.MoveAction)
        view.setAccessibleName("Queue")
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        view.doubleClicked.connect(self._double)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)


ACTS: dict[tuple[Qt.Key, bool], Callable[[Queue, Line], None]] = {
    (Qt.Key.Key_Return, False): Queue.enter,
    (Qt.Key.Key_Enter, False): Queue.enter,
    (Qt.Key.Key_Delete, False): Queue.drop,
    (Qt.Key.Key_Up, True): Queue.sooner,
    (Qt.Key.Key_Down, True): Queue.later,
}
"""What keys do to the selected line, without and with Alt."""
