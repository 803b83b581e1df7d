"""Nodes that load, save, show and arrange pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodegraph import FilePath, Range, current, node
from nodes.types import Image, Mask


class Loaded(NamedTuple):
    """A picture and where it is transparent."""

    image: Image
    mask: Mask


class Saved(NamedTuple):
    """The files that were written."""

    files: list[Path]


@node("image.load", title="Load image")
def load(*, path: FilePath = "") -> Loaded:
    """Load a picture, upright as its camera says; the mask is 1 where it is transparent.

    Args:
        path: A PNG, JPEG, WebP or other picture.
    """
    from nodes.lib import images

    return Loaded(*images.load(current().options.resolve(path)))


@node("image.save", effect=True, title="Save image")
def save(
    image: Image,
    *,
    name: str = "nodegraph",
    format: Literal["png", "webp", "jpeg"] = "png",
    quality: Annotated[int, Range(1, 100)] = 90,
) -> Saved:
    """Save pictures; each carries the workflow that made it.

    Args:
        name: The files are called this, with a number; a / leads into a subfolder.
        format: What kind of file.
        quality: Of WebP and JPEG; 100 is the best and largest.
    """
    from nodes.lib import images

    context = current()
    written = images.save(image, context.options.out, name, format, quality, context.record)
    return Saved(list(written))


@node("image.preview", effect=True, title="Preview image")
def preview(image: Image) -> None:
    """Show a picture while the run goes on; nothing is saved."""
    from nodes.lib import images

    current().progress(1, 1, preview=images.thumbnail(image))


@node("image.grid", title="Image grid")
def grid(images: list[Image], *, columns: Annotated[int, Range(0, 1000)] = 0) -> Image:
    """Lay pictures of one size out row by row, as one picture.

    Args:
        columns: Pictures in a row; 0 makes the whole as square as can be.
    """
    from nodes.lib import images as lib

    return lib.grid(images, columns)
