"""The problems: everything that keeps a workflow from running, and why the last run failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QVBoxLayout, QWidget

from gui.docks.emptiable import Emptiable
from gui.docks.problem_list import ProblemList
from gui.docks.problem_rows import ProblemRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtCore import QPoint

    from gui.canvas.looks import Looks
    from gui.docks.problem_list import Row
    from gui.running.problem import Problem

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Problems(QWidget):
    """Lists problems, node by node.

    Attributes:
        picked: A node is to be selected and shown, by its path; and its socket, if any.
        mend_wanted: Something is to be done about a problem, as its row offers.
        counted: There is another number of problems now.
        view: What is listed.
    """

    picked = Signal(str, str)
    mend_wanted = Signal(object)
    counted = Signal(int)

    def __init__(
        self,
        looks: Callable[[], Looks],
        title: Callable[[str], str] = str,
        mend: Callable[[Problem], str] = lambda _: "",
    ) -> None:
        """Make the list.

        Args:
            title: What a node is called, by its path.
            mend: What can be done about a problem here, as a button says it; nothing about most.
        """
        super().__init__()
        self._title, self._mend = title, mend
        self._list, self.view = ProblemList(), QListView()
        self.problems: tuple[Problem, ...] = ()
        self._page = Emptiable(
            self.view, "No problems", "Everything that keeps a workflow from running shows here."
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._page)
        self._set_up(looks)
        self._page.show_empty(True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusProxy(self.view)

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these, and no others."""
        changed = len(problems) != len(self.problems)
        self.problems = tuple(problems)
        self._list.show(problems, self._title, self._mend)
        self._page.show_empty(not problems)
        if changed:
            self.counted.emit(len(problems))

    @property
    def summary(self) -> str:
        """How many there are, in words, for the status bar."""
        count = len(self.problems)
        return "No problems" if not count else "1 problem" if count == 1 else f"{count} problems"

    def pick(self, index: QModelIndex | None = None) -> None:
        """Have the node of a row shown, or of the one that is selected."""
        row = self._row(self.view.currentIndex() if index is None else index)
        if row is not None and row.node:
            self.picked.emit(row.node, row.problem.socket if row.problem else "")

    def step(self, by: int) -> None:
        """Go to the next problem, or with -1 to the one before; at an end, round to the other."""
        found = [row for row, one in enumerate(self._list.rows) if one.problem is not None]
        if found:
            at = self.view.currentIndex().row()
            beyond = [row for row in found[::by] if (row - at) * by > 0]
            row = beyond[0] if beyond and at >= 0 else found[::by][0]
            self.view.setCurrentIndex(self._list.index(row, 0))
            self.pick()

    def copy(self, rows: Sequence[Row] | None = None) -> None:
        """Copy the selected rows as text, or these."""
        chosen = self._selected() if rows is None else rows
        if chosen:
            QGuiApplication.clipboard().setText("\n".join(row.text for row in chosen))

    def menu(self, index: QModelIndex) -> QMenu:
        """Return the menu of a row."""
        menu, row = QMenu(self), self._row(index)
        show = menu.addAction("Show the node", lambda: self.pick(index))
        show.setEnabled(row is not None and bool(row.node))
        if row is not None and row.mend:
            menu.addAction(row.mend, lambda: self._want_mended(row))
        menu.addAction("Copy", lambda: self.copy([row] if row else [])).setEnabled(row is not None)
        menu.addAction("Copy all", lambda: self.copy(self._list.rows))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Copy and show with the usual keys; wrap the texts anew when the width changes."""
        if event.type() == QEvent.Type.Resize:
            self.view.scheduleDelayedItemsLayout()
        if event.type() != QEvent.Type.KeyPress:
            return False
        key = cast("QKeyEvent", event)
        if key.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key.key() in ENTER:
            self.pick()
        else:
            return False
        return True

    def _set_up(self, looks: Callable[[], Looks]) -> None:
        view = self.view
        view.setModel(self._list)
        rows = ProblemRows(looks, view)
        rows.mended.connect(self._want_mended)
        view.setItemDelegate(rows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setMouseTracking(True)
        view.setAccessibleName("Problems")
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._open_menu)
        view.clicked.connect(self.pick)
        view.installEventFilter(self)

    def _want_mended(self, row: Row) -> None:
        self.mend_wanted.emit(row.problem)

    def _open_menu(self, at: QPoint) -> None:
        self.menu(self.view.indexAt(at)).popup(self.view.viewport().mapToGlobal(at))

    def _row(self, index: QModelIndex) -> Row | None:
        return self._list.rows[index.row()] if index.isValid() else None

    def _selected(self) -> list[Row]:
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        return [self._list.rows[row] for row in rows]
