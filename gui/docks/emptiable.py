"""A list, or where there is nothing in it a sentence that says what would be."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget


class Emptiable(QStackedWidget):
    """Shows a widget, or a title and a hint instead.

    Attributes:
        title: What there is none of.
        hint: What to do about it.
    """

    def __init__(self, content: QWidget, title: str, hint: str = "") -> None:
        super().__init__()
        self.title, self.hint = QLabel(), QLabel()
        self.title.setProperty("title", True)
        self.hint.setProperty("weak", True)
        self._instead = self._made()
        self.addWidget(content)
        self.addWidget(self._instead)
        self.say(title, hint)

    @property
    def is_empty(self) -> bool:
        """Whether the sentence is shown."""
        return self.currentWidget() is self._instead

    def say(self, title: str, hint: str = "") -> None:
        """Set what is said where there is nothing."""
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))

    def show_empty(self, empty: bool) -> None:
        """Show the sentence, or the content."""
        self.setCurrentIndex(1 if empty else 0)

    def _made(self) -> QWidget:
        page = QWidget()
        box = QVBoxLayout(page)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(4)
        box.addStretch(2)
        for label in (self.title, self.hint):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            box.addWidget(label)
        box.addStretch(3)
        return page
