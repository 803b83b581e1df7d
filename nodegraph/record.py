"""The run record: what a saved picture says of how it was made, and reading it back.

A PNG carries it in a text chunk named ``nodegraph``; WebP and JPEG in the EXIF user comment, a GIF
in its comment, films and sounds in that of the container. A record too long for JPEG's 64 KiB is
compressed. Everything read is bounded and is only data.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import sys
import warnings
import zlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, cast

from nodegraph import jsontext, media
from nodegraph.errors import Problem, WorkflowError

if TYPE_CHECKING:
    from PIL.Image import Image

KEY = "nodegraph"
USER_COMMENT, EXIF_IFD = 0x9286, 0x8769
PLAIN, PACKED = "nodegraph:", "nodegraph-zlib:"
JPEG_ROOM = 60_000
PACKAGES = ("nodegraph", "torch", "diffusers", "transformers", "safetensors", "pillow")


def versions() -> dict[str, str]:
    """Return the versions of what a picture depends on."""
    found = {"python": sys.version.split()[0]}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def encode_picture(image: Image, format: str, quality: int, record: dict[str, Any]) -> bytes:
    """Return an encoded picture that carries a run record.

    Args:
        image: 8 bits a channel.
        format: ``png``, ``webp`` or ``jpeg``.
        quality: 1 to 100, of WebP and JPEG; WebP at 100 is lossless.
        record: JSON data.
    """
    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"))
    buffer = io.BytesIO()
    if format == "png":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text(KEY, text)
        image.save(buffer, "PNG", pnginfo=info, compress_level=4)
    elif format == "webp":
        exif = webp_exif(text)
        image.save(buffer, "WEBP", quality=quality, lossless=quality == 100, exif=exif)
    else:
        exif = _exif(text, room=JPEG_ROOM)
        image.save(buffer, "JPEG", quality=quality, exif=exif, subsampling=0)
    return buffer.getvalue()


def webp_exif(text: str) -> Any:
    """Return the EXIF data of a WebP that carries the text of a run record."""
    return _exif(text, room=2**24)


def _exif(text: str, room: int) -> Any:
    from PIL.Image import Exif

    comment = PLAIN + text
    if len(comment) > room:
        comment = PACKED + base64.b85encode(zlib.compress(text.encode(), 9)).decode()
    if len(comment) > room:
        raise ValueError(
            f"the run record has {len(text):,} bytes, more than a JPEG can carry; save as PNG"
        )
    exif = Exif()
    exif.get_ifd(EXIF_IFD)[USER_COMMENT] = b"ASCII\0\0\0" + comment.encode("ascii")
    return exif


def read_record(data: bytes) -> dict[str, Any]:
    """Return the run record of an encoded picture, film or sound.

    Raises:
        WorkflowError: It is none that can be read, or carries no workflow.
    """
    kind = media.kind(data[: media.HEAD])
    text = _container(data, kind) if kind in media.CONTAINERS else _text(data)
    if text is None:
        what = "file" if kind in media.CONTAINERS else "picture"
        raise _refusal(
            f"the {what} carries no Nodegraph workflow; open one that Nodegraph saved, or a "
            "workflow file"
        )
    record = jsontext.parse(text)
    if not isinstance(record, dict) or "workflow" not in record:
        raise _refusal("the picture's run record holds no workflow; it was changed since")
    return cast("dict[str, Any]", record)


def _container(data: bytes, kind: str) -> str | None:
    from nodegraph.record_film import container_record

    try:
        return container_record(data, kind)
    except ValueError as error:
        raise _refusal(f"the file cannot be read: {error}; it may be cut off") from error


def _text(data: bytes) -> str | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=("PNG", "WEBP", "JPEG", "GIF")) as image,
        ):
            found = image.info.get(KEY)
            if isinstance(found, str):
                return found
            exif: Any = image.getexif().get_ifd(EXIF_IFD).get(USER_COMMENT)
            comment = image.info.get("comment") if image.format == "GIF" else exif
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error) as error:
        raise _refusal(f"the picture cannot be read: {error}; it may be cut off") from error
    except Image.DecompressionBombError as error:
        raise _refusal("the picture is too large to be opened safely") from error
    return _unpack(comment)


def _unpack(comment: Any) -> str | None:
    raw = comment.encode("latin-1", "replace") if isinstance(comment, str) else comment
    text = bytes(raw or b"").removeprefix(b"ASCII\0\0\0").decode("ascii", "replace")
    if text.startswith(PLAIN):
        return text.removeprefix(PLAIN)
    if not text.startswith(PACKED):
        return None
    try:
        packed = base64.b85decode(text.removeprefix(PACKED))
        inflate = zlib.decompressobj()
        found = inflate.decompress(packed, jsontext.MAX_BYTES)
    except (ValueError, zlib.error) as error:
        raise _refusal("the picture's run record is damaged") from error
    if inflate.unconsumed_tail:
        raise _refusal("the picture's run record unpacks into more than a workflow may have")
    return found.decode("utf-8", "replace")


def _refusal(message: str) -> WorkflowError:
    return WorkflowError([Problem("$", message)])
