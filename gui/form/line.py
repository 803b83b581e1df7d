"""What edits one parameter of the form, and the one that is a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from gui.canvas.entry import entered, shown_for_editing
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from nodegraph.params import Param


class Editor(QWidget):
    """Edits one parameter.

    Attributes:
        edited: A value was chosen that fits.
        refused: Why what is typed does not fit; empty when it does.
        control: The widget that has the focus; its accessible name is the field's title.
    """

    edited = Signal(object)
    refused = Signal(str)
    control: QWidget

    def __init__(self, param: Param) -> None:
        super().__init__()
        self.param = param
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)

    def show_value(self, value: Any) -> None:
        """Show a value without saying that it was edited."""
        raise NotImplementedError

    def typed(self, text: str) -> None:
        """Take in what is typed: as a value, or with the reason why it is none."""
        try:
            value = entered(self.param, text)
        except NodegraphError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.edited.emit(value)


class Line(Editor):
    """One line: text, a number or its sum, a list."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.line = self.control = QLineEdit()
        self.line.textEdited.connect(self.typed)
        self.row.addWidget(self.line, 1)
        self.setFocusProxy(self.line)

    def show_value(self, value: Any) -> None:
        """Show a value, unless it is what is being typed."""
        text = shown_for_editing(self.param, value)
        if not (self.line.hasFocus() and self._means(value)):
            self.line.setText(text)

    def _means(self, value: Any) -> bool:
        try:
            return entered(self.param, self.line.text()) == value
        except NodegraphError:
            return False


def button(text: str, tip: str) -> QToolButton:
    """Return a button that stands beside a line."""
    made = QToolButton()
    made.setText(text)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return made
