"""Texts that files carry: pictures, animations, films, sounds, latents. Bounded; nothing is run."""

from __future__ import annotations

import io
import json
import re
import struct
import warnings
import zlib
from typing import TYPE_CHECKING, Any, NoReturn, cast

from nodegraph import media
from nodegraph.errors import Problem, WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = ("workflow", "prompt", "parameters")
"""What a text is called, in the order in which they are preferred."""
MAX_TEXT = 32 * 2**20
"""Bytes that a text may have."""
MAX_CHUNKS = 10_000
EXIF_TEXTS = (0x0110, 0x010F, 0x010E, 0x0131, 0x013B)
_CDATA = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)


def texts(data: bytes) -> dict[str, str]:
    """Return the texts a file carries that may say how it was made, by their names.

    Raises:
        WorkflowError: It is cut off, or a text is too long.
    """
    kind = media.kind(data[: media.HEAD])
    if kind == "png":
        found = dict(_png(data))
    elif kind in media.PICTURES:
        found = _exif(data)
    elif kind in media.CONTAINERS:
        found = _tags(data, kind)
    elif data[:512].lstrip()[:4].lower() in (b"<svg", b"<?xm"):
        found = _svg(data)
    else:
        found = _safetensors(data)
    return {name.lower(): text for name, text in found.items() if name.lower() in KEYS}


def _png(data: bytes) -> Iterator[tuple[str, str]]:
    at, count = 8, 0
    while at + 8 <= len(data):
        size, name = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + size]
        count += 1
        if len(body) < size or count > MAX_CHUNKS:
            _refuse("the picture is cut off; fetch it again")
        if name in (b"tEXt", b"zTXt", b"iTXt", b"comf"):
            _check_length(size)
            yield _chunk(name, body)
        if name == b"IEND":
            return
        at += 12 + size
    _refuse("the picture is cut off; fetch it again")


def _chunk(name: bytes, body: bytes) -> tuple[str, str]:
    key, _, rest = body.partition(b"\0")
    if name == b"zTXt":
        rest = _inflated(rest[1:])
    if name != b"iTXt":
        return key.decode("latin-1"), rest.decode("latin-1")
    packed, rest = rest[:1], rest[2:]
    rest = rest.partition(b"\0")[2].partition(b"\0")[2]
    return key.decode("latin-1"), (_inflated(rest) if packed == b"\1" else rest).decode(
        "utf-8", "replace"
    )


def _inflated(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(data, MAX_TEXT)
    except zlib.error:
        _refuse("a text in the picture is damaged; fetch it again")
    if unpacker.unconsumed_tail:
        _check_length(MAX_TEXT + 1)
    return found


def _exif(data: bytes) -> dict[str, str]:
    """Return the texts of EXIF: ``workflow:{json}``, and A1111's in the user comment."""
    from PIL import Image, UnidentifiedImageError

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=("WEBP", "JPEG", "GIF")) as image,
        ):
            exif: Any = image.getexif()
            given = [exif.get(tag) for tag in EXIF_TEXTS]
            comment: Any = exif.get_ifd(0x8769).get(0x9286)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        _refuse(f"the picture cannot be read: {error}; it may be cut off")
    except Image.DecompressionBombError:
        _refuse("the picture is too large to be opened safely")
    found: dict[str, str] = {}
    for text in given:
        if isinstance(text, str):
            _check_length(len(text))
            name, _, rest = text.partition(":")
            found.setdefault(name.strip().lower(), rest)
    if isinstance(comment, (bytes, str)) and "parameters" not in found:
        found["parameters"] = _user_comment(comment)
    return {name: text for name, text in found.items() if text}


def _user_comment(comment: bytes | str) -> str:
    if isinstance(comment, str):
        return comment
    _check_length(len(comment))
    head, body = comment[:8], comment[8:]
    if head == b"UNICODE\0":
        odd = body[:1] == b"\0"
        return body.decode("utf-16-be" if odd else "utf-16-le", "replace")
    return body.decode("utf-8", "replace") if head == b"ASCII\0\0\0" else ""


def _tags(data: bytes, kind: str) -> dict[str, str]:
    """Return the tags of a film or a sound."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(io.BytesIO(data), "r", format=kind) as container:
            tags = [container.metadata, *(stream.metadata for stream in container.streams)]
            found = {name.lower(): text for one in reversed(tags) for name, text in one.items()}
    except (FFmpegError, OSError, ValueError) as error:
        reason = str(error).partition(":")[0]
        _refuse(f"the file cannot be read: {reason}; it may be cut off")
    for text in found.values():
        _check_length(len(text))
    return found


def _svg(data: bytes) -> dict[str, str]:
    """Return what stands in an SVG's metadata: an object with ``workflow`` and ``prompt``."""
    found = _CDATA.search(data, 0, MAX_TEXT)
    text = found[1].decode("utf-8", "replace") if found else ""
    return _named(text)


def _named(text: str) -> dict[str, str]:
    try:
        body: Any = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(body, dict):
        return {}
    entries = cast("dict[str, Any]", body)
    return {
        name: one if isinstance(one, str) else json.dumps(one)
        for name, one in entries.items()
        if name in KEYS
    }


def _safetensors(data: bytes) -> dict[str, str]:
    """Return the metadata of a latent: a header of JSON after its length."""
    size = int.from_bytes(data[:8], "little")
    if len(data) < 16 or data[8:9] != b"{" or size > len(data) - 8:
        return {}
    _check_length(size)
    try:
        header: Any = json.loads(data[8 : 8 + size])
    except (ValueError, RecursionError):
        return {}
    metadata: Any = cast("dict[str, Any]", header).get("__metadata__")
    if not isinstance(metadata, dict):
        return {}
    entries = cast("dict[str, Any]", metadata)
    return {name: text for name, text in entries.items() if isinstance(text, str)}


def _check_length(size: int) -> None:
    if size > MAX_TEXT:
        _refuse(
            f"a text in the file has {size // 2**20:,} MB, more than the {MAX_TEXT // 2**20} that "
            "are read; it is hardly a workflow"
        )


def _refuse(message: str) -> NoReturn:
    raise WorkflowError([Problem("$", message)])
