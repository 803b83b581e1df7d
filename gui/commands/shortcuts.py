"""The list of shortcuts: searched, and changed by pressing other keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.commands.matching import fit
from gui.commands.pressing import KeyCatcher, unfit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gui.commands.command import Command
    from gui.commands.commands import Commands

ID = Qt.ItemDataRole.UserRole


def shortcuts_dialog(
    parent: QWidget, commands: Commands, fixed: Sequence[tuple[str, str]]
) -> QDialog:
    """Return a dialog with the list, which is not shown yet; closed, it is gone."""
    dialog = QDialog(parent)
    dialog.setObjectName("shortcuts")
    dialog.setWindowTitle("Keyboard shortcuts")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box = QVBoxLayout(dialog)
    box.setContentsMargins(0, 0, 0, 0)
    box.addWidget(ShortcutList(commands, fixed))
    dialog.resize(620, 640)
    return dialog


class ShortcutList(QWidget):
    """All commands with their shortcuts; a person's own are in bold.

    Attributes:
        search: What is looked for: words of a command, or its keys.
        table: The commands by name, and the keys that cannot be changed.
        catcher: Takes the new keys.
        told: What stands in the way, in words.
        take: Takes the keys from whoever has them.
    """

    def __init__(
        self,
        commands: Commands,
        fixed: Sequence[tuple[str, str]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._commands, self._fixed = commands, fixed
        self._wanted = ""
        self._build()
        self._fill()
        commands.changed.connect(self._fill)

    # What can be done

    @property
    def current(self) -> str:
        """The id of the marked command; empty for a key that cannot be changed."""
        item = self.table.currentItem()
        return "" if item is None else str(item.data(0, ID) or "")

    def mark(self, id: str) -> None:
        """Mark a command."""
        for row in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(row)
            if item is not None and item.data(0, ID) == id:
                self.table.setCurrentItem(item)

    def change(self) -> None:
        """Wait for the new keys of the marked command."""
        if self.current:
            self._tell("")
            self.catcher.clear()
            self._strip.setCurrentIndex(1)
            self.catcher.setFocus()

    def clear(self) -> None:
        """Take the marked command its keys."""
        if self.current:
            self._commands.rebind(self.current, ())

    def reset(self) -> None:
        """Give the marked command its own keys again."""
        if self.current:
            self._commands.rebind(self.current, None)

    def reset_all(self) -> None:
        """Give every command its own keys again."""
        for id in list(self._commands.bound):
            self._commands.rebind(id, None)

    def take_over(self) -> None:
        """Take the keys from the commands that have them."""
        for other in self._others(self._wanted):
            kept = [key for key in self._commands.keys(other.id) if not _same(key, self._wanted)]
            self._commands.rebind(other.id, kept)
        self._bind(self._wanted)

    # Inside

    def _pressed(self, key: str) -> None:
        command, others = self._commands[self.current], self._others(key)
        self._wanted = key
        self.catcher.setText(_native(key))
        reason = unfit(command, key)
        if reason:
            self._tell(f"{reason}.")
        elif others:
            names = " and ".join(f"“{one.name}”" for one in others)
            self._tell(f"{_native(key)} stands for {names} already.", taken=True)
        else:
            self._bind(key)

    def _bind(self, key: str) -> None:
        id = self.current
        self._commands.rebind(id, (key,))
        self._rest()
        self.mark(id)

    def _rest(self) -> None:
        """Put the strip back, and the keyboard into the list."""
        self._tell("")
        self._strip.setCurrentIndex(0)
        self.table.setFocus()

    def _tell(self, sentence: str, *, taken: bool = False) -> None:
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))
        self.take.setVisible(taken)

    def _others(self, key: str) -> list[Command]:
        return [one for one in self._commands.users(key) if one.id != self.current]

    def _fill(self) -> None:
        """List what fits the search, what is marked staying so."""
        before, query = self.current, self.search.text()
        self.table.clear()
        for command in sorted(self._commands, key=lambda one: one.name.lower()):
            keys = ", ".join(map(_native, self._commands.keys(command.id)))
            if _fits(query, keys, command.name, command.help):
                item = QTreeWidgetItem(self.table, [command.name, keys])
                item.setData(0, ID, command.id)
                item.setToolTip(0, command.help)
                font = item.font(1)
                font.setBold(command.id in self._commands.bound)
                item.setFont(1, font)
        for keys, does in self._fixed:
            if _fits(query, keys, "", does):
                item = QTreeWidgetItem(self.table, [does, keys])
                item.setDisabled(True)
                item.setToolTip(1, "These keys cannot be changed")
        first = self.table.topLevelItem(0)
        if first is not None:
            self.table.setCurrentItem(first)
        self.mark(before)
        self._enable()

    def _enable(self) -> None:
        for button in (self._change, self._clear):
            button.setEnabled(bool(self.current))
        self._reset.setEnabled(self.current in self._commands.bound)
        self._reset_all.setEnabled(bool(self._commands.bound))

    def _build(self) -> None:
        self.search, self.table, self.catcher = QLineEdit(), QTreeWidget(), KeyCatcher()
        self.search.setPlaceholderText("Search by what it does, or by its keys")
        self.search.setAccessibleName("Search the shortcuts")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.table.setAccessibleName("Shortcuts")
        self.table.setHeaderLabels(["Command", "Shortcut"])
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setColumnWidth(0, 320)
        self.table.itemActivated.connect(lambda: self.change())
        self.table.currentItemChanged.connect(lambda: self._enable())
        self.catcher.pressed.connect(self._pressed)
        self.catcher.broken_off.connect(self._rest)
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(8)
        box.addWidget(self.search)
        box.addWidget(self.table, 1)
        self._strip = QStackedWidget()
        self._strip.setFixedHeight(36)
        self._strip.addWidget(self._buttons())
        self._strip.addWidget(self._taking())
        self.told = QLabel()
        self.told.setWordWrap(True)
        box.addWidget(self.told)
        box.addWidget(self._strip)
        self._tell("")

    def _buttons(self) -> QWidget:
        self._change = _button("Change…", "Press other keys for it (Enter)", self.change)
        self._clear = _button("Remove", "Leave it without keys", self.clear)
        self._reset = _button("Reset", "Give it its own keys again", self.reset)
        self._reset_all = _button("Reset all", "Give every command its own keys", self.reset_all)
        return _row(self._change, self._clear, self._reset, None, self._reset_all)

    def _taking(self) -> QWidget:
        self.take = _button("Take it over", "Take the keys from the other command", self.take_over)
        cancel = _button("Cancel", "Leave it as it is (Escape)", self._rest)
        return _row(self.catcher, self.take, cancel)


def _fits(query: str, keys: str, name: str, help: str) -> bool:
    return query.strip().lower() in keys.lower() or fit(query, name, help) is not None


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _same(one: str, other: str) -> bool:
    return QKeySequence(one) == QKeySequence(other)


def _button(title: str, tip: str, run: Callable[[], None]) -> QPushButton:
    made = QPushButton(title)
    made.setToolTip(tip)
    made.clicked.connect(lambda: run())
    return made


def _row(*widgets: QWidget | None) -> QWidget:
    """Return widgets side by side, with room where there is ``None``."""
    made = QWidget()
    box = QHBoxLayout(made)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(8)
    for widget in widgets:
        if widget is None:
            box.addStretch(1)
        else:
            box.addWidget(widget)
    return made
