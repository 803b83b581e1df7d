"""Words beside pictures: measured, broken into lines that fit, shortened where they do not.

The typeface is DejaVu Sans, which comes with matplotlib: Pillow's own has ASCII alone, and
a sigma, an umlaut or a Cyrillic letter would be an empty box.
"""

from __future__ import annotations

import importlib.resources
import re
from functools import lru_cache
from typing import TYPE_CHECKING

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.ImageFont import FreeTypeFont

FACE = "mpl-data/fonts/ttf/DejaVuSans.ttf"
LONGEST = 400
"""Characters of a label that are looked at."""

SPLIT = r"[^ \t\r\n\f\v]+"
"""A word: what stands between spaces."""

BREAKS = "_-/,.:"
"""After these a word is broken rather than elsewhere."""


@lru_cache(maxsize=32)
def font(size: int) -> FreeTypeFont:
    """Return the typeface at a height in pixels."""
    with importlib.resources.as_file(importlib.resources.files("matplotlib") / FACE) as path:
        return PIL.ImageFont.truetype(path, size)


def line_height(face: FreeTypeFont) -> int:
    """Return how far apart lines stand, in pixels."""
    return sum(face.getmetrics())


def label(value: object) -> str:
    """Return a plain value as it is written beside a picture: fractions to four digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e6 else f"{value:.4g}"
    return str(value)


def labels(values: Iterable[object] | None) -> list[str]:
    """Return the labels of plain values; none where there are none."""
    return [label(value) for value in values or ()]


def fit(text: str, face: FreeTypeFont, width: float, lines: int) -> list[str]:
    """Break a text into at most so many lines of at most so many pixels.

    Words too long for a line are broken; what then is too much ends in an ellipsis. What no-break
    spaces hold together is one word.
    """
    rest, found = re.findall(SPLIT, text[:LONGEST]), list[str]()
    while rest and len(found) < lines:
        line = rest.pop(0)
        while rest and face.getlength(f"{line} {rest[0]}") <= width:
            line = f"{line} {rest.pop(0)}"
        if face.getlength(line) > width:
            head = _head(line, face, width)
            rest.insert(0, line[len(head) :])
            line = head
        found.append(line)
    if rest and found:
        found[-1] = _shortened(" ".join([found[-1], *rest]), face, width)
    return found


def _head(word: str, face: FreeTypeFont, width: float) -> str:
    """Return as much of a word as fits, up to where it breaks well; one letter at least."""
    count = next((n for n in range(len(word), 1, -1) if face.getlength(word[:n]) <= width), 1)
    well = max(word.rfind(char, 1, count) for char in BREAKS) + 1
    return word[: well or count]


def _shortened(text: str, face: FreeTypeFont, width: float) -> str:
    for count in range(len(text), 0, -1):
        shown = f"{text[:count].rstrip()}…"
        if face.getlength(shown) <= width:
            return shown
    return "…"


def breadth(lines: Sequence[str], face: FreeTypeFont) -> int:
    """Return how wide the widest of some lines is, in pixels."""
    return max((int(face.getlength(line)) + 1 for line in lines), default=0)


class Writer:
    """Writes on a picture.

    Attributes:
        face: The typeface.
        color: Of the letters.
    """

    def __init__(self, sheet: PIL.Image.Image, face: FreeTypeFont, color: str) -> None:
        self.face, self.color = face, color
        self._sheet, self._draw = sheet, PIL.ImageDraw.Draw(sheet)

    def write(self, lines: Sequence[str], x: float, y: float, align: str = "m") -> None:
        """Write lines one below the other.

        Args:
            lines: They fit already.
            x: Their left, middle or right edge.
            y: The top of the first.
            align: ``l``, ``m`` or ``r``: what ``x`` is.
        """
        ascent, step = self.face.getmetrics()[0], line_height(self.face)
        for index, line in enumerate(lines):
            place = (x, y + ascent + index * step)
            self._draw.text(place, line, self.color, font=self.face, anchor=f"{align}s")

    def upwards(self, line: str, x: int, y: float) -> None:
        """Write a line from bottom to top, its left edge at ``x`` and its middle at ``y``."""
        mask = PIL.Image.new("L", (breadth([line], self.face), line_height(self.face)))
        ascent = self.face.getmetrics()[0]
        PIL.ImageDraw.Draw(mask).text((0, ascent), line, 255, font=self.face, anchor="ls")
        turned = mask.transpose(PIL.Image.Transpose.ROTATE_90)
        self._sheet.paste(self.color, (x, round(y - turned.height / 2)), turned)
