"""Words on pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
import torch

from nodes.lib import masks

if TYPE_CHECKING:
    from torch import Tensor


class Words(NamedTuple):
    """What is written, and how.

    Attributes:
        text: May have several lines.
        size: Of the letters, in pixels.
        place: Such as ``top left``, ``center``, ``bottom``.
        margin: Pixels from the edges; also x and y where a place is at none.
        outline: How wide the outline is, in pixels.
    """

    text: str
    size: float
    place: str
    margin: int
    outline: int


class Written(NamedTuple):
    """Where letters cover a picture, and their outline: both (1, H, W) in 0 to 1."""

    letters: torch.Tensor
    outline: torch.Tensor


def written(words: Words, width: int, height: int) -> Written:
    """Draw words in Pillow's own font, as two masks for a picture of a size."""
    letters = _drawn(words, width, height)
    return Written(letters, masks.grown(letters, words.outline, "round"))


def _drawn(words: Words, width: int, height: int) -> Tensor:
    sheet = PIL.Image.new("L", (width, height))
    draw = PIL.ImageDraw.Draw(sheet)
    font: Any = PIL.ImageFont.load_default(words.size)
    align = next((side for side in ("left", "right") if side in words.place), "center")
    left, top, right, bottom = draw.multiline_textbbox((0, 0), words.text, font, align=align)
    x = {"left": words.margin, "right": width - words.margin - (right - left)}.get(
        align, (width - (right - left)) / 2
    )
    middle = (height - (bottom - top)) / 2
    y = words.margin if "top" in words.place else middle
    y = height - words.margin - (bottom - top) if "bottom" in words.place else y
    at = (x - left, y - top)
    draw.multiline_text(at, words.text, 255, font, align=align)
    return torch.from_numpy(np.asarray(sheet, np.float32) / 255)[None]


def over(pixels: Tensor, found: Written, color: Tensor, around: Tensor) -> Tensor:
    """Lay words over pictures, (B, H, W, 3): first their outline, then their letters."""
    for mask, ink in ((found.outline, around), (found.letters, color)):
        share = mask[..., None].to(pixels)
        pixels = ink.to(pixels) * share + pixels * (1 - share)
    return pixels
