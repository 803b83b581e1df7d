"""Sounds: their bounds, and what is wrong with some."""

from __future__ import annotations

from nodegraph.errors import NodegraphError

MAX_SAMPLES = 2**28
"""Numbers in a sound: 1 GiB; 46 minutes in stereo at 48 kHz."""

MAX_CHANNELS = 8


class SoundError(NodegraphError):
    """A sound that cannot be read or written."""


def check(channels: int, samples: int) -> None:
    """Refuse a sound that is too long.

    Raises:
        SoundError: It says how long it may be.
    """
    if channels * samples > MAX_SAMPLES:
        raise SoundError(
            f"the sound has more than {MAX_SAMPLES:,} samples; load a shorter part of it"
        )
