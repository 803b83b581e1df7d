"""Films: pictures in their order and what they sound like, within bounds."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from nodegraph.errors import NodegraphError, ParamError
from nodes.lib.arrange.batch import joined
from nodes.types import Audio, Image, Video

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_FRAMES = 20_000
"""Frames of a film: eleven minutes at 30 a second."""

MAX_PIXELS = 2**28
"""Pixels of all frames: 3 GiB of numbers; four minutes of 256 x 256 at 15 a second."""

FPS = (0.1, 240.0)
"""Frames a second."""


class FilmError(NodegraphError):
    """A film that cannot be made, read or written."""


def from_images(images: Sequence[Image], fps: float, audio: Audio | None, *, back: bool) -> Video:
    """Return a film of all pictures.

    Args:
        images: Pictures and batches of one size, in their order.
        fps: Frames a second.
        audio: Its sound; cut where it is longer.
        back: Whether it also goes back to the second frame, so that it can go round and round.

    Raises:
        SizeError: There are none, or they differ in size.
        FilmError: There are too many.
    """
    pixels = joined(images).pixels
    if back:
        pixels = torch.cat([pixels, pixels[1:-1].flip(0)])
    count, height, width, _ = pixels.shape
    check(count, width, height)
    return Video(Image(pixels), fps, None if audio is None else cut(audio, count / fps))


def check(count: int, width: int, height: int) -> None:
    """Refuse a film of too many frames or pixels.

    Raises:
        FilmError: It says how many may be.
    """
    if count > MAX_FRAMES:
        raise FilmError(f"{count:,} frames are more than {MAX_FRAMES:,}; take every second one")
    if count * width * height > MAX_PIXELS:
        most = max(MAX_PIXELS // (width * height), 1)
        raise FilmError(
            f"{count:,} frames of {width} x {height} take too much memory; use up to {most:,} of "
            "them, or smaller ones"
        )


def cut(audio: Audio, seconds: float) -> Audio:
    """Return a sound that is not longer than a film, the first of its batch.

    Args:
        audio: A sound.
        seconds: The film's length.
    """
    samples = math.ceil(seconds * audio.rate)
    return Audio(audio.waveform[:1, :, :samples].contiguous(), audio.rate)


def seconds(video: Video) -> float:
    """Return how long a film is."""
    return len(video.frames.pixels) / video.fps


def check_fps(fps: float) -> float:
    """Return frames a second that a film may have.

    Raises:
        ParamError: They are out of bounds.
    """
    low, high = FPS
    if not low <= fps <= high:
        raise ParamError(f"{fps:g} frames a second cannot be shown; use {low:g} to {high:g}")
    return fps


def times(count: int, fps: float, unit: int) -> list[int]:
    """Return how long each frame lasts in whole units, so that none drifts.

    Args:
        count: Frames.
        fps: Frames a second.
        unit: Units a second.
    """
    ends = [round(index * unit / fps) for index in range(count + 1)]
    return [end - start for start, end in pairwise(ends)]
