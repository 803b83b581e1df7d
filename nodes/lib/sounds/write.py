"""Sounds to files, and into films, by FFmpeg's libraries."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from nodegraph import storage
from nodegraph.record_film import comment
from nodes.lib import sounds
from nodes.lib.images import place
from nodes.types import Audio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from av.container import OutputContainer
    from numpy.typing import NDArray

FORMATS = {
    "wav": ("wav", "pcm_s16le", ".wav"),
    "flac": ("flac", "flac", ".flac"),
    "mp3": ("mp3", "libmp3lame", ".mp3"),
    "opus": ("ogg", "libopus", ".opus"),
}
"""The container, the codec and the suffix of each."""

RATES = {
    "libmp3lame": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    "libopus": (48000,),
    "aac": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000),
}
"""Samples a second that a codec knows; others are resampled to the next higher."""

SAMPLES = {
    "pcm_s16le": "s16",
    "flac": "s16",
    "libmp3lame": "fltp",
    "libopus": "flt",
    "aac": "fltp",
}
"""How a codec takes numbers."""

LAYOUTS = {1: "mono", 2: "stereo"}
LOSSLESS = ("pcm_s16le", "flac")
BLOCK = 65_536


def save(
    audio: Audio, out: Path, name: str, file_format: str, bitrate: int, record: dict[str, Any]
) -> Iterator[Path]:
    """Write each sound of a batch under the first free number, and yield where it is.

    Args:
        audio: The sounds.
        out: The folder.
        name: What the files are called before the number; may lead into subfolders.
        file_format: ``wav``, ``flac``, ``mp3`` or ``opus``.
        bitrate: Kilobits a second, of MP3 and Opus.
        record: What each file carries about how it was made.

    Raises:
        SoundError: It has more than two channels, or no samples.
        ParamError: The name cannot be one.
        StorageError: It cannot be written.
    """
    folder, stem = place(out, name)
    for waveform in audio.waveform.split(1):
        data = encode(Audio(waveform, audio.rate), file_format, bitrate, record)
        yield storage.write_new(folder, stem, FORMATS[file_format][2], data)


def encode(audio: Audio, file_format: str, bitrate: int, record: dict[str, Any]) -> bytes:
    """Return one sound as a file; arguments as in ``save``."""
    container_name, codec, _ = FORMATS[file_format]
    file = io.BytesIO()
    options = {"fflags": "+bitexact"}
    with av.open(file, "w", format=container_name, options=options) as container:
        container.metadata["comment"] = comment(record)
        add(container, audio, codec, bitrate)()
    return file.getvalue()


def add(container: OutputContainer, audio: Audio, codec: str, bitrate: int) -> Callable[[], None]:
    """Add a sound's stream to a container, and return what writes it.

    Raises:
        SoundError: It has more than two channels, or no samples.
    """
    channels, samples = audio.waveform.shape[1:]
    if channels not in LAYOUTS or not samples:
        raise sounds.SoundError(
            f"a sound of {channels} channels and {samples} samples cannot be saved; make it mono "
            "or stereo, of one sample at least"
        )
    stream = container.add_stream(codec, rate=_rate(codec, audio.rate), layout=LAYOUTS[channels])
    stream.codec_context.format = SAMPLES[codec]
    stream.codec_context.flags |= 1 << 23  # bitexact
    if codec not in LOSSLESS:
        stream.bit_rate = bitrate * 1000

    def write() -> None:
        resampler = av.AudioResampler(SAMPLES[codec], LAYOUTS[channels], stream.rate)
        for frame in _frames(audio):
            for block in resampler.resample(frame):
                container.mux(stream.encode(block))
        for block in resampler.resample(None):
            container.mux(stream.encode(block))
        container.mux(stream.encode(None))

    return write


def _rate(codec: str, rate: int) -> int:
    known = RATES.get(codec, (rate,))
    return next((one for one in known if one >= rate), known[-1])


def _frames(audio: Audio) -> Iterator[av.AudioFrame]:
    numbers = audio.waveform[0].detach().cpu().clamp(-1, 1).numpy()
    for start in range(0, numbers.shape[1], BLOCK):
        block: NDArray[np.float32] = np.ascontiguousarray(numbers[:, start : start + BLOCK])
        frame = av.AudioFrame.from_ndarray(block, "fltp", LAYOUTS[len(block)])
        frame.sample_rate, frame.pts = audio.rate, start
        yield frame
