"""How films look when they are not played: some of their frames."""

from __future__ import annotations

import io

from nodes.lib import arrange
from nodes.lib.arrange import strip as arrange_strip
from nodes.lib.images import THUMBNAIL, to_pictures
from nodes.types import Image, Video

SHOWN = 4
"""Frames in a preview."""


def thumbnail(video: Video) -> bytes:
    """Return some frames of a film, evenly spread, as one JPEG."""
    shown = arrange_strip.spread(len(video.frames.pixels), SHOWN)
    found = arrange.pictures(Image(video.frames.pixels[shown]))
    style = arrange.Style(theme="dark", gap=4)
    strip = arrange_strip.draw(found, (), len(found) if len(found) < SHOWN else 2, style)
    picture = next(to_pictures(strip))
    picture.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=85)
    return data.getvalue()
