"""Files as answers: what a browser may show is said, everything else is for saving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from pathlib import Path

SHOWN = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".json": "application/json",
}


def send_file(path: Path) -> web.StreamResponse:
    """Return a file as an answer."""
    kind = SHOWN.get(path.suffix.lower())
    response = web.FileResponse(path)
    response.content_type = kind or "application/octet-stream"
    response.headers["Content-Disposition"] = "inline" if kind else "attachment"
    return response
