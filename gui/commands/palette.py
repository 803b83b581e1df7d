"""The command palette: a few letters, and whatever a person can do is found and done."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListWidget, QVBoxLayout
from PySide6.QtWidgets import QListWidgetItem as Item

from gui.commands.matching import ranked
from gui.commands.rows import COMMAND, KEYS, ROW, CommandRows
from gui.list_keys import take_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from gui.commands.command import Command
    from gui.commands.commands import Commands

WIDTH, ROWS, KEPT = 560, 10, 12
"""In pixels; rows that show; how many of those used lately are known."""


class CommandPalette(QFrame):
    """Hangs from the top of a window; Enter does what is marked, Escape nothing.

    Attributes:
        remembered: Other commands were used lately; their ids, to keep in the settings.
        line: What is typed.
        list: The commands that fit, the best first.
    """

    remembered = Signal(list)

    def __init__(self, window: QWidget, commands: Commands, recent: Sequence[str] = ()) -> None:
        super().__init__(window)
        self.setObjectName("commands")
        self._window, self._commands = window, commands
        self._recent = list(recent)
        self._before: QWidget | None = None
        self.line, self.list = QLineEdit(), QListWidget()
        self.line.setPlaceholderText("What do you want to do?")
        self.line.setAccessibleName("Search for a command")
        self.list.setAccessibleName("Commands")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setItemDelegate(CommandRows(self.list))
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(8)
        box.addWidget(self.line)
        box.addWidget(self.list)
        self.line.textChanged.connect(self._search)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self.choose)
        self.hide()

    def open(self) -> None:
        """Ask what is to be done; done it will be where the keyboard was."""
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._commands.refresh()
        self.line.clear()
        self._search("")
        self.show()
        self.raise_()
        self.line.setFocus()

    def choose(self) -> None:
        """Do what is marked, where it can be done."""
        if not self.list.count():
            return
        command = cast("Command", self.list.currentItem().data(COMMAND))
        if not command.enabled():
            return
        self.close_up()
        self._recent = [command.id, *(id for id in self._recent if id != command.id)][:KEPT]
        self.remembered.emit(self._recent)
        self._commands.run(command.id)

    def close_up(self) -> None:
        """Go away and give the keyboard back."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list, choose and close by keys; close when something else is clicked."""
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._before = None
            self.hide()
        if event.type() != QEvent.Type.KeyPress:
            return False
        return take_key(cast("QKeyEvent", event), self.list, ROWS, self.choose, self.close_up)

    def _search(self, query: str) -> None:
        self.list.clear()
        for command in ranked(self._commands, query, self._recent):
            item = Item(command.name, self.list)
            item.setData(COMMAND, command)
            item.setData(KEYS, self._commands.keys(command.id))
            item.setToolTip(command.help)
            if not command.enabled():
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, "cannot be done now")
        self.list.setCurrentRow(0)
        self._stand()

    def _stand(self) -> None:
        rows = max(min(self.list.count(), ROWS), 1)
        self.list.setFixedHeight(rows * ROW)
        self.setFixedWidth(min(WIDTH, self._window.width() - 24))
        self.adjustSize()
        self.move((self._window.width() - self.width()) // 2, min(72, self._window.height() // 10))
