"""Pictures: from files, to files, and side by side."""

from __future__ import annotations

import math
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import PIL.Image
import PIL.ImageOps
import torch

from nodegraph import storage
from nodegraph.errors import NodegraphError, ParamError
from nodes.lib.latents import SizeError
from nodes.types import Image, Mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_PIXELS = 64 * 2**20
"""Pixels a picture may have: 8192 x 8192."""

THUMBNAIL = 256
SUFFIXES = {"png": ".png", "webp": ".webp", "jpeg": ".jpg"}


class PictureError(NodegraphError):
    """A file is no picture, or one that cannot be used."""


class Loaded(NamedTuple):
    """A picture and where it is transparent."""

    image: Image
    mask: Mask


def load(path: Path) -> Loaded:
    """Read a picture, upright as its EXIF says; the mask is 1 where it is transparent.

    Raises:
        StorageError: It cannot be read.
        PictureError: It is no picture, or too large.
    """
    try:
        with path.open("rb") as file:
            picture = PIL.ImageOps.exif_transpose(_opened(file, path))
    except PIL.UnidentifiedImageError as error:
        raise PictureError(f"{path} is not a picture; choose a PNG, JPEG or WebP file") from error
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning) as error:
        raise _too_large(path) from error
    except OSError as error:
        if error.errno is not None:
            raise storage.explain("read", path, error) from error
        raise PictureError(f"{path} is broken: {error}; save it again") from error
    except (ValueError, SyntaxError) as error:  # what Pillow's readers raise on broken files
        raise PictureError(f"{path} is broken: {error}; save it again") from error
    rgba = torch.from_numpy(_rgba(picture))[None]
    return Loaded(Image(rgba[..., :3].contiguous()), Mask(1 - rgba[..., 3]))


def _opened(file: Any, path: Path) -> PIL.Image.Image:
    picture = PIL.Image.open(file)
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_large(path)
    picture.load()
    return picture


def _too_large(path: Path) -> PictureError:
    return PictureError(f"{path} has more than {MAX_PIXELS:,} pixels; shrink it first")


def _rgba(picture: PIL.Image.Image) -> np.ndarray[Any, Any]:
    """Return (H, W, 4) float32 in 0..1; sixteen bit grey keeps its sixteen bits."""
    if picture.mode.startswith("I"):
        grey = np.asarray(picture, np.float32).clip(0, 65535) / 65535
        return np.stack([grey, grey, grey, np.ones_like(grey)], axis=-1)
    return np.asarray(picture.convert("RGBA"), np.float32) / 255


def to_pictures(image: Image) -> Iterator[PIL.Image.Image]:
    """Yield each picture of a batch with 8 bits a channel: 255 * x, clipped, then truncated."""
    for pixels in image.pixels.mul(255).clip(0, 255).to(torch.uint8).numpy(force=True):
        yield PIL.Image.fromarray(pixels)


def save(
    image: Image, out: Path, name: str, file_format: str, quality: int, record: dict[str, Any]
) -> Iterator[Path]:
    """Write each picture of a batch under the first free number, and yield where it is.

    Args:
        image: The pictures.
        out: The folder.
        name: What the files are called before the number; may lead into subfolders.
        file_format: ``png``, ``webp`` or ``jpeg``.
        quality: 1 to 100, of WebP and JPEG.
        record: What each file carries about how it was made.
    """
    from nodegraph.record import encode_picture

    folder, stem = place(out, name)
    for picture in to_pictures(image):
        data = encode_picture(picture, file_format, quality, record)
        yield storage.write_new(folder, stem, SUFFIXES[file_format], data)


def place(out: Path, name: str) -> tuple[Path, str]:
    """Split a file's name into folder and stem.

    Raises:
        ParamError: It leads out of ``out``, or no file can be called so.
    """
    parts = PurePosixPath(name.replace("\\", "/")).parts
    odd = any(char in part for part in parts for char in '<>:"|?*') or not name.isprintable()
    if not parts or odd or any(part in ("/", "..") for part in parts):
        raise ParamError(
            f"{name!r} cannot be a file's name; use letters, digits, - and _, and / for a subfolder"
        )
    return out.joinpath(*parts[:-1]), parts[-1]


def thumbnail(image: Image) -> bytes:
    """Return the first picture of a batch as a small JPEG."""
    import io

    picture = next(to_pictures(Image(image.pixels[:1])))
    picture.thumbnail((THUMBNAIL, THUMBNAIL))
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=85)
    return data.getvalue()


def grid(images: Sequence[Image], columns: int) -> Image:
    """Lay all pictures out row by row on black; 0 columns is as square as can be.

    Raises:
        SizeError: There are none, or they differ in size.
    """
    sizes = {tuple(image.pixels.shape[1:3]) for image in images}
    if len(sizes) != 1:
        shown = ", ".join(f"{width} x {height}" for height, width in sorted(sizes)) or "none"
        raise SizeError(f"a grid takes pictures of one size; here are {shown}")
    pixels = torch.cat([image.pixels for image in images])
    count, height, width, _ = pixels.shape
    columns = min(columns or math.ceil(math.sqrt(count)), count)
    rows = math.ceil(count / columns)
    cells = pixels.new_zeros(rows * columns, height, width, 3)
    cells[:count] = pixels
    table = cells.view(rows, columns, height, width, 3).transpose(1, 2)
    return Image(table.reshape(1, rows * height, columns * width, 3))
