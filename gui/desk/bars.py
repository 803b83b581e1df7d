"""Bars: slim strips above the canvas that tell something and offer what to do about it.

Nothing waits for them: a bar stays until it is answered or put away, while one works on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.sentences import as_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QKeyEvent

Level: TypeAlias = Literal["info", "error"]


@dataclass(frozen=True)
class Choice:
    """A button of a bar.

    Attributes:
        run: What it does, before its bar goes.
        primary: It is what most people want.
        stays: The bar stays when it is pressed.
    """

    text: str
    run: Callable[[], object]
    primary: bool = False
    stays: bool = False


class Bar(QFrame):
    """One strip: a sentence, buttons, and a cross that puts it away."""

    closed = Signal()

    def __init__(self, text: str, choices: Sequence[Choice] = (), level: Level = "info") -> None:
        super().__init__()
        text = as_sentence(text)
        self.setObjectName("bar")
        self.setProperty("level", level)
        self.setAccessibleName(text)
        self._label = QLabel(text)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.buttons = [self._button(choice) for choice in choices]
        self._cross = self._close_button()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.setSpacing(8)
        for widget in (self._label, *self.buttons, self._cross):
            row.addWidget(widget, 1 if widget is self._label else 0)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def button(self, text: str) -> QPushButton:
        """Return the button with a text."""
        return next(one for one in self.buttons if one.text() == text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Put it away with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Paint the cross in the theme's color."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._cross.setIcon(icon("close", _text_color(self)))

    def _button(self, choice: Choice) -> QPushButton:
        button = QPushButton(choice.text)
        button.setProperty("primary", choice.primary)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self._answer(choice))
        return button

    def _answer(self, choice: Choice) -> None:
        choice.run()
        if not choice.stays:
            self.closed.emit()

    def _close_button(self) -> QToolButton:
        cross = QToolButton()
        cross.setProperty("flat", True)
        cross.setIcon(icon("close", _text_color(self)))
        cross.setToolTip("Put this message away")
        cross.setAccessibleName("Put this message away")
        cross.clicked.connect(self.closed)
        return cross


class Bars(QWidget):
    """Bars one below the other, each under a key; a new one takes the place of the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: dict[str, Bar] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        self.hide()

    def __getitem__(self, key: str) -> Bar:
        return self._bars[key]

    def __contains__(self, key: object) -> bool:
        return key in self._bars

    def tell(
        self, key: str, text: str, choices: Sequence[Choice] = (), level: Level = "info"
    ) -> Bar:
        """Show a bar, and have screen readers say it.

        Args:
            key: Of what it is about: ``disk``, ``recovery``.
            text: A sentence.
            choices: Its buttons, the most wanted first.
            level: ``error`` for what went wrong.
        """
        self.drop(key)
        bar = self._bars[key] = Bar(text, choices, level)
        bar.closed.connect(lambda: self.drop(key, bar))
        self._box.addWidget(bar)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(bar, QAccessible.Event.Alert))
        return bar

    def drop(self, key: str, bar: Bar | None = None) -> None:
        """Put a bar away; with ``bar``, only where it is still that one."""
        if key in self._bars and bar in (None, self._bars[key]):
            gone = self._bars.pop(key)
            self._box.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self.setVisible(bool(self._bars))


def _text_color(widget: QWidget) -> str:
    return widget.palette().color(QPalette.ColorRole.WindowText).name()
