"""Whether two files show or sound the same, up to rounding."""

from __future__ import annotations

import json

import numpy as np
import PIL.Image
import PIL.ImageSequence
import torch
from safetensors.torch import load_file

from nodes.lib.films import read as films
from nodes.lib.sounds import read as sounds

FILMS = (".mp4", ".webm")
LEVELS = 0.5
"""Of 255, how far pixels may be off on average: fused products and layouts round otherwise."""
ROUNDED = 6.0
"""The same where one of them was computed in 16 bits."""
FILM = 4
"""How many times as far films may be off: their codec rounds too, and amplifies."""


def assert_alike(one, other, levels=LEVELS):
    """Compare what is in two files of one kind.

    Args:
        levels: Of 255, how far pixels may be off on average; sounds and numbers as a share of it.
    """
    assert one.suffix == other.suffix
    if one.suffix == ".safetensors":
        close = {"atol": levels / 500, "rtol": levels / 500, "check_dtype": False}
        torch.testing.assert_close(load_file(one), load_file(other), **close)
    elif one.suffix in (".wav", ".flac"):
        pair = [sounds.load(path, 0.0, 0.0).waveform for path in (one, other)]
        torch.testing.assert_close(*pair, atol=levels / 50, rtol=0)
    elif one.suffix == ".json":
        assert json.loads(one.read_text()).keys() == json.loads(other.read_text()).keys()
    else:
        levels *= FILM if one.suffix in FILMS else 1
        first, second = (_pixels(path) for path in (one, other))
        assert first.shape == second.shape
        off = float((first - second).abs().mean())
        assert off <= levels, f"{one} and {other} are off by {off:.2f} levels"


def _pixels(path):
    """Return what a picture or a film shows, in levels of 255."""
    if path.suffix in FILMS:
        return films.load(path, 0, 0, 1).frames.pixels * 255
    with PIL.Image.open(path) as picture:
        frames = [np.asarray(one.convert("RGBA")) for one in PIL.ImageSequence.Iterator(picture)]
    return torch.from_numpy(np.stack(frames)).float()
