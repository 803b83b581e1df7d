"""Films from files, by FFmpeg's libraries and Pillow."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import PIL.Image
import torch

from nodegraph import storage
from nodes.lib import films
from nodes.lib.films import FilmError
from nodes.lib.sounds import read as sounds_read
from nodes.types import Image, Video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from numpy.typing import NDArray

ANIMATIONS = (b"GIF8", b"\x89PNG", b"RIFF")
"""How the files begin that Pillow reads."""

BROKEN = (
    av.FFmpegError,
    PIL.Image.DecompressionBombError,
    EOFError,
    SyntaxError,
    ValueError,
    struct.error,
)
"""What FFmpeg and Pillow raise on files that are none of theirs."""

USUAL = 10.0
"""Frames a second of what does not say."""


def load(path: Path, start: int, count: int, every: int) -> Video:
    """Read a film, upright as it says, with its sound.

    Args:
        path: An MP4, WebM, GIF, animated WebP or PNG, or what else FFmpeg reads.
        start: The first frame, from 0.
        count: How many frames to take; 0 for all.
        every: Take every n-th frame of them; the film stays as long as it was.

    Raises:
        StorageError: It cannot be read.
        FilmError: It is no film, has no such frames, or too many.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            file.seek(0)
            if head.startswith(ANIMATIONS) and head[8:12] not in (b"WAVE", b"AVI "):
                found, fps = _animated(file)
                return _film(path, found, fps, (start, count, every))
            return _decoded(path, file, (start, count, every))
    except BROKEN as error:
        raise _broken(path, error) from error
    except OSError as error:
        if error.errno is None:  # Pillow's own
            raise _broken(path, error) from error
        raise storage.explain("read", path, error) from error


def _broken(path: Path, error: Exception) -> FilmError:
    said = str(error).partition("] ")[2].partition(":")[0] or str(error)
    return FilmError(f"{path} is no film that can be read ({said}); choose an MP4 or WebM file")


def _decoded(path: Path, file: Any, part: tuple[int, int, int]) -> Video:
    with av.open(file, "r") as container:
        if not container.streams.video:
            raise FilmError(f"{path} has no pictures; load it as audio")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        fps = float(stream.average_rate or stream.guessed_rate or USUAL)
        film = _film(path, _upright(container), fps, part)
        if not container.streams.audio:
            return film
    file.seek(0)
    sound = sounds_read.part(file, part[0] / fps, films.seconds(film))
    return Video(film.frames, film.fps, sound)


def _upright(container: InputContainer) -> Iterator[NDArray[np.uint8]]:
    for frame in container.decode(video=0):
        films.check(1, frame.width, frame.height)
        yield np.rot90(frame.to_ndarray(format="rgb24"), round(frame.rotation / 90))


def _animated(file: Any) -> tuple[Iterator[NDArray[np.uint8]], float]:
    picture = PIL.Image.open(file, formats=("GIF", "PNG", "WEBP"))
    count = getattr(picture, "n_frames", 1)
    films.check(1, *picture.size)
    lasting = [_lasts(picture, index) for index in range(min(count, films.MAX_FRAMES))]
    total = sum(lasting) / 1000
    return _pictures(picture, count), (len(lasting) / total if total else USUAL)


def _lasts(picture: PIL.Image.Image, index: int) -> float:
    picture.seek(index)
    picture.load()
    return float(picture.info.get("duration", 0))


def _pictures(picture: PIL.Image.Image, count: int) -> Iterator[NDArray[np.uint8]]:
    for index in range(count):
        picture.seek(index)
        yield np.asarray(picture.convert("RGB"))


def _film(
    path: Path, found: Iterator[NDArray[np.uint8]], fps: float, part: tuple[int, int, int]
) -> Video:
    start, count, every = part
    taken: list[NDArray[np.uint8]] = []
    for index, pixels in enumerate(found):
        if count and index >= start + count:
            break
        if index >= start and (index - start) % every == 0:
            films.check(len(taken) + 1, pixels.shape[1], pixels.shape[0])
            taken.append(np.ascontiguousarray(pixels))
    if not taken:
        raise FilmError(f"{path} has no frame {start}; frames are counted from 0")
    frames = torch.from_numpy(np.stack(taken)).float().div_(255)
    return Video(Image(frames), films.check_fps(fps / every))
