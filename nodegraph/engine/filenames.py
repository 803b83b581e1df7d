"""Names of files that come from outside: they never lead out of the folder they belong to."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from nodegraph.errors import NodegraphError

FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f\ud800-\udfff]')
DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE
)
LONGEST = 240
"""Bytes a part may have; a number and a suffix of a temporary file still fit in 255."""


class FileNameError(NodegraphError):
    """The name could lead elsewhere, or cannot be a file's on every system."""


def check_name(name: str) -> PurePosixPath:
    """Return a relative path, ``/`` between its parts, that means the same on every system.

    Raises:
        FileNameError: It is no such path.
    """
    if not name or any(not _plain(part) for part in name.split("/")):
        shown = name if len(name) <= 80 else f"{name[:80]}…"
        raise FileNameError(
            f"{shown!r} cannot be a file's name; use letters, digits, - and _, and / for a "
            "subfolder"
        )
    return PurePosixPath(name)


def _plain(part: str) -> bool:
    return (
        part not in ("", ".", "..")
        and part == part.strip(" ").rstrip(".")
        and not FORBIDDEN.search(part)
        and not DEVICE.fullmatch(part)
        and len(part.encode()) <= LONGEST
    )


def inside(folder: Path, name: str) -> Path:
    """Return where a name leads in a folder, symbolic links followed.

    Raises:
        FileNameError: It leads out of the folder, or cannot be a name.
    """
    root = folder.resolve()
    path = root.joinpath(*check_name(name).parts).resolve()
    if not path.is_relative_to(root):
        raise FileNameError(f"{name!r} is a link that leads out of its folder; remove it there")
    return path
