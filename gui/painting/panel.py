"""Beside the picture: the tools, what they are like, how the mask is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon
from gui.painting.knob import Knob
from gui.painting.pen import TOOLS
from gui.painting.stroke import LARGEST, SMALLEST
from gui.painting.tint import SHOWN

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from gui.commands.commands import Commands
    from gui.painting.pen import Pen
    from gui.theme import Theme

WIDTH = 248
SOFTEST = 256.0
WHOLE = ("invert", "fill", "clear")


class Panel(QWidget):
    """Shows a pen and changes it.

    Attributes:
        shown_chosen: The mask is to be shown in another way, by its id.
        width_, hardness, opacity: Of the brush.
        feather: By how much the mask's node softens its edges.
        shown: How the mask is shown.
        tools: The buttons of the tools by name.
    """

    shown_chosen = Signal(str)

    def __init__(self, pen: Pen, commands: Commands, *, feathers: bool) -> None:
        """Make the panel.

        Args:
            pen: What it is about.
            commands: Those of the view, for its buttons.
            feathers: Whether the node can soften the mask's edges.
        """
        super().__init__()
        self._pen, self._commands = pen, commands
        self.setObjectName("painting")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._make_knobs()
        self.shown = QComboBox()
        self.shown.setAccessibleName("How the mask is shown")
        self.shown.setToolTip("How the mask is shown (V)")
        for id, name in SHOWN.items():
            self.shown.addItem(name, id)
        self.shown.activated.connect(lambda: self.shown_chosen.emit(self.shown.currentData()))
        self.tools = {name: self._button(f"painting.{name}") for name in TOOLS}
        self._lay_out(feathers=feathers)
        self.refresh()

    def refresh(self) -> None:
        """Show the pen as it is."""
        brush = self._pen.brush
        self.width_.show_value(brush.size)
        self.hardness.show_value(brush.hardness * 100)
        self.opacity.show_value(brush.opacity * 100)
        for knob in (self.width_, self.hardness):
            knob.setEnabled(self._pen.paints)
        self._commands.refresh()

    def dress(self, theme: Theme) -> None:
        """Paint the icons in a theme's colors."""
        for name in TOOLS:
            self._commands.action(f"painting.{name}").setIcon(icon(name, theme.strong))

    # Inside

    def _make_knobs(self) -> None:
        self.width_ = Knob(
            "Size", (SMALLEST, LARGEST), " px", "How wide the brush is ([ and ], Ctrl+wheel)",
            even=False,
        )  # fmt: skip
        self.hardness = Knob("Hardness", (0, 100), " %", "How hard its edge is ({ and })")
        self.opacity = Knob("Opacity", (1, 100), " %", "How much a stroke covers (, and .)")
        self.feather = Knob(
            "Feather", (0, SOFTEST), " px",
            "By how much the node softens the edges of what is painted, which stays sharp in its "
            "file (F)", even=False,
        )  # fmt: skip
        self.feather.field.setDecimals(1)
        self.width_.chosen.connect(self._resize)
        self.hardness.chosen.connect(self._harden)
        self.opacity.chosen.connect(self._thicken)

    def _resize(self, value: float) -> None:
        self._pen.set_brush(size=value)

    def _harden(self, value: float) -> None:
        self._pen.set_brush(hardness=value / 100)

    def _thicken(self, value: float) -> None:
        self._pen.set_brush(opacity=value / 100)

    def _lay_out(self, *, feathers: bool) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 16, 16, 16)
        box.setSpacing(14)
        box.addLayout(self._row([self.tools[name] for name in TOOLS]))
        for knob in (self.width_, self.hardness, self.opacity):
            box.addWidget(knob)
        box.addWidget(_line())
        if feathers:
            box.addWidget(self.feather)
        box.addLayout(self._showing())
        box.addWidget(_line())
        box.addWidget(_small("The whole mask"))
        box.addLayout(self._row([self._button(f"painting.{name}") for name in WHOLE]))
        box.addWidget(_line())
        box.addLayout(self._row([self._button("painting.undo"), self._button("painting.redo")]))
        box.addStretch(1)
        box.addWidget(_small(HINT))

    def _showing(self) -> QGridLayout:
        grid = QGridLayout()
        label = QLabel("Show")
        label.setBuddy(self.shown)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.shown, 0, 1)
        grid.setColumnStretch(0, 1)
        return grid

    def _row(self, buttons: list[QToolButton]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in buttons:
            row.addWidget(button, 1)
        return row

    def _button(self, id: str) -> QToolButton:
        action: QAction = self._commands.action(id)
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(20, 20))
        button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
        button.setMinimumHeight(32)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._commands[id].text)
        keys = ", ".join(self._commands.keys(id))
        action.setToolTip(f"{self._commands[id].help} ({keys})")
        return button


HINT = (
    "Right button takes away, Shift+click draws a straight line from the last stroke. "
    "Wheel zooms, middle button or Space pans, 0 fits. "
    "By keys: arrows move the pen, Enter puts it down and lifts it."
)


def _small(text: str) -> QLabel:
    made = QLabel(text)
    made.setProperty("small", True)
    made.setWordWrap(True)
    return made


def _line() -> QFrame:
    made = QFrame()
    made.setObjectName("rule")
    made.setFixedHeight(1)
    return made
