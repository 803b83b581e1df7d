"""What is to be said of every value: its facts in two columns, and how its numbers spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from gui.canvas.pens import brush_of, pen_of
from gui.colors import mix
from gui.theme import FIELD_RADIUS
from gui.viewers import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from gui.canvas.looks import Looks

ROW, EDGE, NAMES = 18, 12, 68
WIDE = 320
"""Logical pixels from which facts stand in two columns."""
FIRST = 0.57
"""The share of the first of two columns, whose texts are longer."""
BARS, GAP = 44, 8


class FactsPanel(QWidget):
    """Facts, painted, so that scrubbing changes them without laying anything out."""

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks = looks
        self._rows: Sequence[tuple[str, str]] = ()
        self._histogram: Sequence[int] = ()
        self._ends = ("", "")
        self.setAccessibleName("Facts")
        self.show_facts({}, ())

    def show_facts(self, about: Mapping[str, Any], more: Sequence[tuple[str, str]]) -> None:
        """Show a description, and what else is known of the value."""
        self._rows = [*words.facts(about), *more] if about else [*more]
        self._histogram = about.get("histogram", ()) if about.get("min") is not None else ()
        self._ends = (words.number(about.get("min")), words.number(about.get("max")))
        self.setAccessibleDescription(self.text())
        self._stand()
        self.update()

    def text(self) -> str:
        """Return all facts, a line each."""
        return "\n".join(f"{name}: {text}" for name, text in self._rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use one column or two."""
        self._stand()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and the bars below them."""
        looks = self._looks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(looks.small.font)
        columns, rows = self._columns(), self._deep()
        first = (self.width() - EDGE) * (FIRST if columns == 2 else 1.0)
        for number, (name, text) in enumerate(self._rows):
            left, top = EDGE + number // rows * first, GAP / 2 + number % rows * ROW
            across = first if number < rows else self.width() - EDGE - first
            painter.setPen(looks.color("weak"))
            painter.drawStaticText(QPointF(left, top), looks.small.line(name, NAMES - 8.0))
            painter.setPen(looks.color("strong"))
            line = looks.small.line(text, max(across - NAMES - EDGE, 10.0))
            painter.drawStaticText(QPointF(left + NAMES, top), line)
        if any(self._histogram):
            self._paint_bars(painter, looks, GAP + rows * ROW)
        painter.end()

    def _columns(self) -> int:
        return 2 if self.width() >= WIDE else 1

    def _deep(self) -> int:
        """Return how many rows stand below each other."""
        return -(-len(self._rows) // self._columns())

    def _stand(self) -> None:
        bars = BARS + 2 * GAP + ROW if any(self._histogram) else 0
        self.setFixedHeight(ROW * self._deep() + bars + GAP if self._rows else 0)

    def _paint_bars(self, painter: QPainter, looks: Looks, top: float) -> None:
        theme, highest = looks.theme, max(self._histogram)
        room = QRectF(EDGE, top, self.width() - 2 * EDGE, BARS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(theme.field))
        painter.drawRoundedRect(room, FIELD_RADIUS, FIELD_RADIUS)
        painter.setBrush(brush_of(mix(theme.field, theme.accent, 0.75)))
        step = room.width() / len(self._histogram)
        for index, count in enumerate(self._histogram):
            height = (BARS - 6) * count / highest
            x = room.left() + index * step
            painter.drawRect(QRectF(x + 0.5, room.bottom() - height, max(step - 1, 1), height))
        painter.setPen(pen_of(theme.weak, 1.0))
        low, high = self._ends
        painter.drawText(QPointF(EDGE, room.bottom() + 14), low)
        right = self.width() - EDGE - looks.small.width(high)
        painter.drawText(QPointF(right, room.bottom() + 14), high)
