"""Text, numbers, and whatever else can only be said in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from gui.canvas.looks import font_of
from gui.viewers import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent

    from gui.canvas.looks import Looks
    from gui.viewers.source import Source

LARGE, LEAST = 56, 13
EDGE = 24


class TextView(QPlainTextEdit):
    """A text, selectable; a model's parts; of anything else its fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setAccessibleName("Value")
        self.setObjectName("value")
        flags = Qt.TextInteractionFlag
        self.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Show a value in words."""
        text = said(source.about)
        if text != self.toPlainText():
            self.setPlainText(text)

    def image(self) -> QImage:
        """Return none."""
        return QImage()

    def text(self) -> str:
        """Return all of it."""
        return self.toPlainText()


class NumberView(QWidget):
    """A number, as large as there is room."""

    def __init__(self, looks: Callable[[], Looks], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._looks, self._text = looks, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Number")
        self.setMinimumSize(120, 80)

    @property
    def face(self) -> QWidget:
        """Itself."""
        return self

    def show_value(self, source: Source) -> None:
        """Show a number."""
        self._text = _short(str(source.about.get("text", "")))
        self.setAccessibleDescription(self._text)
        self.update()

    def image(self) -> QImage:
        """Return none."""
        return QImage()

    def text(self) -> str:
        """Return it."""
        return self._text

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it in the middle."""
        looks = self._looks()
        painter = QPainter(self)
        painter.fillRect(self.rect(), looks.color("surface"))
        painter.setFont(_fitting(self._text, self.width() - 2 * EDGE))
        painter.setPen(looks.color("strong"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


def _short(text: str) -> str:
    """Return a number with as many digits as one takes in at a glance."""
    return f"{float(text):.6g}" if "." in text and len(text) > 8 else text


def said(about: Mapping[str, Any]) -> str:
    """Return a description in lines: a text as it is, of a model its parts, else its fields."""
    if "parts" in about:
        return _model(about)
    return str(about["text"]) if "text" in about else "\n".join(_fields(about, 0))


def _model(about: Mapping[str, Any]) -> str:
    lines = [str(about.get("family", "")) or "Unknown family", str(about.get("folder", "")), ""]
    for part in about["parts"]:
        kind = part["class"] or "network"
        lines.append(f"{part['name']}\n    {kind}")
        lines.append(f"    {words.size(part['bytes'])} · {part['dtype']} on {part['device']}\n")
    skipped = ("part", "tokenizer", "encoder")
    rest = {name: one for name, one in about.get("fields", {}).items() if name not in skipped}
    return "\n".join([*lines, *_fields({"fields": rest}, 0)]).rstrip()


def _fields(about: Mapping[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for name, one in about.get("fields", {}).items():
        head = f"{'    ' * depth}{name}: "
        if "text" in one:
            lines.append(head + one["text"])
        elif "shape" in one:
            span = f"{words.number(one['min'])} to {words.number(one['max'])}"
            lines.append(f"{head}{one['type']} {words.shape(one['shape'])}, {span}")
        else:
            count = f" of {one['count']}" if "count" in one else ""
            lines.append(f"{head}{one['type']}{count}")
        if depth < 3:
            lines += _fields(one, depth + 1)
    return lines


def _fitting(text: str, width: float) -> QFont:
    """Return the largest font in which a text is no wider."""
    needed = max(QFontMetricsF(font_of(LARGE, bold=True)).horizontalAdvance(text), 1.0)
    return font_of(max(min(LARGE, int(LARGE * width / needed)), LEAST), bold=True)
