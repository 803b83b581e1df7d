"""The run record in films and sounds: the comment of the container; in animations as in pictures.

PyAV reads containers. It is given the bytes and the one format that they begin as, so that nothing
in a file can make it open another.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image

PLAIN = "nodegraph:"


def comment(record: dict[str, Any]) -> str:
    """Return a run record as the text that a film's or a sound's comment holds."""
    return PLAIN + json.dumps(record, ensure_ascii=True, separators=(",", ":"))


def container_record(data: bytes, format: str) -> str | None:
    """Return the text of a run record in a film or a sound, if it carries one.

    Raises:
        ValueError: It cannot be read.
    """
    import av
    from av.error import FFmpegError

    try:
        with av.open(io.BytesIO(data), "r", format=format) as container:
            tags = [container.metadata, *(stream.metadata for stream in container.streams)]
            found = [value for one in tags for name, value in one.items() if _is_comment(name)]
    except (FFmpegError, OSError) as error:
        raise ValueError(str(error).partition(":")[0]) from error
    ours = (text for text in found if text.startswith(PLAIN))
    return next((text.removeprefix(PLAIN) for text in ours), None)


def _is_comment(name: str) -> bool:
    return name.lower() in ("comment", "description")


def encode_animation(
    pictures: Iterable[Image],
    milliseconds: Sequence[int],
    format: str,
    quality: int,
    record: dict[str, Any],
) -> bytes:
    """Return an animation that carries a run record and goes round and round.

    Args:
        pictures: 8 bits a channel.
        milliseconds: How long each is shown.
        format: ``webp``, ``gif`` or ``apng``.
        quality: 1 to 100, of WebP; 100 is lossless.
        record: JSON data.
    """
    from nodegraph.record import KEY, webp_exif

    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"))
    frames = [_indexed(one) for one in pictures] if format == "gif" else list(pictures)
    options: dict[str, Any] = {"duration": list(milliseconds), "loop": 0}
    if format == "gif":
        options |= {"comment": (PLAIN + text).encode("ascii"), "disposal": 1}
    elif format == "webp":
        options |= {"quality": quality, "lossless": quality == 100, "exif": webp_exif(text)}
    else:
        from PIL.PngImagePlugin import PngInfo

        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text(KEY, text)
    kind = "PNG" if format == "apng" else format.upper()
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], **options)
    return file.getvalue()


def _indexed(picture: Image) -> Image:
    """Return a picture of 256 colors of its own choice, as a GIF wants it."""
    from PIL.Image import Dither, Quantize

    return picture.quantize(256, method=Quantize.MEDIANCUT, dither=Dither.FLOYDSTEINBERG)
