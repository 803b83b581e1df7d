"""What the gallery shows of a file: its size in pixels and a small picture, never a huge one."""

from __future__ import annotations

import io
import struct
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nodegraph.engine import films
from nodegraph.errors import NodegraphError

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import IO

    from PIL.Image import Image

FORMATS = ("PNG", "WEBP", "JPEG", "GIF", "BMP")
MAX_PIXELS = 128 * 2**20
SMALLEST, LARGEST = 16, 1024


class PictureError(NodegraphError):
    """The file is no picture, or one that cannot be shown."""


def pixels(path: Path) -> tuple[int, int]:
    """Return a picture's or a film's width and height; zeros for a file that is none."""
    try:
        if films.is_film(path):
            return films.size(path)
        with _opened(path) as picture:
            return picture.size
    except (PictureError, OSError, ValueError):
        return 0, 0


def shrink(path: Path, side: int) -> bytes:
    """Return a picture, or a film's first, as a WebP whose longer side has at most ``side`` pixels.

    Raises:
        PictureError: It is no picture, or too large.
    """
    if films.is_film(path):
        return _encoded(_still(path, side))
    with reading(path) as picture:
        picture.draft("RGB", (side, side))
        small = picture.convert("RGBA" if "transparency" in picture.info else _mode(picture))
        small.thumbnail((side, side))
        return _encoded(small)


def _encoded(picture: Image) -> bytes:
    data = io.BytesIO()
    picture.save(data, "WEBP", quality=80)
    return data.getvalue()


def _still(path: Path, side: int) -> Image:
    try:
        return films.still(path, side, MAX_PIXELS)
    except (OSError, ValueError) as error:
        raise PictureError(f"{path.name} is no film that can be shown; open the file") from error


@contextmanager
def reading(source: Path | IO[bytes]) -> Generator[Image]:
    """Open a picture that may be read whole.

    Raises:
        PictureError: It is no picture, or too large; also where its end is missing.
    """
    with _opened(source) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            what = _called(source)
            raise PictureError(f"{what} has more than {MAX_PIXELS:,} pixels; open the file")
        yield picture


def _mode(picture: Image) -> str:
    return "RGBA" if "A" in picture.getbands() else "RGB"


@contextmanager
def _opened(source: Path | IO[bytes]) -> Generator[Image]:
    import PIL.Image

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            PIL.Image.open(source, formats=FORMATS) as picture,
        ):
            yield picture
    except PIL.Image.DecompressionBombError as error:
        raise PictureError(f"{_called(source)} is too large to be shown; open the file") from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise PictureError(f"{_called(source)} is no picture that can be shown") from error


def _called(source: Path | IO[bytes]) -> str:
    return "the picture" if isinstance(source, io.IOBase) else Path(source.name).name
