"""Sounds from files, of films too, by FFmpeg's libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import torch

from nodegraph import storage
from nodes.lib import sounds
from nodes.lib.sounds import SoundError
from nodes.types import Audio

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def load(path: Path, start: float, seconds: float) -> Audio:
    """Read a sound, its channels and its rate as they are.

    Args:
        path: A WAV, FLAC, MP3, Opus or other sound, or a film.
        start: Where to begin, in seconds.
        seconds: How much to take; 0 for all.

    Raises:
        StorageError: It cannot be read.
        SoundError: It has no sound, or too much.
    """
    try:
        with path.open("rb") as file:
            found = part(file, start, seconds)
    except av.FFmpegError as error:
        raise SoundError(
            f"{path} is no sound that can be read; choose a WAV, FLAC, MP3 or Opus file"
        ) from error
    except OSError as error:
        raise storage.explain("read", path, error) from error
    if found is None:
        raise SoundError(f"{path} has no sound from {start:g} seconds on")
    return found


def part(file: Any, start: float, seconds: float) -> Audio | None:
    """Return a part of the first sound in an open file, if there is one.

    Args:
        file: Open for reading bytes.
        start: Where to begin, in seconds.
        seconds: How much to take; 0 for all.

    Raises:
        SoundError: It is too long.
    """
    with av.open(file, "r") as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        rate, channels = stream.rate, min(stream.channels, sounds.MAX_CHANNELS)
        first = round(start * rate)
        last = first + round(seconds * rate) if seconds else None
        blocks = list(_blocks(container, last))
    whole = np.concatenate(blocks, axis=1)[:channels, first:last] if blocks else np.zeros((1, 0))
    if not whole.shape[1]:
        return None
    return Audio(torch.from_numpy(np.ascontiguousarray(whole, np.float32))[None], rate)


def _blocks(container: Any, last: int | None) -> Any:
    """Yield (channels, samples) float32, up to a sample or to the end."""
    resampler = av.AudioResampler(format="fltp")
    count = 0
    for frame in container.decode(audio=0):
        for block in resampler.resample(frame):
            numbers: NDArray[np.float32] = block.to_ndarray()
            count += numbers.shape[1]
            sounds.check(numbers.shape[0], count)
            yield numbers
        if last is not None and count >= last:
            return
