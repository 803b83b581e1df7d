"""A number with its name, a field to type it and a slider; the wheel changes it too."""

from __future__ import annotations

from math import log

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

STEPS = 400
"""Positions of the slider."""

FIELD = 76


class Knob(QWidget):
    """Chooses a number.

    Attributes:
        chosen: Another one was chosen.
        entered: Enter was pressed: what is typed shall count.
        field: Where it is typed.
        slider: Where it is slid to.
    """

    chosen = Signal(float)
    entered = Signal()

    def __init__(
        self, name: str, ends: tuple[float, float], suffix: str, hint: str, *, even: bool = True
    ) -> None:
        """Make one.

        Args:
            name: What the number is.
            ends: The smallest and the largest.
            suffix: Its unit.
            hint: What it does, and by which keys.
            even: Whether the slider goes in equal steps; else small numbers have more room.
        """
        super().__init__()
        self._low, self._high = ends
        self._even = even
        self.field, self.slider = QDoubleSpinBox(), QSlider(Qt.Orientation.Horizontal)
        self.field.setDecimals(0)
        self.field.setRange(*ends)
        self.field.setSuffix(suffix)
        self.field.setFixedWidth(FIELD)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setKeyboardTracking(False)
        self.slider.setRange(0, STEPS)
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self.field, self.slider):
            widget.setAccessibleName(name)
            widget.setToolTip(hint)
        self.field.valueChanged.connect(self._typed)
        self.field.lineEdit().returnPressed.connect(self.entered)
        self.slider.valueChanged.connect(self._slid)
        self._lay_out(name)

    def _lay_out(self, name: str) -> None:
        label = QLabel(name)
        label.setBuddy(self.field)
        head = QHBoxLayout()
        head.addWidget(label, 1)
        head.addWidget(self.field)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        box.addLayout(head)
        box.addWidget(self.slider)

    @property
    def value(self) -> float:
        """The number."""
        return self.field.value()

    def show_value(self, value: float) -> None:
        """Show a number without saying that it was chosen."""
        with QSignalBlocker(self.field), QSignalBlocker(self.slider):
            self.field.setValue(value)
            self.slider.setValue(self._place(value))

    def _place(self, value: float) -> int:
        share = (value - self._low) / (self._high - self._low)
        if not self._even:
            share = log(1 + value - self._low) / log(1 + self._high - self._low)
        return round(min(max(share, 0.0), 1.0) * STEPS)

    def _slid(self, place: int) -> None:
        share = place / STEPS
        far = (self._high - self._low) * share
        if not self._even:
            far = (1 + self._high - self._low) ** share - 1
        value = round(self._low + far, self.field.decimals())
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self.chosen.emit(self.value)

    def _typed(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(self._place(value))
        self.chosen.emit(value)
