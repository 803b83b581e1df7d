"""Files as ComfyUI's clients name them: a name, a subfolder, and one of three folders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nodegraph.engine.filenames import FileNameError, inside

if TYPE_CHECKING:
    from pathlib import Path

    from nodegraph.engine.settings import Settings

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
ANNOTATED = re.compile(r"(.*?) ?\[(input|output|temp)\]")


def split(name: str, kind: str = "input") -> tuple[str, str]:
    """Return a name without the folder's that may follow it, as in ``cat.png [output]``."""
    found = ANNOTATED.fullmatch(name)
    return (found[1], found[2]) if found else (name, kind)


def folder(settings: Settings, kind: str) -> Path:
    """Return a folder by ComfyUI's name of it.

    Raises:
        FileNameError: There is none of that name.
    """
    folders = {"input": settings.uploads, "output": settings.outputs}
    if kind not in folders:
        raise FileNameError(f"there is no folder {kind!r}; use input or output")
    return folders[kind]


def place(settings: Settings, name: str, subfolder: str, kind: str) -> Path:
    """Return where a file is, or would be.

    Raises:
        FileNameError: The name leads elsewhere.
    """
    whole = "/".join(filter(None, (subfolder.replace("\\", "/").strip("/"), name)))
    return inside(folder(settings, kind), whole)


def find(settings: Settings, name: str) -> Path | None:
    """Return an existing file by a name that may say its folder; nothing where there is none."""
    bare, kind = split(name)
    try:
        path = place(settings, bare, "", kind)
    except FileNameError:
        return None
    return path if path.is_file() else None
