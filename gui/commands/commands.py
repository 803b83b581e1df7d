"""All commands of a window, as Qt actions with their shortcuts, which a person may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from gui.commands.command import Command

CONTEXTS = {
    "window": Qt.ShortcutContext.WindowShortcut,
    "canvas": Qt.ShortcutContext.WidgetWithChildrenShortcut,
}


class Commands(QObject):
    """The commands of a window.

    Attributes:
        changed: Commands came or have other shortcuts.
        asked: A command is about to be done; what is being typed is kept before.
        bound: The shortcuts that a person chose, by command id; to keep in the settings.
    """

    changed = Signal()
    asked = Signal()

    def __init__(self, window: QWidget, bound: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(window)
        self.bound = {id: tuple(keys) for id, keys in (bound or {}).items()}
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.refresh)

    def __iter__(self) -> Iterator[Command]:
        return iter(self._commands.values())

    def __contains__(self, id: object) -> bool:
        return id in self._commands

    def __getitem__(self, id: str) -> Command:
        return self._commands[id]

    def add(self, *commands: Command) -> None:
        """Take commands in; their ids must be new."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"there are two commands {command.id!r}")
            self._commands[command.id] = command
            self._actions[command.id] = self._action(command)
        self._renew(commands)
        self.changed.emit()

    def action(self, id: str) -> QAction:
        """Return the action of a command, for menus, buttons and the canvas."""
        return self._actions[id]

    def host(self, widget: QWidget) -> None:
        """Have the keys of canvas commands work while a widget, or a child of it, has the focus;
        before each key it is asked anew what can be done.
        """
        widget.installEventFilter(self)
        widget.addActions(
            [self._actions[one.id] for one in self._commands.values() if one.where == "canvas"]
        )

    def run(self, id: str) -> bool:
        """Do what a command does if it can be done now, and tell whether it was."""
        command = self._commands[id]
        self.asked.emit()
        if not command.enabled():
            return False
        command.run()
        return True

    def refresh(self) -> None:
        """Ask every command anew whether it can be done, and what it is called."""
        self._renew(self._commands.values())

    def refresh_soon(self) -> None:
        """Ask so once, however often this is called before Qt has something else to do."""
        self._soon.start()

    def _renew(self, commands: Iterable[Command]) -> None:
        for command in commands:
            action = self._actions[command.id]
            action.setEnabled(command.enabled())
            action.setText(command.text)
            if command.checked is not None:
                action.setChecked(command.checked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask anew what can be done before a key is taken for a shortcut."""
        if event.type() == QEvent.Type.ShortcutOverride:
            self.refresh()
        return False

    # Shortcuts

    def keys(self, id: str) -> tuple[str, ...]:
        """Return the shortcuts of a command: those a person chose, else its own."""
        return self.bound.get(id, self._commands[id].keys)

    def rebind(self, id: str, keys: Sequence[str] | None) -> None:
        """Give a command other shortcuts, none at all, or with ``None`` its own again."""
        if keys is None:
            self.bound.pop(id, None)
        else:
            self.bound[id] = tuple(keys)
        self._actions[id].setShortcuts([QKeySequence(key) for key in self.keys(id)])
        self.changed.emit()

    def users(self, key: str) -> list[Command]:
        """Return the commands that a shortcut stands for; of more than one, none would come."""
        wanted = QKeySequence(key)
        return [
            command
            for command in self._commands.values()
            if any(QKeySequence(own) == wanted for own in self.keys(command.id))
        ]

    def _action(self, command: Command) -> QAction:
        action = QAction(self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(key) for key in self.keys(command.id)])
        action.setShortcutContext(CONTEXTS[command.where])
        action.setCheckable(command.checked is not None)
        action.setStatusTip(command.help)
        action.triggered.connect(self._runner(command.id))
        if command.where == "window":
            self._window.addAction(action)
        return action

    def _runner(self, id: str) -> Callable[[], None]:
        def run() -> None:
            self.run(id)

        return run
