"""Pictures from files and to files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodegraph import current
from nodegraph.export import written

if TYPE_CHECKING:
    from nodegraph.export import Part

SUFFIXES = {"png": ".png", "webp": ".webp", "jpeg": ".jpg"}


def load(part: Part) -> None:
    """Write ``image.load``: the picture, by the whole path of its file."""
    path = current().options.resolve(part.literal("path")).resolve()
    part.heading()
    part.let(f"load_picture({written(str(path))})", "image")


def save(part: Part) -> None:
    """Write ``image.save``."""
    suffix = part.among("format", SUFFIXES, "format")
    quality = "" if suffix == ".png" else f", quality={part.value('quality')}"
    part.heading()
    part.line(
        f"save_pictures({part.value('image')}, {part.value('name')}, {written(suffix)}{quality})"
    )


def grid(part: Part) -> None:
    """Write ``image.grid``."""
    part.heading()
    part.let(f"lay_out({part.value('images')}, {part.value('columns')})")
