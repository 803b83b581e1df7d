"""Films to files: H.264 and VP9 by FFmpeg's libraries, WebP, GIF and PNG by Pillow.

Each carries its run record: MP4 and WebM in the comment of the container, the others where
pictures have it. Nothing in a file depends on the time or on chance.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from nodegraph import storage
from nodegraph.errors import ParamError
from nodegraph.record_film import comment, encode_animation
from nodes.lib import films
from nodes.lib.images import place, to_pictures
from nodes.lib.sounds import write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import OutputContainer
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from nodes.types import Image, Video

SUFFIXES = {"mp4": ".mp4", "webm": ".webm", "webp": ".webp", "gif": ".gif", "apng": ".png"}
CODECS = {"mp4": ("libx264", "aac"), "webm": ("libvpx-vp9", "libopus")}
CRF = {"mp4": (40, 10), "webm": (58, 12)}
"""Constant rate factors of the qualities 0 and 100."""

X264 = {"preset": "medium", "mbtree": "0"}
"""Without macroblock trees: x264 reads memory that nobody wrote while it looks ahead for them where
the width is no multiple of 32, and the same film gave different files."""

BT709 = 1
STUDIO = 1
"""What FFmpeg calls that matrix, and numbers from 16 to 235."""

GIF_FPS = 50.0
"""Hundredths of a second are a GIF's unit, and players take a single one for a tenth."""

SIDES = {"mp4": 4096, "webm": 8192, "webp": 16383, "gif": 16383, "apng": 16383}
"""Pixels of the longer side that is written."""


def save(
    video: Video, out: Path, name: str, file_format: str, quality: int, record: dict[str, Any]
) -> Path:
    """Write a film under the first free number, and return where it is.

    Args:
        video: The film.
        out: The folder.
        name: What the file is called before the number; may lead into subfolders.
        file_format: ``mp4``, ``webm``, ``webp``, ``gif`` or ``apng``.
        quality: 1 to 100, of MP4, WebM and WebP; WebP at 100 is lossless.
        record: What the file carries about how it was made.

    Raises:
        ParamError: The format cannot show it, or the name cannot be one.
        StorageError: It cannot be written.
    """
    folder, stem = place(out, name)
    _check(video, file_format)
    data = encode(video, file_format, quality, record)
    return storage.write_new(folder, stem, SUFFIXES[file_format], data)


def encode(video: Video, file_format: str, quality: int, record: dict[str, Any]) -> bytes:
    """Return a film as a file; arguments as in ``save``."""
    if file_format in CODECS:
        return _muxed(video, file_format, quality, record)
    unit = 100 if file_format == "gif" else 1000
    lasting = films.times(len(video.frames.pixels), video.fps, unit)
    milliseconds = [time * 1000 // unit for time in lasting]
    return encode_animation(to_pictures(video.frames), milliseconds, file_format, quality, record)


def _check(video: Video, file_format: str) -> None:
    films.check_fps(video.fps)
    _, height, width, _ = video.frames.pixels.shape
    side = SIDES[file_format]
    if max(width, height) > side:
        raise ParamError(
            f"{file_format} holds films of up to {side:,} pixels a side, this one is {width} x "
            f"{height}; make it smaller, or choose another format"
        )
    if file_format == "gif" and video.fps > GIF_FPS:
        raise ParamError(
            f"a GIF shows up to {GIF_FPS:g} frames a second, this film has {video.fps:g}; choose "
            "webp, or fewer frames a second"
        )


def _muxed(video: Video, file_format: str, quality: int, record: dict[str, Any]) -> bytes:
    file = io.BytesIO()
    options = {"fflags": "+bitexact"}  # no time of day, no random ids
    with av.open(file, "w", format=file_format, options=options) as container:
        container.metadata["comment"] = comment(record)
        stream = _stream(container, video, file_format, quality)
        voice = _voice(container, video, file_format)
        for frame in _frames(video.frames):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        voice()
    return file.getvalue()


def _stream(
    container: OutputContainer, video: Video, file_format: str, quality: int
) -> VideoStream:
    """Add the pictures' stream: even sides, since color has half the pixels."""
    rate = Fraction(video.fps).limit_denominator(1001)
    worst, best = CRF[file_format]
    options = {"crf": str(round(worst + (best - worst) * quality / 100))}
    options |= X264 if file_format == "mp4" else {"b:v": "0", "row-mt": "1"}
    stream = container.add_stream(CODECS[file_format][0], rate=rate, options=options)
    _, height, width, _ = video.frames.pixels.shape
    stream.width, stream.height = width + width % 2, height + height % 2
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = 1 / rate
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = STUDIO
    context.flags |= 1 << 23  # bitexact: no program's name in the stream
    return stream


def _voice(container: OutputContainer, video: Video, file_format: str) -> Callable[[], None]:
    """Add the sound's stream, and return what writes it after the pictures."""
    if video.audio is None:
        return lambda: None
    sound = films.cut(video.audio, films.seconds(video))
    return write.add(container, sound, CODECS[file_format][1], 192)


def _frames(image: Image) -> Iterator[av.VideoFrame]:
    for index, picture in enumerate(to_pictures(image)):
        frame = av.VideoFrame.from_ndarray(_even(np.asarray(picture)), format="rgb24")
        frame = frame.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
        frame.pts = index
        yield frame


def _even(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture of even sides: its last row or column twice where one is odd."""
    height, width, _ = pixels.shape
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
