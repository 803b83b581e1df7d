"""What kind of picture some bytes are."""

from __future__ import annotations

KINDS = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp"}


def media(data: bytes) -> str:
    """Return the media type of an encoded picture."""
    return next((kind for magic, kind in KINDS.items() if data.startswith(magic)), "image/webp")
