"""The lines of the queue as a model, which asks for a job's place where one is dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gui.docks.queue_lines import Line

LINE = Qt.ItemDataRole.UserRole
JOB = "application/x-nodegraph-job"
"""The key of the line that is dragged, in UTF-8."""


class QueueModel(QAbstractListModel):
    """The lines.

    Attributes:
        placed: A line, by its key, was dropped before a job, by its id; empty: after all.
    """

    placed = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def show(self, lines: Sequence[Line]) -> bool:
        """Show other lines, and tell whether these are not the same ones with other values."""
        same = [line.key for line in lines] == [line.key for line in self.lines]
        if same:
            self.lines = list(lines)
            self.repaint()
            return False
        self.beginResetModel()
        self.lines = list(lines)
        self.endResetModel()
        return True

    def repaint(self) -> None:
        """Have all lines painted anew."""
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, 0))

    def row(self, key: str) -> int:
        """Return where a line stands; -1 where it is no more."""
        return next((row for row, line in enumerate(self.lines) if line.key == key), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self.lines)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a line, or its title."""
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.title}, {line.job.state}" if line.jobs else line.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(line)
        return line.title if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Let what waits be dragged, and dropped between others."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        line = self.lines[index.row()]
        if line.kind == "section":
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if line.waiting else flags

    def supportedDropActions(self) -> Qt.DropAction:
        """Return that lines are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Return the one kind that is dragged."""
        return [JOB]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return which line is dragged."""
        data = QMimeData()
        if indexes:
            data.setData(JOB, self.lines[indexes[0].row()].key.encode())
        return data

    def dropMimeData(
        self,
        data: QMimeData,
        action: Qt.DropAction,
        row: int,
        column: int,
        parent: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """Ask for the place; the lines move when the engine has said so."""
        key = bytes(data.data(JOB).data()).decode(errors="replace")
        at = self.row(key)
        place = parent.row() if row < 0 else row
        if at >= 0 and self.lines[at].waiting:
            self.placed.emit(key, self.following(len(self.lines) if place < 0 else place, key))
        return False  # so that the view takes no line away by itself

    def following(self, row: int, key: str) -> str:
        """Return the first waiting job from a row on that is not of a line; else nothing."""
        own = {job.id for line in self.lines if line.key == key for job in line.jobs}
        row = max(row, self._first_waiting())
        for line in self.lines[row:]:
            if line.waiting and line.job.id not in own:
                return line.job.id
        return ""

    def _first_waiting(self) -> int:
        return next((row for row, line in enumerate(self.lines) if line.waiting), 0)


def _tip(line: Line) -> str:
    if line.kind != "job":
        return ""
    job = line.job
    sentences = [job.error.message if job.error else "", job.note, *job.skipped.values()]
    return "\n".join(as_sentence(one) for one in sentences if one)
