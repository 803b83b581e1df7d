"""What kind of file some bytes begin: those that can carry a run record."""

from __future__ import annotations

PICTURES = {
    "png": (0, b"\x89PNG"),
    "jpeg": (0, b"\xff\xd8\xff"),
    "webp": (8, b"WEBP"),
    "gif": (0, b"GIF8"),
}
"""Where which bytes stand in pictures."""

CONTAINERS = {
    "mp4": (4, b"ftyp"),
    "matroska": (0, b"\x1aE\xdf\xa3"),
    "wav": (8, b"WAVE"),
    "flac": (0, b"fLaC"),
    "mp3": (0, b"ID3"),
    "ogg": (0, b"OggS"),
}
"""The same of films and sounds; the names are FFmpeg's."""

HEAD = 16
"""Bytes of a file that say what kind it is."""


def kind(head: bytes) -> str:
    """Return what kind of picture, film or sound a file is that begins so; nothing for any other.

    Args:
        head: Its first 16 bytes, or more.
    """
    known = PICTURES | CONTAINERS
    found = (name for name, (at, mark) in known.items() if head.startswith(mark, at))
    return next(found, "")
