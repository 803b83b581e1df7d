"""Film strips: pictures in their order, each with a word below it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nodegraph.errors import ParamError
from nodes.lib.arrange import Cells, Sheet, Style
from nodes.lib.arrange import text as lettering
from nodes.lib.latents import SizeError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from nodes.types import Image

LINES = 2
"""Lines of a label."""

WIDE = 8
"""Pictures in a row, if nothing else is said."""


def spread(count: int, most: int) -> list[int]:
    """Return which of ``count`` things to show, evenly spread, the first and the last of them.

    Args:
        count: How many there are.
        most: How many may be shown; 0 for all.
    """
    if not most or count <= most:
        return list(range(count))
    if most == 1:
        return [count - 1]
    return [round(index * (count - 1) / (most - 1)) for index in range(most)]


def chosen(
    found: Sequence[Tensor], words: Sequence[str], most: int
) -> tuple[list[Tensor], list[str]]:
    """Return at most so many pictures, evenly spread, and what stands below them.

    Raises:
        SizeError: There is no picture.
        ParamError: There are more or fewer labels than pictures.
    """
    if not found:
        raise SizeError("there is no picture for the strip; link some to images")
    if words and len(words) != len(found):
        raise ParamError(
            f"there are {len(words)} labels for {len(found)} pictures; give one for each, or none"
        )
    shown = spread(len(found), most)
    return [found[index] for index in shown], [words[index] for index in shown if words]


def draw(found: Sequence[Tensor], words: Sequence[str], columns: int, style: Style) -> Image:
    """Lay pictures out in their order, row by row.

    Args:
        found: (H, W, 3) in 0 to 1 each, one at least.
        words: What stands below each; or none.
        columns: Pictures in a row; 0 is up to eight, and rows of about one length.
        style: How it looks.

    Raises:
        SizeError: It would have too many pixels.
    """
    wide = min(columns or _even(len(found)), len(found))
    cells = Cells(found, wide, style)
    return _draw(found, [lettering.fit(t, cells.face, cells.width, LINES) for t in words], cells)


def _even(count: int) -> int:
    """Return how many columns make rows of about one length."""
    return math.ceil(count / math.ceil(count / WIDE))


def _draw(found: Sequence[Tensor], words: Sequence[Sequence[str]], cells: Cells) -> Image:
    wide = round((cells.across + cells.style.gap) / cells.pitch)
    near = cells.size // 4 if words else 0
    under = near + max(map(len, words), default=0) * cells.line
    fall, margin = cells.fall + under + near, cells.size if words else cells.style.gap
    tall = math.ceil(len(found) / wide) * fall - cells.style.gap - near
    sheet = Sheet(cells, cells.across + 2 * margin, tall + 2 * margin - near)
    for index, picture in enumerate(found):
        row, column = divmod(index, wide)
        left, top = margin + column * cells.pitch, margin + row * fall
        sheet.put(picture, left, top)
        if words:
            sheet.strong.write(words[index], left + cells.width / 2, top + cells.height + near)
    return sheet.finish()
