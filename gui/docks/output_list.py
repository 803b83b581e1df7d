"""The engine's outputs as a model of any length: what comes into view is asked for, page by page.

An output is known by its age, counted from the oldest, so that new ones move none.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer

if TYPE_CHECKING:
    from gui.bridge.engine import Engine
    from nodegraph.engine.jobs import Output, OutputPage

OUTPUT = Qt.ItemDataRole.UserRole
PAGE = 100


class OutputList(QAbstractListModel):
    """The outputs, the newest first unless they are turned round.

    Attributes:
        total: How many there are.
        text: Only those with this in their name.
        oldest_first: Which way round.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self.total, self.text, self.oldest_first = 0, "", False
        self._known: dict[int, Output] = {}
        self._asked: set[int] = set()
        self._wanted: set[int] = set()
        self._round = self._shown_round = 0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._ask_wanted)

    # Reading

    def output(self, row: int) -> Output | None:
        """Return the output of a row; nothing while it is asked for."""
        age = self._turned(row)
        found = self._known.get(age)
        if found is None and 0 <= age < self.total:
            self._wanted.add(age // PAGE)
            self._soon.start()
        return found

    def row(self, id: int) -> int:
        """Return the row of an output; -1 where it is not known."""
        age = next((age for age, output in self._known.items() if output.id == id), None)
        return -1 if age is None else self._turned(age)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many there are, known or not."""
        return 0 if parent.isValid() else self.total

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return an output, its name, or what there is to say of it."""
        if role not in (OUTPUT, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        output = self.output(index.row())
        if output is None or role == OUTPUT:
            return output
        return output.name if role == Qt.ItemDataRole.DisplayRole else _tip(output)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Let outputs be selected and dragged."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    # Changing

    def refresh(self) -> None:
        """Ask what there is now; what is known of it stays."""
        first = partial(self._take_first, self._round)
        self._engine.ask("outputs", text=self.text, limit=PAGE, offset=0, then=first)

    def search(self, text: str) -> None:
        """List only those with this in their name."""
        if text != self.text:
            self.text, self._round = text, self._round + 1
            self.refresh()

    def turn(self, *, oldest_first: bool) -> None:
        """List them the other way round."""
        self.beginResetModel()
        self.oldest_first = oldest_first
        self.endResetModel()

    def drop(self, id: int) -> None:
        """Take one away that is no more."""
        row = self.row(id)
        if row >= 0:
            age = self._turned(row)
            self.beginRemoveRows(QModelIndex(), row, row)
            self._known = {
                key - (key > age): output for key, output in self._known.items() if key != age
            }
            self.total -= 1
            self.endRemoveRows()

    # Inside

    def _turned(self, place: int) -> int:
        """Return the age of a row, or the row of an age."""
        return place if self.oldest_first else self.total - 1 - place

    def _ask_wanted(self) -> None:
        for page in self._wanted - self._asked:
            last = min((page + 1) * PAGE, self.total) - 1
            offset, limit = self.total - 1 - last, last - page * PAGE + 1
            if limit > 0:
                self._asked.add(page)
                take = partial(self._take_page, self._round, page, offset)
                self._engine.ask("outputs", text=self.text, limit=limit, offset=offset, then=take)
        self._wanted.clear()

    def _take_page(self, round: int, page: int, offset: int, answer: OutputPage) -> None:
        self._asked.discard(page)
        if round != self._round:
            return
        if answer.total != self.total:
            self.refresh()
            return
        found = _aged(answer, offset)
        self._known |= found
        rows = [self._turned(age) for age in found]
        if rows:
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), 0))

    def _take_first(self, round: int, answer: OutputPage) -> None:
        if round < self._round:
            return
        found = _aged(answer, 0)
        more = answer.total - self.total
        kept = self._known
        same = all(kept[age] == one for age, one in found.items() if age in kept)
        fresh = self._shown_round != self._round
        if fresh or not same or more < 0 or not self.total:
            self._begin_anew(found, answer.total)
        elif more:
            self._add(found, answer.total)

    def _begin_anew(self, found: dict[int, Output], total: int) -> None:
        self.beginResetModel()
        self._shown_round = self._round
        self._known, self.total = found, total
        self.endResetModel()

    def _add(self, found: dict[int, Output], total: int) -> None:
        first = self.total if self.oldest_first else 0
        self.beginInsertRows(QModelIndex(), first, first + total - self.total - 1)
        self._known |= found
        self.total = total
        self.endInsertRows()


def _aged(page: OutputPage, offset: int) -> dict[int, Output]:
    """Return the outputs of a page, the newest first, by age."""
    newest = page.total - 1 - offset
    return {newest - place: output for place, output in enumerate(page.outputs)}


def _tip(output: Output) -> str:
    size = f"{output.width} by {output.height} pixels, " if output.width else ""
    return f"{output.name}\n{size}{output.size / 1024:,.0f} KiB"
