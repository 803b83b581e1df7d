"""Tables of pictures: x/y plots, their rows and columns named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nodegraph.errors import ParamError
from nodes.lib.arrange import Cells, Sheet, Style, pictures
from nodes.lib.arrange import text as lettering
from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.types import Image

LINES = 3
"""Lines of a label."""

SIDE = 11
"""How wide labels of rows may be, in heights of their letters."""


@dataclass(frozen=True)
class Words:
    """What stands beside a table.

    Attributes:
        rows: One a row, from the top; or none.
        columns: One a column, from the left; or none.
        row_title: What the rows are.
        column_title: What the columns are.
    """

    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    row_title: str = ""
    column_title: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is said at all."""
        return bool(self.rows or self.columns or self.row_title or self.column_title)


def rows(images: Any, words: Words, columns: int = 0) -> list[list[Tensor]]:
    """Return pictures row by row, (H, W, 3) each.

    Args:
        images: A list of lists is rows; a plain list is cut into rows.
        words: A plain list has as many columns as are named, or as the names of rows leave.
        columns: How many where none are named; 0 makes the whole as square as can be.

    Raises:
        SizeError: There is no picture.
        ParamError: There are more or fewer labels than rows or columns.
    """
    given = images if isinstance(images, list) else [images]
    if any(isinstance(one, list) for one in given):
        found = [pictures(one) for one in given]
    else:
        found = _cut(pictures(given), words, columns)
    if not any(found):
        raise SizeError("there is no picture to lay out; link some to images")
    _check("row", len(found), words.rows)
    _check("column", max(len(row) for row in found), words.columns)
    return found


def _cut(found: list[Tensor], words: Words, columns: int) -> list[list[Tensor]]:
    named = math.ceil(len(found) / len(words.rows)) if words.rows else 0
    wide = len(words.columns) or columns or named or math.ceil(math.sqrt(len(found))) or 1
    return [found[start : start + wide] for start in range(0, len(found), wide)]


def _check(kind: str, count: int, given: Sequence[str]) -> None:
    if given and len(given) != count:
        raise ParamError(
            f"there are {len(given)} {kind} labels for {count} {kind}s; give one for each, or none"
        )


def draw(found: Sequence[Sequence[Tensor]], words: Words, style: Style) -> Image:
    """Lay pictures out as a table: columns are named above it, rows on its left.

    Pictures of several sizes stand in the middle of cells as large as the largest.

    Args:
        found: (H, W, 3) in 0 to 1 each; a row may be shorter than the others.
        words: What stands beside them.
        style: How it looks.

    Raises:
        SizeError: It would have too many pixels.
    """
    return _Table(found, words, style).draw()


class _Table:
    """Where everything stands: titles, labels, pictures, from the outside inwards."""

    def __init__(self, found: Sequence[Sequence[Tensor]], words: Words, style: Style) -> None:
        self.found, self.words = found, words
        every = [one for row in found for one in row]
        self.cells = cells = Cells(every, max(map(len, found)), style)
        face, line = cells.face, cells.line
        self.tall = len(found) * cells.fall - style.gap
        self.heads = [lettering.fit(text, face, cells.width, LINES) for text in words.columns]
        self.sides = [lettering.fit(text, face, SIDE * cells.size, LINES) for text in words.rows]
        self.near = max(style.gap, cells.size // 2)
        self.margin = cells.size if words.any else style.gap
        side = max((lettering.breadth(lines, face) for lines in self.sides), default=0)
        head = max(map(len, self.heads), default=0) * line
        beside = line + self.near if words.row_title else 0
        above = line + self.near // 2 if words.column_title else 0
        self.left = self.margin + beside + (side + self.near if side else 0)
        self.top = self.margin + above + (head + self.near if head else 0)

    def draw(self) -> Image:
        cells, margin = self.cells, self.margin
        size = self.left + cells.across + margin, self.top + self.tall + margin
        sheet = Sheet(cells, *size)
        self._titles(sheet)
        self._labels(sheet)
        for y, row in enumerate(self.found):
            for x, picture in enumerate(row):
                sheet.put(picture, self.left + x * cells.pitch, self.top + y * cells.fall)
        return sheet.finish()

    def _titles(self, sheet: Sheet) -> None:
        cells, words = self.cells, self.words
        if words.column_title:
            lines = lettering.fit(words.column_title, cells.face, cells.across, 1)
            sheet.weak.write(lines, self.left + cells.across / 2, self.margin)
        if words.row_title:
            lines = lettering.fit(words.row_title, cells.face, self.tall, 1)
            sheet.weak.upwards("".join(lines), self.margin, self.top + self.tall / 2)

    def _labels(self, sheet: Sheet) -> None:
        cells = self.cells
        for index, lines in enumerate(self.heads):
            middle = self.left + index * cells.pitch + cells.width / 2
            sheet.strong.write(lines, middle, self.top - self.near - len(lines) * cells.line)
        for index, lines in enumerate(self.sides):
            middle = self.top + index * cells.fall + cells.height / 2
            top = middle - len(lines) * cells.line / 2
            sheet.strong.write(lines, self.left - self.near, top, "r")
