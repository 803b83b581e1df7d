"""Problems as rows, node by node."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from gui.docks.problem_rows import ROW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gui.running.problem import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """A node's heading, or one of its problems.

    Attributes:
        node: Its path; empty for what concerns the whole workflow.
        title: What the node is called.
        mend: What a click does about the problem, on a button: ``Find the file…``.
    """

    node: str
    title: str
    problem: Problem | None = None
    mend: str = ""

    @property
    def text(self) -> str:
        """The row in words, to copy and to read aloud."""
        if self.problem is None:
            return self.title
        place = f"{self.node}.{self.problem.socket}".strip(".")
        return f"{place}: {self.problem.words}" if place else self.problem.words


class ProblemList(QAbstractListModel):
    """The rows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []

    def show(
        self,
        problems: Iterable[Problem],
        title: Callable[[str], str],
        mend: Callable[[Problem], str],
    ) -> None:
        """Show other problems.

        Args:
            title: What a node is called.
            mend: What can be done about a problem with a click; nothing about most.
        """
        found = list(_rows(problems, title, mend))
        if found != self.rows:
            self.beginResetModel()
            self.rows = found
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a row, or its text."""
        row = self.rows[index.row()]
        if role == ROW:
            return row
        return row.text if role == Qt.ItemDataRole.DisplayRole else None


def _rows(
    problems: Iterable[Problem], title: Callable[[str], str], mend: Callable[[Problem], str]
) -> Iterable[Row]:
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.node, []).append(problem)
    for node, found in groups.items():
        name = title(node) if node else "The workflow"
        yield Row(node, name)
        yield from (Row(node, name, problem, mend(problem)) for problem in found)
