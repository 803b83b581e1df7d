"""Nodes that load, save and show sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from nodegraph import FilePath, Range, current, node
from nodes.types import Audio, Video

Seconds = Annotated[float, Range(0.0, 86_400.0, step=0.5)]


class Saved(NamedTuple):
    """The files that were written."""

    files: list[Path]


@node("audio.load", title="Load audio")
def load(*, path: FilePath = "", start: Seconds = 0.0, seconds: Seconds = 0.0) -> Audio:
    """Load a sound, or that of a film, with its channels and rate as they are.

    Args:
        path: A WAV, FLAC, MP3, Opus or other sound, or a film.
        start: Where to begin, in seconds.
        seconds: How much to take; 0 for all.
    """
    from nodes.lib.sounds import read

    return read.load(current().options.resolve(path), start, seconds)


@node("audio.save", effect=True, title="Save audio")
def save(
    audio: Audio,
    *,
    name: str = "nodegraph",
    format: Literal["wav", "flac", "mp3", "opus"] = "flac",
    bitrate: Annotated[int, Range(32, 320)] = 192,
) -> Saved:
    """Save sounds; each carries the workflow that made it.

    Args:
        name: The files are called this, with a number; a / leads into a subfolder.
        format: WAV and FLAC keep 16 bits a sample; MP3 and Opus are smaller.
        bitrate: Kilobits a second, of MP3 and Opus.
    """
    from nodes.lib.sounds import write

    context = current()
    out, record = context.options.out, context.record
    return Saved(list(write.save(audio, out, name, format, bitrate, record)))


@node("audio.preview", effect=True, title="Preview audio")
def preview(audio: Audio) -> None:
    """Show the waveform of a sound while the run goes on; nothing is saved."""
    from nodes.lib.sounds import look

    current().progress(1, 1, preview=look.thumbnail(audio))


@node("audio.from_video", title="Audio of video")
def from_video(video: Video) -> Audio:
    """Give the sound of a film.

    Args:
        video: A film with sound.
    """
    from nodes.lib.sounds import SoundError

    if video.audio is None:
        raise SoundError("the film has no sound; load one that has, or link audio to its maker")
    return video.audio
