"""Pens, brushes, fonts and texts of a theme, made once; a painter only picks them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPen, QStaticText, QTextOption

from gui.canvas.pens import color_of, pen_of
from gui.canvas.pictures import Pictures
from gui.canvas.stencils import Stencils
from gui.theme import FAMILIES, SMALL, TEXT, TITLE
from nodegraph.sockets import ANY, STYLES, SocketStyle, item_of, union_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gui.theme import Theme

BREAK = "\u2028"
"""What ends a line of a ``QStaticText``."""

KEPT_TEXTS = 8192
"""Texts kept ready; when there are more, all are made anew."""


def font_of(size: int, *, bold: bool = False) -> QFont:
    """Return the editor's font in logical pixels, unhinted, so that it is as wide at every zoom."""
    font = QFont()
    font.setFamilies(list(FAMILIES))
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


class Type:
    """A font and its texts, ready to draw."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetricsF(font)
        self.height = self.metrics.height()
        self._texts: dict[tuple[str, float], QStaticText] = {}
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """Return how wide a text is."""
        width = self._widths.get(text)
        if width is None:
            width = self._widths[text] = self.metrics.horizontalAdvance(text)
        return width

    def line(self, text: str, width: float) -> QStaticText:
        """Return a text on one line, cut with an ellipsis where it is wider."""
        made = self._texts.get((text, width))
        return self._keep((text, width), self._line(text, width)) if made is None else made

    def lines(self, text: str, width: float, count: int) -> QStaticText:
        """Return a text wrapped into at most some lines, cut where it is longer."""
        made = self._texts.get((text, -width * 100 - count))
        if made is None:
            key = (text, -width * 100 - count)
            made = self._keep(key, self._static(BREAK.join(self._wrapped(text, width, count))))
        return made

    def _line(self, text: str, width: float) -> QStaticText:
        if self.width(text) > width:
            text = self.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        return self._static(text)

    def _wrapped(self, text: str, width: float, count: int) -> list[str]:
        words = [word for line in text[:2000].split("\n") for word in (*line.split(" "), "\n")]
        lines, current = list[str](), ""
        for word in words[:-1]:
            longer = f"{current} {word}" if current else word
            if word == "\n" or (current and self.metrics.horizontalAdvance(longer) > width):
                lines.append(current)
                longer = "" if word == "\n" else word
            current = longer
        lines.append(current)
        if len(lines) > count:
            lines[count - 1 :] = [f"{lines[count - 1]} …"]
        elide = self.metrics.elidedText
        return [elide(line, Qt.TextElideMode.ElideRight, width) for line in lines]

    def _static(self, text: str) -> QStaticText:
        made = QStaticText(text)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.ManualWrap)
        made.setTextOption(option)
        made.prepare(font=self.font)
        return made

    def _keep(self, key: tuple[str, float], made: QStaticText) -> QStaticText:
        if len(self._texts) >= KEPT_TEXTS:
            self._texts.clear()
            self._widths.clear()
        self._texts[key] = made
        return made


class Looks:
    """A theme as Qt draws it.

    Attributes:
        styles: Colors and shapes of socket types, from the catalogue.
    """

    def __init__(self, theme: Theme, styles: Mapping[str, SocketStyle] = STYLES) -> None:
        self.theme, self.styles = theme, styles
        self.text, self.title = Type(font_of(TEXT)), Type(font_of(TITLE, bold=True))
        self.small = Type(font_of(SMALL))
        self.stencils, self.pictures = Stencils(self), Pictures()
        self.header = lru_cache(256)(self._header)
        self.socket = lru_cache(512)(self._socket)

    def color(self, name: str, alpha: float = 1.0) -> QColor:
        """Return a color of the theme by its name there."""
        return color_of(getattr(self.theme, name), alpha)

    def pen(self, name: str, width: float = 1.0) -> QPen:
        """Return a pen in a color of the theme."""
        return pen_of(getattr(self.theme, name), width)

    def style(self, kind: str) -> SocketStyle:
        """Return how sockets of a type look: a list as its items do, a union as its first part."""
        part = union_parts(kind)[0]
        part = item_of(part) or part
        return self.styles.get(part) or self.styles.get(ANY) or SocketStyle()

    def _socket(self, kind: str) -> str:
        return self.theme.stroke(self.style(kind).color)

    def _header(self, category: str) -> QColor:
        return QColor(self.theme.header(category))
