"""What the gallery shows of a film: its first frame, marked with how long it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nodegraph import media

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

FORMATS = ("mp4", "matroska")
GROUND, INK = (0, 0, 0, 170), (255, 255, 255, 255)
MARK = 96
"""Pixels of the shorter side from which a picture has room for the mark."""


def is_film(path: Path) -> bool:
    """Tell whether a file begins as a film does."""
    try:
        with path.open("rb") as file:
            return media.kind(file.read(media.HEAD)) in FORMATS
    except OSError:
        return False


def size(path: Path) -> tuple[int, int]:
    """Return a film's width and height.

    Raises:
        OSError: It cannot be read.
        ValueError: It has no pictures.
    """
    with _opened(path) as container:
        stream = _stream(container)
        return stream.width, stream.height


def still(path: Path, side: int, most: int) -> Image:
    """Return the first frame, its longer side of at most ``side`` pixels, with the mark.

    Args:
        path: The film.
        side: Pixels.
        most: Pixels that a frame may have to be decoded.

    Raises:
        OSError: It cannot be read.
        ValueError: It has no pictures, or too large ones.
    """
    with _opened(path) as container:
        stream = _stream(container)
        if stream.width * stream.height > most:
            raise ValueError("its frames are too large")
        frame = next(container.decode(stream), None)
        if frame is None:
            raise ValueError("it has no frame")
        picture: Image = frame.to_image()
        seconds = float(container.duration or 0) / 1e6
    picture.thumbnail((side, side))
    return _marked(picture, seconds)


def _opened(path: Path) -> Any:
    """Open a film as the one format that it begins as."""
    import av

    with path.open("rb") as file:
        kind = media.kind(file.read(media.HEAD))
    return av.open(str(path.resolve()), "r", format=kind or None)


def _stream(container: Any) -> Any:
    if not container.streams.video:
        raise ValueError("it has no pictures")
    return container.streams.video[0]


def _marked(picture: Image, seconds: float) -> Image:
    """Put a triangle and the time into the lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    if min(picture.size) < MARK:
        return picture
    high = max(min(picture.size) // 12, 12)
    face = ImageFont.load_default(high)
    text = "{}:{:02d}".format(*divmod(round(seconds), 60))
    edge, wide = high // 2, round(face.getlength(text) + 2.1 * high)
    left, bottom = edge, picture.height - edge
    top = bottom - round(high * 1.7)
    sheet = Image.new("RGBA", picture.size)
    pen = ImageDraw.Draw(sheet)
    pen.rounded_rectangle((left, top, left + wide, bottom), high * 0.4, GROUND)
    x, middle, half = left + high * 0.6, (top + bottom) / 2, high * 0.42
    pen.polygon([(x, middle - half), (x, middle + half), (x + high * 0.75, middle)], INK)
    pen.text((x + high * 1.3, middle), text, INK, font=face, anchor="lm")
    return Image.alpha_composite(picture.convert("RGBA"), sheet).convert("RGB")
