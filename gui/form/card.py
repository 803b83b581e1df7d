"""Where a field's title, help, name and slider are changed."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from nodegraph.errors import GraphError
from nodegraph.form import field_of, with_field

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from gui.document.document import Document
    from nodegraph.form_field import Field
    from nodegraph.params import Param

NUMBERS = ("int", "float")


class FieldCard(QFrame):
    """Stands below its field until that is done; what is typed is set when a line is left.

    Attributes:
        done: It is to go away.
        title, help, name, low, high: The lines; the last two are the ends of the slider.
        said: Why what was typed does not fit.
    """

    done = Signal()

    def __init__(self, document: Document, field: Field, param: Param) -> None:
        super().__init__()
        self.setObjectName("card")
        self._document, self._node, self._param = document, field.node, field.param
        low, high = field.slider or ("", "")
        self.title = self._line("Title", field.title, param.name)
        self.help = self._line("Help", field.help, param.help)
        self.name = self._line("Name", field.name, "")
        self.low = self._line("Slider from", _text(low), "none")
        self.high = self._line("Slider to", _text(high), "none")
        self.said = QLabel()
        self.said.setWordWrap(True)
        self.said.setProperty("error", True)
        self.said.hide()
        self._lay_out(sliding=param.type in NUMBERS and not param.choices)
        self.setFocusProxy(self.title)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.done.emit()
        else:
            super().keyPressEvent(event)

    @property
    def field(self) -> Field | None:
        """The field as it is now; ``None`` once it has left the form."""
        return field_of(self._document.graph, self._node, self._param)

    def keep(self) -> None:
        """Set what is typed, or say why it does not fit."""
        before = self.field
        if before is None:
            return
        try:
            made = replace(
                before,
                title=self.title.text().strip(),
                help=self.help.text().strip(),
                name=self.name.text().strip(),
                slider=_slider(self.low.text(), self.high.text()),
            )
            if made != before:
                self._document.apply(with_field(self._document.graph, made))
        except GraphError as error:
            self._say(str(error))
        else:
            self._say("")

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    def _line(self, name: str, text: str, otherwise: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setCursorPosition(0)
        line.setAccessibleName(name)
        line.setPlaceholderText(otherwise)
        line.editingFinished.connect(self.keep)
        return line

    def _lay_out(self, *, sliding: bool) -> None:
        self.name.setToolTip("What the command line and the engine's API know it by")
        box, rows = QVBoxLayout(self), QFormLayout()
        box.setContentsMargins(12, 12, 12, 12)
        box.setSpacing(8)
        rows.setSpacing(8)
        rows.addRow("Title", self.title)
        rows.addRow("Help", self.help)
        rows.addRow("Name", self.name)
        if sliding:
            ends = QHBoxLayout()
            ends.setSpacing(8)
            ends.addWidget(self.low)
            ends.addWidget(QLabel("to"))
            ends.addWidget(self.high)
            rows.addRow("Slider", ends)
        close = QPushButton("Done")
        close.clicked.connect(self.done)
        box.addLayout(rows)
        box.addWidget(self.said)
        box.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)


def _text(number: Any) -> str:
    return f"{number:g}" if isinstance(number, int | float) else ""


def _slider(low: str, high: str) -> tuple[float, float] | None:
    """Return the ends of a slider; of two empty lines, none.

    Raises:
        GraphError: They are no ends.
    """
    if not (low.strip() or high.strip()):
        return None
    try:
        ends = _number(low), _number(high)
    except ValueError:
        raise GraphError("a slider goes from one number to another; type both") from None
    if not ends[0] < ends[1]:
        raise GraphError("a slider goes from a smaller number to a larger one")
    return ends


def _number(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return int(value) if value.is_integer() else value
