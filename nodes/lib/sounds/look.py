"""How sounds look: their waveform."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import PIL.Image
import PIL.ImageDraw

from nodes.lib.arrange import COLORS

if TYPE_CHECKING:
    from nodes.types import Audio

LINE = "#7aa2c4"
WIDTH, HEIGHT, EDGE = 512, 160, 8


def draw(audio: Audio, width: int = WIDTH, height: int = HEIGHT) -> PIL.Image.Image:
    """Draw the first sound of a batch from left to right, all channels as one, 0 in the middle."""
    sheet = PIL.Image.new("RGB", (width, height), COLORS["dark"][0])
    pen = PIL.ImageDraw.Draw(sheet)
    middle, room = height / 2, width - 2 * EDGE
    numbers = audio.waveform[0].detach().float().cpu().nan_to_num(0.0).clamp(-1, 1)
    for column, part in enumerate(numbers.tensor_split(room, dim=1)):
        low, high = (float(one) for one in part.aminmax()) if part.numel() else (0.0, 0.0)
        top, bottom = middle - high * (middle - EDGE), middle - low * (middle - EDGE)
        pen.line([(EDGE + column, top), (EDGE + column, max(bottom, top + 1))], LINE)
    return sheet


def thumbnail(audio: Audio) -> bytes:
    """Return the waveform as a small JPEG."""
    data = io.BytesIO()
    draw(audio).save(data, "JPEG", quality=90)
    return data.getvalue()
