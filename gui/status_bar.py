"""The line at the window's foot: what was said last, problems, memory, the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from gui.sentences import as_sentence

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from gui.bridge.state import EngineState
    from gui.theme import Theme

DOT = 8
SHOWN = 8000
"""Milliseconds that a message stays."""

COLORS = {
    "ready": "running",
    "busy": "accent",
    "warming up": "cached",
    "starting": "cached",
    "restarting": "cached",
    "lost": "error",
    "failed": "error",
    "off": "weak",
}
"""Of the engine's phases, by their names in the theme."""


class StatusBar(QStatusBar):
    """Says how everything is.

    Attributes:
        problems_wanted: The list of problems is wanted.
        engine_wanted: More about the engine is wanted.
    """

    problems_wanted = Signal()
    engine_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setSizeGripEnabled(False)
        self.problems = _button("Problems", self.problems_wanted)
        self.zoom, self.memory = QLabel(), QLabel()
        self.zoom.setAccessibleName("Zoom")
        self.memory.setAccessibleName("Memory of the device")
        self.engine = _Chip("Engine", self.engine_wanted)
        for widget in (self.problems, self.zoom, self.memory, self.engine):
            self.addPermanentWidget(widget)
        self.count_problems(0)

    def say(self, sentence: str) -> None:
        """Show a sentence for some seconds."""
        self.showMessage(as_sentence(sentence), SHOWN)

    def count_problems(self, count: int) -> None:
        """Show how many problems the document in front has; none of it where there are none."""
        self.problems.setVisible(count > 0)
        self.problems.setText(f"{count} problem{'s' if count != 1 else ''}")

    def show_zoom(self, scale: float) -> None:
        """Show how large the graph is drawn; nothing where there is none, at zero."""
        self.zoom.setText(f"{scale:.0%}" if scale else "")

    def show_engine(self, state: EngineState) -> None:
        """Show how the engine is, and how much memory of its device is used."""
        self.engine.color = getattr(self._theme, COLORS[state.phase])
        where = f" · {state.device}" if state.device else ""
        self.engine.setText(f"   Engine {state.phase}{where}")
        self.engine.setToolTip("\n\n".join(filter(None, (state.text, state.detail))))
        self.engine.setAccessibleDescription(state.text)
        self.memory.setText(_memory_text(state))
        self.engine.update()

    def restyle(self, theme: Theme, state: EngineState) -> None:
        """Show it in another theme."""
        self._theme = theme
        self.show_engine(state)


class _Chip(QToolButton):
    """A button with a dot in a color."""

    def __init__(self, name: str, clicked: object) -> None:
        super().__init__()
        self.color = "#888888"
        _prepare(self, name, clicked)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, and the dot before its text."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.color))
        painter.drawEllipse(6, (self.height() - DOT) // 2, DOT, DOT)
        painter.end()


def _button(name: str, clicked: object) -> QToolButton:
    button = QToolButton()
    _prepare(button, name, clicked)
    return button


def _prepare(button: QToolButton, name: str, clicked: object) -> None:
    button.setProperty("flat", True)
    button.setAccessibleName(name)
    button.clicked.connect(clicked)


def _memory_text(state: EngineState) -> str:
    """Return how full the device is, as far as that is known: ``3.1 of 80 GB``."""
    total, free = state.memory.get("total", 0), state.memory.get("free", 0)
    if total:
        return f"{(total - free) / 1e9:.1f} of {total / 1e9:.0f} GB"
    kept = state.memory.get("values", 0)
    return f"{kept / 1e6:.0f} MB kept" if kept else ""
