"""What tables and strips of pictures are made of: cells of one size, and a sheet with words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import PIL.Image
import torch

from nodes.lib.arrange import text as lettering
from nodes.lib.images import MAX_PIXELS
from nodes.lib.latents import SizeError
from nodes.types import Image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor

COLORS = {"light": ("#ffffff", "#1b1d21", "#5c626d"), "dark": ("#15171b", "#e8eaed", "#a3a9b4")}
"""The ground, words, and words about words."""

SHOWN = 256
"""Pixels that small pictures are enlarged to, if nothing else is said."""

SMALLEST = 16
"""Pixels of the smallest letters that are chosen."""


@dataclass(frozen=True)
class Style:
    """How a table looks.

    Attributes:
        theme: ``light`` or ``dark``.
        font_size: Pixels; 0 suits the pictures.
        gap: Pixels between pictures.
        enlarge: How many times as large pictures are shown; 0 makes small ones easy to see.
    """

    theme: Literal["light", "dark"] = "light"
    font_size: int = 0
    gap: int = 8
    enlarge: int = 0


def pictures(images: Image | Iterable[Image]) -> list[Tensor]:
    """Return single pictures, (H, W, 3) each, batches taken apart."""
    batches = [images] if isinstance(images, Image) else images
    return [pixels for batch in batches for pixels in batch.pixels.detach().cpu()]


class Cells:
    """Places of one size, as large as the largest picture.

    Attributes:
        width: As ``height``, in pixels.
        pitch: From one column to the next.
        fall: From one picture to the one below, words in between left out.
        size: Pixels of the letters that suit them.
        face: Those letters.
    """

    def __init__(self, found: Sequence[Tensor], columns: int, style: Style) -> None:
        """Make cells.

        Args:
            found: (H, W, 3) each, one at least.
            columns: How many stand in a row.
            style: How they look.
        """
        longest = max(max(one.shape[:2]) for one in found)
        self.factor = style.enlarge or math.ceil(SHOWN / longest)
        self.width = max(one.shape[1] for one in found) * self.factor
        self.height = max(one.shape[0] for one in found) * self.factor
        self.pitch, self.fall = self.width + style.gap, self.height + style.gap
        self.style, self.across = style, columns * self.pitch - style.gap
        suited = round(min(self.across / 50, self.width / 10))
        self.size = style.font_size or max(suited, SMALLEST)
        self.face = lettering.font(self.size)

    @property
    def line(self) -> int:
        """Pixels from line to line of words."""
        return lettering.line_height(self.face)


class Sheet:
    """A ground with words, and pictures put onto it as they are.

    Attributes:
        strong: Writes words.
        weak: Writes words about words.
    """

    def __init__(self, cells: Cells, width: int, height: int) -> None:
        """Make an empty sheet.

        Raises:
            SizeError: It would have too many pixels.
        """
        if width * height > MAX_PIXELS:
            raise SizeError(
                f"the table would be {width:,} x {height:,}, more than {MAX_PIXELS:,} pixels; "
                "lay fewer pictures out, or enlarge them less"
            )
        ground, strong, weak = COLORS[cells.style.theme]
        self._cells = cells
        self._sheet = PIL.Image.new("RGB", (width, height), ground)
        self.strong = lettering.Writer(self._sheet, cells.face, strong)
        self.weak = lettering.Writer(self._sheet, cells.face, weak)
        self._put: list[tuple[Tensor, int, int]] = []

    def put(self, picture: Tensor, left: int, top: int) -> None:
        """Put a picture into the middle of a cell whose corner is given."""
        height, width = (length * self._cells.factor for length in picture.shape[:2])
        x = left + (self._cells.width - width) // 2
        self._put.append((picture, x, top + (self._cells.height - height) // 2))

    def finish(self) -> Image:
        """Return the whole; pictures keep their numbers, each pixel a square of them."""
        whole = torch.from_numpy(np.asarray(self._sheet, np.float32) / 255)
        for picture, x, y in self._put:
            factor = self._cells.factor
            large = picture.repeat_interleave(factor, 0).repeat_interleave(factor, 1)
            whole[y : y + large.shape[0], x : x + large.shape[1]] = large
        return Image(whole[None])
