"""Reading a shortcut: the next keys that are pressed together are it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit

if TYPE_CHECKING:
    from PySide6.QtCore import QKeyCombination
    from PySide6.QtGui import QKeyEvent

    from gui.commands.command import Command

ALONE = {
    Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
}  # fmt: skip
HOLDING = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyCatcher(QLineEdit):
    """Says which keys were pressed on it, instead of doing what they stand for.

    Attributes:
        pressed: A shortcut in Qt's portable text.
        broken_off: Escape was pressed.
    """

    pressed = Signal(str)
    broken_off = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setPlaceholderText("Press the new keys; Escape leaves it as it is")
        self.setAccessibleName("New shortcut")

    def event(self, event: QEvent) -> bool:
        """Take every key before any shortcut does, Tab too."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            self._take(event)  # type: ignore[arg-type]
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.broken_off.emit()
        elif event.key() not in ALONE:
            text = QKeySequence(event.keyCombination())
            self.pressed.emit(text.toString(QKeySequence.SequenceFormat.PortableText))


def unfit(command: Command, key: str) -> str:
    """Return in a sentence why keys will not do for a command; nothing where they will."""
    combination = cast("QKeyCombination", QKeySequence(key)[0])  # type: ignore[index]
    if combination.keyboardModifiers() & HOLDING or command.where == "canvas":
        return ""
    if Qt.Key.Key_F1 <= combination.key() <= Qt.Key.Key_F35:
        return ""
    return f"{key} alone would be typed into fields; hold Ctrl or Alt with it"
