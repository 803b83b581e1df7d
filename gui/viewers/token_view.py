"""Conditioning: the words that the network reads, each with its weight and how strong it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QScrollArea, QWidget

from gui.canvas.pens import brush_of
from gui.colors import mix
from gui.viewers import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QPaintEvent

    from gui.canvas.looks import Looks
    from gui.viewers.source import Source

ROW, HEAD, EDGE = 22, 30, 12
NAME, WEIGHT = 148, 52
END = "</w>"
SPECIAL = {"<|startoftext|>": "start", "<|endoftext|>": "end"}


class TokenView(QScrollArea):
    """Texts token by token."""

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = TokenRows(looks)
        self.setWidget(self.rows)
        self.setWidgetResizable(True)
        self.setAccessibleName("Tokens")

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Show texts."""
        self.rows.show_entries(source.about.get("tokens", ()))

    def image(self) -> QImage:
        """Return all rows as a picture."""
        return self.rows.grab().toImage()

    def text(self) -> str:
        """Return a line a token: its text, weight and norm."""
        return self.rows.text()


class TokenRows(QWidget):
    """The rows, painted."""

    def __init__(self, looks: Callable[[], Looks]) -> None:
        super().__init__()
        self._looks = looks
        self._rows: list[Mapping[str, Any] | str] = []
        self._longest = 1.0
        self.setAccessibleName("Tokens with their weights and norms")

    def show_entries(self, entries: Sequence[Sequence[Mapping[str, Any]]]) -> None:
        """Show the tokens of each text; the padding at an end as one row."""
        self._rows = []
        for number, tokens in enumerate(entries):
            used = _used(tokens)
            title = f"Text {number + 1} · " if len(entries) > 1 else ""
            self._rows.append(f"{title}{len(used)} of {len(tokens)} tokens used")
            self._rows += used
            if len(used) < len(tokens):
                self._rows.append(f"… {len(tokens) - len(used)} more, that fill up the length")
        norms = [row["norm"] for row in self._rows if not isinstance(row, str) and row["norm"]]
        self._longest = max(norms, default=1.0)
        self.setMinimumHeight(HEAD + ROW * len(self._rows) + EDGE)
        self.setAccessibleDescription(self.text())
        self.update()

    def text(self) -> str:
        """Return a line a token."""
        return "\n".join(
            f"{shown(row['text'])}\t{row['weight']:g}\t{words.number(row['norm'])}"
            for row in self._rows
            if not isinstance(row, str)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a row a token."""
        looks = self._looks()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), looks.color("surface"))
        painter.setFont(looks.small.font)
        painter.setPen(looks.color("weak"))
        for x, name in self._columns():
            painter.drawText(QPointF(x, 20), name)
        for number, row in enumerate(self._rows):
            top = HEAD + number * ROW
            if event.rect().top() - ROW <= top <= event.rect().bottom():
                self._paint_row(painter, looks, row, top)
        painter.end()

    def _columns(self) -> list[tuple[float, str]]:
        return [(EDGE, "token"), (EDGE + NAME, "weight"), (EDGE + NAME + WEIGHT, "norm")]

    def _paint_row(
        self, painter: QPainter, looks: Looks, row: Mapping[str, Any] | str, top: float
    ) -> None:
        if isinstance(row, str):
            painter.setFont(looks.small.font)
            painter.setPen(looks.color("weak"))
            painter.drawText(QPointF(EDGE, top + 15), row)
            return
        painter.setFont(looks.text.font)
        painter.setPen(looks.color("weak" if row["text"] in SPECIAL else "strong"))
        painter.drawStaticText(
            QPointF(EDGE, top + 3), looks.text.line(shown(row["text"]), NAME - 8.0)
        )
        plain = row["weight"] == 1
        painter.setPen(looks.color("weak" if plain else "accent"))
        painter.drawText(QPointF(EDGE + NAME, top + 15), f"{row['weight']:g}")
        self._paint_bar(painter, looks, row, top)

    def _paint_bar(
        self, painter: QPainter, looks: Looks, row: Mapping[str, Any], top: float
    ) -> None:
        theme, norm = looks.theme, row["norm"] or 0.0
        left, end = EDGE + NAME + WEIGHT, self.width() - EDGE - 48
        room = QRectF(left, top + 5, max(end - left, 1), ROW - 10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush_of(theme.field))
        painter.drawRoundedRect(room, 3, 3)
        room.setWidth(max(room.width() * norm / self._longest, 3))
        faint = row["text"] in SPECIAL
        painter.setBrush(brush_of(mix(theme.field, theme.accent, 0.35 if faint else 0.8)))
        painter.drawRoundedRect(room, 3, 3)
        painter.setPen(looks.color("weak"))
        painter.drawText(QPointF(end + 8, top + 15), words.number(row["norm"], 3))


def shown(token: str) -> str:
    """Return a token as one reads it: a piece that goes on ends with a hyphen."""
    if token in SPECIAL:
        return SPECIAL[token]
    if not token:
        return words.NONE
    return token.removesuffix(END) if token.endswith(END) else f"{token}-"


def _used(tokens: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the tokens up to the first end; the rest only fill up the length."""
    for index, token in enumerate(tokens):
        if token["text"] == "<|endoftext|>":
            return list(tokens[: index + 1])
    return list(tokens)
