"""The widgets of the form: one a kind of parameter, all with ``show`` and ``edited``."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QSlider

from gui.canvas.entry import shown_for_editing
from gui.document.seeds import DRAWN
from gui.form.files import Mask, Model, Path
from gui.form.line import Editor, Line, button
from nodegraph.params import RANDOM

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

    from nodegraph.params import Param

STEPS = 1000
"""Positions of a slider over a range of real numbers."""


class Slid(Line):
    """A number with a slider; what is typed may go beyond the slider's ends."""

    def __init__(self, param: Param, low: float, high: float) -> None:
        super().__init__(param)
        self._low, self._high = low, high
        self.slider = _Slider(Qt.Orientation.Horizontal)
        fine = 1 if param.type == "int" else (high - low) / STEPS
        self._step = fine if param.range is None else param.range.step
        self.slider.setRange(0, max(round((high - low) / self._step), 1))
        self.slider.valueChanged.connect(self._slid)
        self.line.setFixedWidth(72)
        self.line.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.row.insertWidget(0, self.slider, 1)
        self.row.setStretchFactor(self.line, 0)

    def show_value(self, value: Any) -> None:
        """Show a number in both; the slider stops at its ends."""
        super().show_value(value)
        if isinstance(value, int | float):
            with QSignalBlocker(self.slider):
                near = min(max(value, self._low), self._high)
                self.slider.setValue(round((near - self._low) / self._step))

    def _slid(self, place: int) -> None:
        value = min(self._low + place * self._step, self._high)
        value = round(value) if self.param.type == "int" else round(value, 6)
        self.line.setText(shown_for_editing(self.param, value))
        self.typed(self.line.text())


class Text(Editor):
    """Text of several lines, which Tab leaves."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.text = self.control = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(4 * self.text.fontMetrics().lineSpacing() + 20)
        self.text.textChanged.connect(lambda: self.typed(self.text.toPlainText()))
        self.row.addWidget(self.text, 1)
        self.setFocusProxy(self.text)

    def show_value(self, value: Any) -> None:
        """Show a text; the cursor stays where it is when that is what is typed."""
        if self.text.toPlainText() != str(value):
            with QSignalBlocker(self.text):
                self.text.setPlainText(str(value))


class Choice(Editor):
    """One of a few."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.box = self.control = _Box()
        self.box.addItems(list(param.choices))
        self.box.textActivated.connect(self._chosen)
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """Show which one it is."""
        self.box.setCurrentText(str(value))

    def _chosen(self, text: str) -> None:
        self.edited.emit(text)


class Switch(Editor):
    """On or off."""

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.box = self.control = QCheckBox("On")
        self.box.clicked.connect(self._switched)
        self.row.addWidget(self.box, 1)
        self.setFocusProxy(self.box)

    def show_value(self, value: Any) -> None:
        """Show which of both it is."""
        self.box.setChecked(value is True)

    def _switched(self, on: bool) -> None:
        self.edited.emit(on)


class Seed(Line):
    """A seed: a number, a die for another one, and a lock against being drawn anew.

    Attributes:
        locked: The lock was turned.
    """

    locked = Signal(bool)

    def __init__(self, param: Param) -> None:
        super().__init__(param)
        self.die = button("Roll", "Draw another seed")
        self.lock = button("Lock", "Keep this seed when new ones are drawn")
        self.lock.setCheckable(True)
        self.die.clicked.connect(lambda: self.edited.emit(randbelow(DRAWN)))
        self.lock.clicked.connect(self.locked)
        self.line.setPlaceholderText("a new one each run")
        self.row.addWidget(self.die)
        self.row.addWidget(self.lock)

    def show_value(self, value: Any) -> None:
        """Show a seed; nothing where each run draws one."""
        if value == RANDOM and not self.line.hasFocus():
            self.line.setText("")
        else:
            super().show_value(value)


class _Slider(QSlider):
    """A slider that a wheel over the form does not move."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Box(QComboBox):
    """A choice that a wheel over the form does not change."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


BY_WIDGET: dict[str, type[Editor]] = {
    "seed": Seed,
    "multiline": Text,
    "file": Path,
    "mask": Mask,
    "folder": Path,
    "model": Model,
}


def editor_for(param: Param, slider: tuple[float, float] | None) -> Editor:
    """Return the widget for a parameter."""
    if param.choices:
        return Choice(param)
    if param.widget in BY_WIDGET:
        return BY_WIDGET[param.widget](param)
    if param.type == "bool":
        return Switch(param)
    ends = slider or _ends(param)
    if param.type in ("int", "float") and ends is not None:
        return Slid(param, *ends)
    return Line(param)


def _ends(param: Param) -> tuple[float, float] | None:
    """Return a declared range that a slider can cover by hand."""
    if param.range is None or (param.range.high - param.range.low) / param.range.step > STEPS:
        return None
    return param.range.low, param.range.high
